import { describe, expect, test } from "vitest";
import { isThere, place } from "./tip";

const at = (x: number, y: number, width: number, height: number) => ({ left: x, top: y, bottom: y + height, width, height }) as DOMRect;
const view = { width: 1440, height: 900 };

describe("an explanation", () => {
  test("stays inside of the window at every edge", () => {
    expect(place(at(1400, 100, 30, 20), { width: 400, height: 60 }, view)).toEqual({ left: 1034, top: 126 });
    expect(place(at(0, 860, 30, 20), { width: 400, height: 60 }, view)).toEqual({ left: 6, top: 794 });
  });
  test("is of something that is on the page and takes room", () => {
    const el = (isConnected: boolean, r: DOMRect) => ({ isConnected, getBoundingClientRect: () => r });
    expect([isThere(el(true, at(5, 5, 20, 20))), isThere(el(false, at(5, 5, 20, 20))), isThere(el(true, at(0, 0, 0, 0)))]).toEqual([true, false, false]);
  });
});
