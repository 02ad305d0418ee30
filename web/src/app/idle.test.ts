import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { afterIdle } from "./idle";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("parts come one after the other, and one that fails does not keep the others away", async () => {
  const came: string[] = [];
  afterIdle(() => [async () => void came.push("a"), async () => { throw new Error("away"); }, async () => void came.push("b")]);
  expect(came, "at once").toEqual([]);
  await vi.runAllTimersAsync();
  expect(came).toEqual(["a", "b"]);
});

test("nothing comes after it was stopped", async () => {
  const first = vi.fn(() => []);
  afterIdle(first)();
  await vi.runAllTimersAsync();
  expect(first).not.toHaveBeenCalled();
});

test("stopped between two parts, the second does not come", async () => {
  const came: string[] = [];
  const stop = afterIdle(() => [async () => (came.push("a"), stop()), async () => void came.push("b")]);
  await vi.runAllTimersAsync();
  expect(came).toEqual(["a"]);
});
