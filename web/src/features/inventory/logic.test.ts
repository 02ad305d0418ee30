import { describe, expect, test } from "vitest";
import { inventoryLead, itemAsk, itemTarget, readingOf, readItemFilters, reasonWords, runSentence, secretsIn, typeOptions, whollyKnown, whyIncomplete, type Coverage } from "./logic";
import { keyOf, plan, room } from "./layout";

const run = { state: "closed" as const, objects: 71, new: 8, changed: 7, missing: 0, unknown: 3 };

test("a run is said in one sentence", () => {
  expect(runSentence(run)).toBe("71 objects. Against the run before: 8 new, 7 changed, 3 can’t be told.");
  expect(runSentence({ ...run, new: 0, changed: 0, unknown: 0 })).toBe("71 objects. Nothing changed against the run before.");
  expect(runSentence({ ...run, new: 71, changed: 0, unknown: 0 })).toBe("The first observation: 71 objects.");
  expect(runSentence({ ...run, state: "aborted", error: "the body broke off" })).toContain("nothing of it counts: the body broke off");
});

test("what was not read is said with its reason", () => {
  expect(whyIncomplete({ status: "partial", quarantined: 1, duplicates: 0 })).toBe("1 file could not be read as an object.");
  expect(whyIncomplete({ status: "failed", quarantined: 0, duplicates: 2, error: "page 3 failed." })).toBe("Page 3 failed; 2 identities are claimed by several objects and left out.");
  expect(whyIncomplete({ status: "complete", quarantined: 0, duplicates: 0 })).toBe("");
  expect(reasonWords("some_new_reason")).toBe("some new reason");
});

test("a badge is green only where nothing is left out", () => {
  const read = { status: "complete" as const, quarantined: 0, duplicates: 0 };
  expect(readingOf(read)).toMatchObject({ tone: "good", word: "read to the end" });
  expect(readingOf({ ...read, duplicates: 2 })).toMatchObject({ tone: "wait", word: "read, 2 left out" });
  expect(readingOf({ ...read, status: "partial", duplicates: 2, quarantined: 1 })).toMatchObject({ tone: "wait", word: "read in part" });
  expect([whollyKnown(read), whollyKnown({ ...read, duplicates: 1 }), whollyKnown({ ...read, quarantined: 1 }), whollyKnown({ ...read, status: "skipped" })]).toEqual([true, false, false, false]);
});

test("secrets are found where they are", () => {
  const s = `frostgate-secret:0a1b2c3d:${"0".repeat(64)}`;
  expect(secretsIn({ a: [{ "b/c": s }], d: "frostgate-secret: no", e: s })).toEqual(["/a/0/b~1c", "/e"]);
});

test("an object's URL takes any ID", () => {
  const id = "arn:aws:iam::1:role/a b&c";
  const { search } = itemTarget({ id, type: "AWS::IAM::Role" }, "aws/main");
  expect(itemAsk(search!, undefined).query).toMatchObject({ id, type: "AWS::IAM::Role", source: "aws/main" });
  expect(readItemFilters({ state: "nonsense", q: " mfa ", type: "groups" })).toEqual({ q: "mfa", type: "groups" });
});

test("types are listed once, and those with one name are told apart", () => {
  const c = (source: string, type: string, label: string) => ({ source, type, label }) as Coverage;
  expect(typeOptions([c("a", "x", "Roles"), c("b", "x", "Roles"), c("a", "y", "Roles"), c("b", "z", "Zones")])).toEqual([{ value: "x", label: "Roles (x)" }, { value: "y", label: "Roles (y)" }, { value: "z", label: "Zones" }]);
  expect(typeOptions([c("a", "x", "Roles"), c("b", "z", "Zones")], "b")).toEqual([{ value: "z", label: "Zones" }]);
});

describe("the graph", () => {
  const o = (id: string) => ({ type: "t", label: "T", id });
  const step = (id: string, backwards = true) => ({ relation: "uses", backwards, object: o(id) });
  const at = (p: ReturnType<typeof plan>, id: string) => p.spots.find((s) => s.key === keyOf(o(id)));

  test("has what feels a change on one side and what is referred to on the other", () => {
    const p = plan({ object: o("a"), total: 2, affected: [{ distance: 1, object: o("b"), path: [step("b")] }, { distance: 2, object: o("c"), path: [step("b"), step("c")] }] }, [{ relation: "in", object: o("d") }]);
    expect(at(p, "a")!.x).toBe(0);
    expect(at(p, "b")!.x).toBeGreaterThan(0);
    expect(at(p, "c")!.x).toBeGreaterThan(at(p, "b")!.x);
    expect(at(p, "d")!.x).toBeLessThan(0);
    expect(p.ties.map((t) => [t.from, t.to, t.relation])).toEqual([[keyOf(o("b")), keyOf(o("a")), "uses"], [keyOf(o("c")), keyOf(o("b")), "uses"], [keyOf(o("a")), keyOf(o("d")), "in"]]);
  });

  test("draws two relations as one line and survives a ring", () => {
    const p = plan({ object: o("a"), total: 1, affected: [{ distance: 1, object: o("b"), path: [step("b")] }] }, [{ relation: "in", object: o("b") }, { relation: "of", object: o("b") }, { relation: "is", object: o("a") }]);
    expect(p.spots).toHaveLength(2);
    expect(p.ties.find((t) => t.to === keyOf(o("b")))!.relation).toBe("in, of");
  });

  test("says how many found no room", () => {
    const p = plan({ object: o("a"), total: 500, affected: Array.from({ length: 500 }, (_, i) => ({ distance: 1, object: o(`n${i}`), path: [step(`n${i}`)] })) }, []);
    expect(p.spots).toHaveLength(room);
    expect(p.left).toBe(501 - room);
  });
});

describe("the inventory's first line", () => {
  const c = (type: string, objects: number, status: "complete" | "partial" = "complete", source = "directory/entra") => ({ source, type, label: `${type}s`, objects, status });
  test("says how much there is and whether it is all", () => {
    expect(inventoryLead([])).toBe("");
    expect(inventoryLead([c("group", 1200), c("user", 1)])).toBe("1,201 objects of 2 types in 1 source when last observed; all was read to its end.");
    expect(inventoryLead([c("group", 1), c("user", 5, "partial", "aws/main")], "aws/main")).toBe("5 objects of 1 type in 1 source when last observed; 1 type was not read to the end.");
    expect(inventoryLead([c("group", 1), c("user", 5)], undefined, "group")).toBe("1 object of groups in 1 source when last observed; all was read to its end.");
  });
});
