import { describe, expect, test } from "vitest";
import { actionsFor, between, confirmWords, findingsAsk, fitting, life, meanwhile, readFindingFilters, reasonInWords, sentence, states, triageFilter, untilBounds } from "./logic";

describe("the question of a list", () => {
  test("any state gives way to states that are named", () => {
    expect(findingsAsk(readFindingFilters({ all: "true", state: "denied" }), undefined).query).toEqual({ state: ["denied"], limit: 100, tenant: undefined });
    expect(findingsAsk(readFindingFilters({ all: "true", type: "catalog", severity: ["high", "wrong"] }), "tn_1").query).toEqual({ all: true, type: ["catalog"], severity: ["high"], tenant: "tn_1", limit: 100 });
  });
});

describe("what can be decided", () => {
  test("fits the state, and a comment is always possible", () => {
    expect(actionsFor(["new"])).toEqual(["acknowledge", "accept", "deny", "assign", "comment"]);
    expect(actionsFor(["accepted"])).toContain("reopen");
    expect(actionsFor(["resolved"])).not.toContain("accept");
    for (const s of states) expect(actionsFor([s])).toContain("comment");
  });
  test("of many is what at least one allows", () => expect(actionsFor(["resolved", "new"])).toEqual(["acknowledge", "accept", "deny", "assign", "comment"]));
});

describe("words", () => {
  const f = { label: "Conditional Access", name: "CA001", object_id: "1", change: "" };
  test("one sentence for each kind", () => {
    expect(sentence({ ...f, kind: "changed", path: "state" })).toBe("In Conditional Access “CA001”, state changed.");
    expect(sentence({ ...f, kind: "added" })).toBe("Conditional Access “CA001” is there and was not expected.");
    expect(sentence({ ...f, kind: "removed", name: undefined })).toBe("Conditional Access “1” is gone.");
  });
  test("a button that confirms says how many", () => {
    expect(confirmWords("acknowledge", 3)).toBe("Acknowledge 3 findings");
    expect(confirmWords("comment", 1)).toBe("Comment on 1 finding");
  });
  test("a reason that is new to the console is still readable", () => expect(reasonInWords("some_new_reason")).toBe("some new reason"));
});

describe("times", () => {
  test("an acceptance ends within a year", () => {
    expect(untilBounds(new Date("2026-11-22T10:00:00Z"))).toEqual({ proposed: "2027-02-20", least: "2026-11-23", most: "2027-11-22" });
  });
  test("without a run before nothing is between", () => {
    expect(between({ after: { run: "r", at: "2026-01-01T00:00:00Z" } })).toBeUndefined();
    expect(between({ before: { run: "q", at: "2025-01-01T00:00:00Z" }, after: { run: "r", at: "2026-01-01T00:00:00Z" } })).toEqual({ from: "2025-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" });
  });
});

test("a finding's life: steps and the runs between them, the newest first", () => {
  const step = (at: string, action: string, by?: string) => ({ at, action, state: "new", ...(by ? { by } : {}) }) as never;
  const run = (at: string, told = true) => ({ run: `run_${at}`, at, told, ...(told ? {} : { why: "partial" }) });
  const got = life({ history: [step("1", "found"), step("4", "acknowledge", "pr_1")], seen: [run("2"), run("3"), run("5", false), run("6")] });
  expect(got.map((m) => ("step" in m ? m.step.action : m.seen.map((r) => r.at).join("+")))).toEqual(["6", "5", "acknowledge", "2+3", "found"]);
  expect(meanwhile({ version: 3, history: [step("1", "found"), step("4", "acknowledge", "pr_1")] }, 2)?.action).toBe("acknowledge");
  expect(meanwhile({ version: 2, history: [] }, 2)).toBeUndefined();
});

test("the list's filter as a triage takes it", () => {
  expect(triageFilter({ q: "ca", state: ["new"], severity: ["high"], kind: ["changed"], type: "conditional access" })).toEqual({ q: "ca", states: ["new"], severity: ["high"], kind: "changed", type: "conditional access" });
  expect(triageFilter({ all: true })).toEqual({ all: true });
  expect(triageFilter({ kind: ["added", "removed"] })).toBeUndefined();
  expect(fitting({ new: 3, resolved: 2, denied: 1 }, "accept")).toBe(4);
});
