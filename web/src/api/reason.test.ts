import { beforeEach, expect, test, vi } from "vitest";
import { encodeReason, forgetReasons, keepReason, keptReason, reasonHeader, reasonsGoOn, sayReason } from "./reason";

beforeEach(() => {
  const kept: Record<string, string> = {};
  const own = { getItem: (k: string) => kept[k] ?? null, setItem: (k: string, v: string) => void (kept[k] = v), removeItem: (k: string) => delete kept[k] };
  for (const [name, value] of Object.entries(own)) Object.defineProperty(kept, name, { value });
  vi.stubGlobal("sessionStorage", kept);
});

test("a reason is of one person and one sign-in, and goes with them", () => {
  keepReason("pr_a.tn_1", "s1", "weekly review");
  expect([keptReason("pr_a.tn_1", "s1"), keptReason("pr_a.tn_1", "s2"), keptReason("pr_b.tn_1", "s1"), keptReason("pr_a.tn_2", "s1"), keptReason("pr_a.tn_1", "")]).toEqual(["weekly review", "", "", "", ""]);
  reasonsGoOn("s2");
  expect([keptReason("pr_a.tn_1", "s2"), keptReason("pr_a.tn_1", "s1")]).toEqual(["weekly review", ""]);
  sayReason("weekly review");
  forgetReasons();
  expect([keptReason("pr_a.tn_1", "s2"), Object.keys(sessionStorage), reasonHeader()]).toEqual(["", [], {}]);
});

test("a reason becomes one line of ASCII that says the same", () => {
  expect(encodeReason(" Kündigung,\nticket 4711 ")).toBe("K%C3%BCndigung%2C%20ticket%204711");
  expect(decodeURIComponent(encodeReason("🙂 ok"))).toBe("🙂 ok");
  expect(encodeReason("  ")).toBe("");
});

test("a long one is cut between characters, at 500 bytes", () => {
  expect(decodeURIComponent(encodeReason("ü".repeat(400)))).toBe("ü".repeat(250));
  expect(decodeURIComponent(encodeReason(`${"x".repeat(499)}🙂`))).toBe("x".repeat(499));
});
