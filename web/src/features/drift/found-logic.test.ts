import { expect, test } from "vitest";
import { elsewhereInStates, listSentence, untoldSentences } from "./found-logic";

test.each([
  [{ type: "Conditional Access" }, 13, 1, "13 findings of Conditional Access wait for a decision"],
  [{}, 1, 1, "1 finding waits for a decision"],
  [{}, 1200, 3, "1,200 findings in 3 tenants wait for a decision"],
  [{ state: ["acknowledged"] }, 2, 1, "2 acknowledged findings"],
  [{ state: ["new", "reopened"], severity: ["high"] }, 2, 1, "2 new or reopened, high findings"],
  [{ all: true, severity: ["critical"] }, 0, 1, "0 critical findings, in any state"],
])("%o, %i in %i: %s", (values, total, tenants, text) => {
  expect(listSentence(values, total, tenants)).toBe(text);
});

test("what could not be told, with why", () => {
  const unknown = { type: "x", label: "Conditional Access", ids: [] };
  expect(untoldSentences({ unknowns: [{ ...unknown, reason: "duplicate", objects: 3 }, { ...unknown, reason: "failed", objects: 0 }] })).toEqual([
    "3 objects of Conditional Access could not be told: several objects claim its identity", "Conditional Access could not be told: its type could not be read",
  ]);
});

test("what was decided leads on from an empty list", () => {
  expect(elsewhereInStates({ acknowledged: 13, accepted: 1, new: 0 }).map((s) => s.words)).toEqual(["13 findings were acknowledged and stay open", "1 finding is accepted until a day"]);
  expect(elsewhereInStates({})).toEqual([]);
});
