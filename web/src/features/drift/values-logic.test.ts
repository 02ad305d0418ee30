import { expect, test } from "vitest";
import { jsonText } from "@/api/exact";
import { hasSecret, identified, kindOf, listChange, member, parsed } from "./values-logic";

const [known, unknown] = ["afa31427-5c72-55ec-ade8-97b72797bbc5", "372140e0-b3b7-4226-8ef9-d57986796201"];
const names = { [known]: "Break-glass accounts" };

test.each([
  ["conditions › users › includeRoles", "role"], ["conditions › users › excludeGroups", "group"], ["conditions › users › includeUsers", "user"], ["conditions › applications › includeApplications", "application"],
  ["conditions › locations › excludeLocations", "location"], ["roleScopeTagIds", "scope tag"], ["assignments", "object"], [undefined, "object"], ["/conditions/users/includeGroups/0", "group"],
])("identifiers of %s are of a %s", (path, kind) => expect(kindOf(path)).toBe(kind));

test("what came and what went, whatever the order", () => {
  expect(listChange([known, "All"], ["All", unknown, known])).toEqual({ added: [unknown], removed: [], same: [known, "All"] });
  expect(listChange([{ cidrAddress: "192.0.2.0/24" }], [])).toEqual({ added: [], removed: [{ cidrAddress: "192.0.2.0/24" }], same: [] });
  expect(listChange(undefined, ["All"])).toEqual({ added: ["All"], removed: [], same: [] });
  expect(listChange(["a", "b"], ["b", "a"])).toBeUndefined();
  expect(listChange("enabled", "disabled")).toBeUndefined();
  expect(listChange(["a"], "a")).toBeUndefined();
  expect(listChange(undefined, undefined)).toBeUndefined();
  expect(listChange([{ settings: { deep: true } }], [])).toBeUndefined();
});

test("members that read alike and are not are no rows: another type, another name", () => {
  const group = { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: known };
  const excluded = { "@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", groupId: known };
  expect(listChange([group], [excluded])).toBeUndefined();
  expect(listChange([group], [group, excluded])).toBeUndefined();
  expect(listChange([{ groupId: known }], [{ userId: known }])).toBeUndefined();
  expect(listChange([3], ["3"])).toBeUndefined();
  const another = { ...excluded, groupId: unknown };
  expect(listChange([group], [another])).toEqual({ added: [another], removed: [group], same: [] });
  expect(listChange([known], [unknown])).toEqual({ added: [unknown], removed: [known], same: [] });
});

test("a list with a secret is no rows", () => {
  const secret = `frostgate-secret:0a1b2c3d:${"0".repeat(64)}`;
  expect(listChange([secret], ["a"])).toBeUndefined();
  expect(listChange(["a"], ["a", { name: "key", value: secret }])).toBeUndefined();
  expect([hasSecret(undefined, [secret]), hasSecret({ a: { b: secret } }, undefined), hasSecret(["about frostgate-secret: none"], undefined)]).toEqual([true, true, false]);
});

test("a member by its name, or as what it is", () => {
  expect(member(known, names, "excludeGroups")).toEqual({ text: "Break-glass accounts", id: known });
  expect(member(unknown, names, "includeRoles")).toEqual({ text: "role", id: unknown, nameless: true });
  expect(member("All", names, "includeUsers")).toEqual({ text: "All" });
  expect(member({ "@odata.type": "#x", cidrAddress: "203.0.113.0/24" }, {}, "ipRanges")).toEqual({ text: "203.0.113.0/24" });
  expect(member({ groupId: unknown, mode: "in" }, {}, "includeGroups")).toEqual({ text: "groupId: group 372140e0…, mode: in", id: unknown });
  expect(member(null, {}, "")).toEqual({ text: "nothing" });
  expect(member(3, {}, "")).toEqual({ text: "3" });
});

test("a line keeps names and says of the rest what it is", () => {
  expect(identified(`+ Contractors (cc88df81…), ${unknown}`, "conditions › users › includeRoles")).toBe("+ Contractors (cc88df81…), role 372140e0…");
  expect(identified("enabled → disabled", "state")).toBe("enabled → disabled");
});

test("what is cut stays a text", () => {
  expect(parsed('["a"]')).toEqual(["a"]);
  // No number is rounded on the way.
  expect(jsonText(parsed("[12345678901234567890,0.5]"))).toBe("[12345678901234567890,0.5]");
  expect(parsed('["a","b…')).toBe('["a","b…');
  expect(parsed("enabled")).toBe("enabled");
  expect(parsed(undefined)).toBeUndefined();
});
