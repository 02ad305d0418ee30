import { expect, test } from "vitest";
import { barsOf, howMany, posture, tenantNeeds, top, whatWaits, windowOf, wordsOfCheck, type Known, type TenantPosture } from "./logic";

const tenant = (more: Partial<TenantPosture> = {}): TenantPosture => ({
  tenant_id: "tn_1", name: "Contoso", status: "active", log_damaged: false, decisions_24h: 9, last_decision_at: "2026-01-01T00:00:00Z", approvals: 0, drift: { waiting: 0, grave: 0, reopened: 0, open: 0 }, webhooks: { failing: 0, given_up: 0 }, ...more,
});
const known = (more: Partial<Known["posture"]> = {}, rest: Partial<Known> = {}): Known => ({ posture: { at: "2026-01-01T00:00:00Z", status: "ready", wrong: [], policy_enforced: true, tenants: [tenant()], ...more }, ...rest });

test("the posture in one sentence, true in every state", () => {
  expect(posture(known())).toBe("Protected. Nothing needs you.");
  expect(posture(known({ tenants: [tenant({ approvals: 120, webhooks: { failing: 1, given_up: 3 }, drift: { waiting: 40, grave: 2, reopened: 0, open: 60 } })] }))).toBe("Protected. 161 things need you.");
  expect(posture(known({ tenants: [tenant(), tenant({ tenant_id: "tn_2", status: "suspended" })] }))).toBe("Protected, 1 of 2 tenants suspended or closing. Nothing needs you.");
  expect(posture(known({ tenants: [tenant({ status: "suspended" })] }))).toBe("The tenant is suspended: it takes no events. Nothing needs you.");
  expect(posture(known({ policy_enforced: false }))).toBe("Watching only: policy is not enforced. Nothing needs you.");
  expect(posture(known({ tenants: [tenant({ log_damaged: true })] }))).toBe("The log is damaged: nothing new is recorded. 1 thing needs you.");
  expect(posture(known({ status: "not_ready", wrong: [{ name: "database", ok: false, latency_ms: 1 }] }))).toBe("Not ready: events may be refused. 1 thing needs you.");
  expect(posture(known({ status: "draining" }))).toMatch(/^The server is shutting down\./);
  expect(posture(known({ tenants: [tenant({ decisions_24h: 0, last_decision_at: undefined })] }))).toBe("No event came in yet. Nothing needs you.");
  expect(posture(known({ tenants: [tenant({ decisions_24h: 0 })] }))).toBe("Quiet: no event in the last 24 hours. Nothing needs you.");
  expect(posture(known({}, { valid: false }))).toBe("The evidence does not verify. 1 thing needs you.");
  expect(posture(known({ tenants: [tenant({ drift: undefined })] }))).toBe("Protected. Nothing that you may look at needs you.");
});

test("the sentence below says what they are", () => {
  const drift = { waiting: 37, grave: 3, reopened: 0, open: 60 };
  expect(whatWaits(known({ tenants: [tenant({ approvals: 4, drift })] }))).toBe("4 decisions and 37 findings (3 critical or high) wait for you.");
  expect(whatWaits(known({ tenants: [tenant({ approvals: 1, drift: { ...drift, waiting: 1, grave: 0 }, webhooks: { failing: 2, given_up: 0 } })], wrong: [{ name: "witnesses", ok: false, latency_ms: 0 }] }))).toBe("1 fault of the server, 1 decision, 1 finding and 2 webhooks wait for you.");
  expect(whatWaits(known({ tenants: [tenant({ approvals: 1 })] }))).toBe("1 decision waits for you.");
  expect(whatWaits(known())).toBeUndefined();
});

test("each finding is a thing, and what is advisory counts", () => {
  const drifted = { waiting: 7, grave: 1, reopened: 0, open: 9 };
  expect(howMany(known({ tenants: [tenant({ drift: drifted }), tenant({ tenant_id: "tn_2", drift: drifted })], wrong: [{ name: "witnesses", ok: false, advisory: true, latency_ms: 0 }] }, { modules: 2 }))).toBe(17);
  expect(tenantNeeds(tenant({ approvals: 1, drift: drifted }))).toEqual(["1 approval waits", "7 findings of drift"]);
  expect(wordsOfCheck("witnesses").title).toBe("Witnesses are behind.");
  expect(wordsOfCheck("something new").title).toBe("Something new is not as it should be.");
});

test("bars are placed by time and scaled by the largest", () => {
  const bucket = (start: string, total: number, by_severity: Record<string, number>, by_gating: Record<string, number> = {}) => ({ start, total, by_severity, by_gating });
  const bars = barsOf([bucket("2026-01-01T01:00:00Z", 4, { info: 3, high: 1 }), bucket("2026-01-01T03:00:00Z", 2, { info: 2 })], "2026-01-01T00:00:00Z", "2026-01-01T04:00:00Z");
  expect(bars[0]).toMatchObject({ x: 0.25, width: 0.25, parts: [{ part: "high", from: 0, to: 0.25 }, { part: "info", from: 0.25, to: 1 }] });
  expect(bars[1]).toMatchObject({ x: 0.75, parts: [{ to: 0.5 }] });
  expect(barsOf([], undefined, "2026-01-01T04:00:00Z")).toEqual([]);
  expect(barsOf([bucket("2026-01-01T01:00:00Z", 4, {}, { allow: 3, reject: 1 })], "2026-01-01T00:00:00Z", "2026-01-01T04:00:00Z", "gating")[0]).toMatchObject({ parts: [{ part: "reject", to: 0.25 }, { part: "allow", to: 1 }] });
});

test("the largest first; a window that is not known is the last day", () => {
  expect(top({ a: 1, b: 3, c: 3 }, 2)).toEqual([["b", 3], ["c", 3]]);
  expect(windowOf("99y")).toBe("24h");
});
