import { expect, test } from "vitest";
import type { Schemas } from "@/api/client";
import { advice, daysOf, filterWords, firstCommands, healthSentence, keyCommand, keyName, nothingWords, nothingYet, presetName, type Read, readOf, ruleChoices, shareOf, switchOf } from "./logic";
import { areas, held, inShort, mayOf, purposes, roleNames, roles } from "./words";

test("each scope has words once, and purposes name scopes that exist", () => {
  const all = areas.flatMap((a) => a.scopes.map((s) => s.scope));
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBe(28);
  for (const p of purposes) for (const s of p.scopes) expect(all).toContain(s);
  for (const r of roleNames) expect(roles[r].may.length).toBeGreaterThan(10);
});

test("what is held is said by area, unknown scopes too", () => {
  expect(held(["drift:read", "new:thing"]).map((a) => [a.name, a.scopes.map((s) => s.may)])).toEqual([["Drift", ["Read findings and baselines"]], ["Other", ["new:thing"]]]);
  expect(mayOf("defend:write")).toBe("Send events to be decided on");
  expect(inShort(["defend:write"])).toBe("Sensor or connector");
  expect(inShort(["drift:read", "audit:read"])).toBe("Reads 2 things");
  expect(inShort(["drift:read", "drift:write", "audit:read"])).toBe("Reads 2 things, changes 1 thing");
  expect(inShort(areas.flatMap((a) => a.scopes.map((s) => s.scope)))).toBe("Everything");
});

const health = (checks: Partial<Schemas["CheckResult"]>[], status: Schemas["DetailedHealth"]["status"] = "ready") =>
  ({ status, checks: checks.map((c) => ({ name: "disk", ok: true, latency_ms: 1, ...c })), version: "1", go: "go", uptime_s: 1, modules: [], contract_hash: "" }) as Schemas["DetailedHealth"];

test("health in a sentence", () => {
  expect(healthSentence(health([{}]))).toEqual({ good: true, text: "Everything works." });
  expect(healthSentence(health([{ ok: false, name: "policy engine" }], "not_ready"))).toEqual({ good: false, text: "The server takes no requests: policy engine fails." });
  expect(healthSentence(health([{ ok: false, advisory: true, name: "witnesses" }])).good).toBe(true);
  expect(healthSentence(health([], "draining")).good).toBe(false);
});

test("a switch says why it matters and how it is set", () => {
  const s = switchOf({ name: "policy enforcement", on: false, flag: "policy.enforce" });
  expect(s.good).toBe(false);
  expect(s.how).toContain("FROSTGATE_POLICY_ENFORCE");
  expect(switchOf({ name: "webhooks to private addresses", on: false }).good).toBe(true);
  expect(switchOf({ name: "something new", on: true }).name).toBe("Something new");
});

const usage = (days: [string, number][], busiest = 0, per_second = 10) => ({ tenant_id: "t", name: "T", status: "active", decisions: 0, days: days.map(([start, decisions]) => ({ start, decisions })), busiest, limit: { per_second } }) as Schemas["TenantUsage"];

test("days are summed over tenants, and those without decisions are there too", () => {
  const got = daysOf([usage([["2026-03-01T00:00:00Z", 2]]), usage([["2026-03-01T00:00:00Z", 3], ["2026-03-03T00:00:00Z", 1]])], "2026-03-01T13:00:00Z", "2026-03-03T09:00:00Z");
  expect(got.map((d) => d.decisions)).toEqual([5, 0, 1]);
  expect(daysOf([], "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z")).toHaveLength(1);
});

test("the busiest hour against the limit", () => {
  expect(shareOf(usage([], 18_000, 10))).toBe(0.5);
  expect(shareOf(usage([], 5, 0))).toBeUndefined();
});

test("advice fits what went wrong", () => {
  expect(advice(undefined, "dial tcp: lookup x: no such host")).toMatch(/typing errors/);
  expect(advice(undefined, "connection refused")).toMatch(/listens/);
  expect(advice(410, "")).toMatch(/gone/);
  expect(advice(503, "")).toMatch(/log/);
  expect(advice(302, "")).toMatch(/final address/);
  expect(advice(418, "")).toMatch(/2xx/);
});

test("filters and ends in words", () => {
  expect(filterWords({})).toBe("Every decision");
  expect(filterWords({ min_severity: "high", gating: ["reject", "require_approval"] })).toBe("Decisions that are high or more severe, rejected or waiting for approval");
});

test("rules are chosen by title; what was chosen stays while another is searched", () => {
  const rules = [{ id: "sigma:1", title: "Evil" }, { id: "sigma:2", title: "" }];
  expect(ruleChoices(rules, [{ id: "rule:ssh", title: "Failed logins" }], "fail", ["sigma:9", "sigma:1"], { "sigma:9": "Odd" })).toEqual([
    { value: "rule:ssh", label: "Failed logins" }, { value: "sigma:1", label: "Evil" }, { value: "sigma:2", label: "sigma:2" }, { value: "sigma:9", label: "Odd" },
  ]);
  expect(ruleChoices([], [{ id: "rule:ssh", title: "Failed logins" }], "x", [], {})).toEqual([]);
});

test("of a tenant, only what was read and found empty has not come", () => {
  const of = (events: Read, inventory: Read) => nothingYet({ events, inventory });
  expect(of("none", "none")).toEqual(["events", "inventory"]);
  expect(of("none", "forbidden")).toEqual(["events"]);
  expect(of("forbidden", "none"), "events may have come").toEqual(["inventory"]);
  expect(of("failed", "none"), "a read that failed").toEqual([]);
  expect(of("none", "failed")).toEqual([]);
  expect(of("none", "some")).toEqual([]);
  expect(of("forbidden", "forbidden")).toEqual([]);
  expect(of("reading", "none")).toBeUndefined();
  expect(of("reading", "some")).toEqual([]);
});

test("a read that failed is no empty list, nor is one that may not be made", () => {
  expect(readOf(false, { isError: false })).toBe("forbidden");
  expect(readOf(true, { isError: true })).toBe("failed");
  expect(readOf(true, { isError: false })).toBe("reading");
  expect(readOf(true, { data: { items: [] }, isError: false })).toBe("none");
  expect(readOf(true, { data: { items: [1] }, isError: true })).toBe("some");
});

test("the next steps name what is missing, and no more", () => {
  expect(nothingWords(["events", "inventory"])).toMatch(/^Nothing has come/);
  expect(nothingWords(["inventory"])).toMatch(/^No inventory has come/);
  expect(nothingWords(["events"])).toMatch(/^No events have come/);
  expect(keyCommand(["events", "inventory"], "tn_1")).toBe("frostgate keys create sensor --scopes defend:write,inventory:read,inventory:write,drift:read --tenant tn_1");
  expect(keyCommand(["inventory"], "tn_1")).not.toContain("defend");
  expect(keyCommand(["events"], "tn_1")).not.toContain("inventory");
});

test("a key is not named by a tenant's ID", () => {
  expect(presetName("sensor", "tn_1", "tn_1")).toBe("");
  expect(presetName("sensor", "tn_1", "Contoso")).toBe("Sensor of Contoso");
});

test("the first commands name this server, and a key begins with a name", () => {
  expect(firstCommands("http://127.0.0.1:8080").sign).toContain("FROSTGATE_URL='http://127.0.0.1:8080'");
  for (const p of purposes) expect(keyName(p.id, "Contoso"), p.id).not.toBe("Key of Contoso");
  expect(keyName("sensor", "x".repeat(120))).toHaveLength(100);
});
