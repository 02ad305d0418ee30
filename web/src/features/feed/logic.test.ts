import { expect, test } from "vitest";
import { decisionsAsk, feedAsk, feedLead, join, orderOf, passes, readFeedFilters, rowOf, sample, wayOf, type Row } from "./logic";

const row = (index: number, more: Partial<Row> = {}): Row => ({
  decision_id: `a-${index}`, index, timestamp: "", event_time: "", severity: "info", title: "", summary: "", action_taken: "log_only", gating: "allow", score: 0, source: "s", event_type: "t", rules: [], changed: false, policy_allow: true, persona: "", classification: "", ...more,
});

test("the API filters what it can: live where the stream knows it, else by the list of decisions", () => {
  expect(wayOf({})).toBe("feed");
  expect(wayOf({ gating: "reject" })).toBe("decisions");
  expect(wayOf({ gating: "reject", q: "10.0.0.1" })).toBe("decisions");
  expect(wayOf({ q: "10.0.0.1" })).toBe("feed");
  expect(wayOf({}, "gravest")).toBe("decisions");
  expect(feedAsk({ q: "x", only_changed: true }).query).toEqual({ q: "x", only_changed: true, limit: 100 });
  expect(decisionsAsk({ q: "x", policy_denied: true, only_actionable: true }, "tn_x", orderOf({ order: "gravest" })).query).toEqual({ q: "x", policy_denied: true, only_actionable: true, order: "gravest", tenant: "tn_x", limit: 100 });
  expect(orderOf({ order: "worst" })).toBe("newest");
  expect(decisionsAsk({ gating: "reject", only_changed: true }).query).toEqual({ gating: "reject", changed: true, limit: 100 });
});

test("filters of the URL that are not known are left out", () => {
  expect(readFeedFilters({ severity: "worst", action: "blocked", only_changed: "true" })).toEqual({ action: "blocked", only_changed: true });
});

test("what the server does not filter is filtered here", () => {
  expect(passes({ gating: "reject" }, row(1))).toBe(false);
  expect(passes({ policy_denied: true }, row(1))).toBe(false);
  expect(passes({ policy_denied: true }, row(1, { policy_allow: false }))).toBe(true);
  expect(passes({ rule: "rule:a" }, row(1, { rules: ["rule:a"] }))).toBe(true);
  expect(passes({ only_actionable: true }, row(1))).toBe(false);
  expect(passes({ only_actionable: true }, row(1, { severity: "high" }))).toBe(true);
});

test("a sample keeps what is grave, and the order", () => {
  const many = Array.from({ length: 100 }, (_, i) => row(i, i === 7 ? { action_taken: "blocked" } : {}));
  const s = sample(many, 10);
  expect(s).toHaveLength(10);
  expect(s.map((r) => r.index)).toContain(7);
  expect(s.map((r) => r.index)).toEqual(s.map((r) => r.index).toSorted((a, b) => a - b));
  expect(sample(many.slice(0, 5), 10)).toHaveLength(5);
});

test("live rows come first, each once", () => {
  expect(join([row(5), row(4), row(3)], [row(4), row(2)]).map((r) => r.index)).toEqual([5, 4, 2]);
});

test("a decision's row is titled by its rule, else by its event", () => {
  const d = { threat_level: "none", received_at: "t", event_type: "auth", source: "vpn", rules: [], action_taken: "log_only" };
  expect(rowOf(d as never)).toMatchObject({ title: "auth from vpn", severity: "info" });
  expect(rowOf({ ...d, rule_titles: ["", "Brute force"] } as never).title).toBe("Brute force");
});

test("the first line says what was done", () => {
  const of = (...a: Row["action_taken"][]) => a.map((action_taken, i) => row(i, { action_taken }));
  expect(feedLead([], false)).toBe("");
  expect(feedLead(of("log_only"), false)).toBe("1 decision: 1 only logged.");
  expect(feedLead(of("blocked", "blocked", "pending_approval", "log_only"), true)).toBe("The newest 4 decisions: 2 blocked, 1 waits for approval, 1 only logged.");
});
