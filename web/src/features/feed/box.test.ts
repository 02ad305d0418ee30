import { expect, test } from "vitest";
import { Box, kept, perStep } from "./box";
import type { Row } from "./logic";

const row = (index: number, more: Partial<Row> = {}): Row => ({
  decision_id: `a-${index}`, index, timestamp: "", event_time: "", severity: "info", title: "", summary: "", action_taken: "log_only", gating: "allow", score: 0, source: "s", event_type: "t", rules: [], changed: false, policy_allow: true, persona: "", classification: "", ...more,
});
const fill = (b: Box, from: number, n: number) => {
  for (let i = from; i < from + n; i++) b.push(row(i));
};

test("few are all shown, newest first, and nothing is said to be missing", () => {
  const b = new Box();
  fill(b, 0, 3);
  expect(b.advance(false, 0)).toBe(true);
  expect(b.counted).toMatchObject({ came: 3, skipped: 0, held: 0 });
  expect(b.counted.rows.map((r) => r.index)).toEqual([2, 1, 0]);
  expect(b.advance(false, 250)).toBe(false);
});

test("of 500 a second a few are shown and all are counted", () => {
  const b = new Box();
  for (let step = 0; step < 40; step++) {
    fill(b, step * 125, 125);
    b.advance(false, step * 250);
  }
  const { came, skipped, rows, perSecond, shownPerSecond } = b.counted;
  expect(came).toBe(5000);
  expect(rows).toHaveLength(40 * perStep);
  expect(skipped).toBe(came - rows.length);
  expect(perSecond).toBeGreaterThan(480);
  expect(shownPerSecond).toBe(Math.round((17 * perStep) / 4));
  b.advance(false, 60_000);
  expect(b.counted).toMatchObject({ came: 5000, perSecond: 0, shownPerSecond: 0 });
});

test("while held they are counted, however many; then the newest show", () => {
  const b = new Box();
  fill(b, 0, 5);
  b.advance(false, 0);
  for (let step = 1; step <= 100; step++) {
    fill(b, 5 + (step - 1) * 125, 125);
    b.advance(true, step * 250);
  }
  expect(b.counted).toMatchObject({ came: 12_505, held: 12_500, skipped: 0 });
  expect(b.counted.rows).toHaveLength(5);
  b.advance(false, 30_000);
  expect(b.counted.rows).toHaveLength(kept);
  expect(b.counted.rows[0]!.index).toBe(12_504);
  expect(b.counted.came).toBe(12_505);
  expect(b.counted.skipped).toBe(12_500 - kept);
});

test("the list holds the newest, and counts those that had to leave it", () => {
  const b = new Box();
  for (let step = 0; step < 250; step++) {
    fill(b, step * perStep, perStep);
    b.advance(false, step * 250);
  }
  const { came, skipped, gone, rows } = b.counted;
  expect({ came, skipped, gone, shown: rows.length }).toEqual({ came: 2500, skipped: 0, gone: 500, shown: kept });
  expect(rows.at(-1)!.index).toBe(500);

  // While the list is read anew, more leave it; those are still said.
  const { counted } = b;
  fill(b, 2500, perStep);
  b.advance(false, 70_000);
  b.caughtUp(counted, 2499);
  expect(b.counted).toMatchObject({ came: 2510, skipped: 0, gone: perStep });
  expect(b.counted.rows.map((r) => r.index)).toEqual(Array.from({ length: perStep }, (_, i) => 2509 - i));
});

test("what is held and was read meanwhile is not shown twice", () => {
  const b = new Box();
  fill(b, 0, 100);
  b.advance(true, 0);
  b.caughtUp(b.counted, 89);
  expect(b.counted.held).toBe(10);
  b.advance(false, 250);
  expect(b.counted).toMatchObject({ came: 100, skipped: 0, held: 0 });
  expect(b.counted.rows.at(-1)!.index).toBe(90);
});

test("what is grave is shown among however many", () => {
  const b = new Box();
  fill(b, 0, 50);
  b.push(row(50, { action_taken: "blocked" }));
  fill(b, 51, 74);
  b.advance(false, 0);
  expect(b.counted.rows.map((r) => r.index)).toContain(50);
});
