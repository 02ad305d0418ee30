import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { knocking } from "./knocking";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("it asks again and again, each time later, at most each 15 s", async () => {
  let asked = 0;
  const pace = { wait: 1000 };
  const stop = knocking(async () => void asked++, pace);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(1500);
  expect(asked).toBe(2);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(pace.wait).toBe(15_000);
  stop();
});

test("nothing is asked after the end, though an answer was awaited at it", async () => {
  let asked = 0;
  let answer = () => {};
  const stop = knocking(() => (asked++, new Promise<void>((done) => (answer = done))), { wait: 1000 });
  await vi.advanceTimersByTimeAsync(1000);
  stop();
  answer();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("a look that fails is no end", async () => {
  let asked = 0;
  const stop = knocking(async () => { asked++; throw new Error("away"); }, { wait: 10 });
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toBeGreaterThan(2);
  stop();
});
