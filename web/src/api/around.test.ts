import { expect, test } from "vitest";
import { nextPage, pageOf, walk, type Page, type PageAt } from "./around";
import { ApiError } from "./client";

/** A list of n rows, in pages of `size`. */
const list = (n: number, size: number) => async (at: PageAt): Promise<Page<number>> => {
  const from = Number(at.cursor || 0);
  const items = Array.from({ length: Math.min(size, n - from) }, (_, i) => from + i);
  return { items, ...(from + size < n ? { next_cursor: String(from + size) } : {}) };
};
const now = async () => undefined;

test("a page knows where it begins and what was before it", async () => {
  const first: PageAt = { cursor: "", start: 0 };
  const second = nextPage(await list(25, 10)(first), first)!;
  expect(second).toEqual({ cursor: "10", start: 10, prev: first });
  const third = nextPage(await list(25, 10)(second), second)!;
  expect(nextPage(await list(25, 10)(third), third)).toBeUndefined();
  expect([0, 9, 10, 24].map((row) => pageOf([third, first, second], row)!.start)).toEqual([0, 0, 10, 20]);
});

test("on the way to the end only the last pages stay, each with its place", async () => {
  const passed: number[] = [];
  const end = await walk({ cursor: "", start: 0 }, list(1234, 100), 3, (n) => passed.push(n), now);
  expect(end.pageParams.map((p) => p.start)).toEqual([1000, 1100, 1200]);
  expect(end.pages.flatMap((p) => p.items)).toEqual(Array.from({ length: 234 }, (_, i) => 1000 + i));
  expect(passed.at(-1)).toBe(1234);
  expect(end.pageParams[0]!.prev!.start).toBe(900);
});

test("it goes slower where it is told to, and no page is missed", async () => {
  const read = list(50, 10);
  const waits: number[] = [];
  let asked = 0;
  const end = await walk({ cursor: "", start: 0 }, (at) => {
    if (++asked === 3) throw new ApiError({ status: 429, code: "rate", title: "Too many", detail: "", retry_after_s: 2 });
    return read(at);
  }, 10, () => undefined, async (ms) => void waits.push(ms));
  expect(end.pages.flatMap((p) => p.items)).toHaveLength(50);
  expect(waits).toEqual([2000]);
});

test("a refusal ends it", async () => {
  await expect(walk({ cursor: "", start: 0 }, () => Promise.reject(new ApiError({ status: 403, code: "no", title: "No", detail: "" })), 2, () => undefined, now)).rejects.toThrow(ApiError);
});
