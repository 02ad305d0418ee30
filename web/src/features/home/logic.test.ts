import { expect, test } from "vitest";
import { barsOf, posture, top, windowOf } from "./logic";

test("the posture in one sentence", () => {
  expect(posture({ window: "24h", decisions: 9, approvals: 1, webhooks: 1, drift: 40 })).toBe("Protected. 3 things need you.");
  expect(posture({ window: "24h", decisions: 9 })).toBe("Protected. Nothing needs you.");
  expect(posture({ window: "7d", decisions: 0, approvals: 1 })).toBe("No event came in in the last 7 days. 1 thing needs you.");
  expect(posture({ window: "24h", decisions: 9, valid: false })).toBe("The evidence does not verify. 1 thing needs you.");
});

test("bars are placed by time and scaled by the largest", () => {
  const bars = barsOf([{ start: "2026-01-01T01:00:00Z", total: 4, by_severity: { info: 3, high: 1 } }, { start: "2026-01-01T03:00:00Z", total: 2, by_severity: { info: 2 } }], "2026-01-01T00:00:00Z", "2026-01-01T04:00:00Z");
  expect(bars[0]).toMatchObject({ x: 0.25, width: 0.25, parts: [{ severity: "high", from: 0, to: 0.25 }, { severity: "info", from: 0.25, to: 1 }] });
  expect(bars[1]).toMatchObject({ x: 0.75, parts: [{ to: 0.5 }] });
  expect(barsOf([], undefined, "2026-01-01T04:00:00Z")).toEqual([]);
});

test("the largest first; a window that is not known is the last day", () => {
  expect(top({ a: 1, b: 3, c: 3 }, 2)).toEqual([["b", 3], ["c", 3]]);
  expect(windowOf("99y")).toBe("24h");
});
