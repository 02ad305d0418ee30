import { expect, test } from "vitest";
import { parseExact } from "@/api/exact";
import { keyedLines } from "./keyed";
import { forReading } from "./whole";

const policy = {
  "@odata.type": "#microsoft.graph.conditionalAccessPolicy", id: "7", createdDateTime: "2026-01-01", displayName: "CA010", sessionControls: null, templateId: null,
  conditions: { users: { includeRoles: ["a", "b", "c"], excludeUsers: [], includeUsers: ["All"] }, platforms: null, locations: {} }, grantControls: { builtInControls: ["mfa"], operator: "OR", "authenticationStrength@odata.context": "x" }, state: "enabled",
};

test("state and what it does come first, what says nothing is left out and counted", () => {
  const { value, left } = forReading(policy);
  expect(Object.keys(value as object)).toEqual(["state", "displayName", "grantControls", "conditions", "id", "createdDateTime"]);
  expect(left).toBe(6);
  expect(value).toMatchObject({ conditions: { users: { includeRoles: "3: a, b, c", includeUsers: "All" } } });
});

test("each line has a name, lists of plain values too", () => {
  expect(keyedLines(undefined, forReading(policy).value).filter((l) => l.name === "")).toEqual([]);
});

test("an object of nothing but empty members is nothing", () => expect(forReading({ a: { b: null, c: [] } })).toEqual({ value: {}, left: 2 }));

test("numbers that JavaScript would round are values, and names that objects inherit are names", () => {
  const { value, left } = forReading(parseExact('{"n":9007199254740993,"l":[9007199254740993,1],"__proto__":"x"}'));
  expect(left).toBe(0);
  expect(keyedLines(undefined, value).map((l) => [l.name, l.right])).toEqual(expect.arrayContaining([["n", "9007199254740993"], ["l", "2: 9007199254740993, 1"], ["__proto__", "x"]]));
});
