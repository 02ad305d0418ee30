import { describe, expect, test } from "vitest";
import { mayReach, reachOf } from "./reach";

const type = "identity/conditionalAccess/policies";
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const [a, b, c, d, e, f, g] = [1, 2, 3, 4, 5, 6, 7].map(id) as [string, string, string, string, string, string, string];
const names = { [a]: "Break-glass accounts", [b]: "Contractors", [c]: "Finance", [d]: "Pilots", [e]: "Sales" };

const empty = { includeUsers: [], excludeUsers: [], includeGroups: [], excludeGroups: [], includeRoles: [], excludeRoles: [] };
const policy = (users: unknown, state: unknown = "enabled", more: object = {}) => ({ type, content: { state, conditions: { users, ...more } } });
const said = (users: object, state?: unknown, called: Record<string, string> = names) => reachOf(policy({ ...empty, ...users }, state), called)?.text;
const all = { includeUsers: ["All"] };

describe("whom a Conditional Access policy reaches", () => {
  test("all, all but some, some", () => {
    expect(said(all)).toBe("It reaches all users.");
    expect(said({ ...all, excludeGroups: [b, a] })).toBe("It reaches all users, except the groups Break-glass accounts and Contractors.");
    expect(said({ includeGroups: [c], excludeGroups: [a] })).toBe("It reaches the group Finance, except the group Break-glass accounts.");
    expect(said({ includeUsers: [c] })).toBe("It reaches the user Finance.");
    expect(said({ includeRoles: [c, d], includeGroups: [b], excludeUsers: ["GuestsOrExternalUsers"] })).toBe("It reaches the group Contractors, and holders of the roles Finance and Pilots, except guests and external users.");
    expect(said({ includeRoles: ["All"], excludeRoles: ["None"] })).toBe("It reaches holders of any role.");
  });

  test("everybody is said alone, whatever else is named", () => {
    expect(said({ includeUsers: ["All", c], includeGroups: [a] })).toBe("It reaches all users.");
    expect(reachOf(policy({ ...empty, ...all, includeGroups: [f] }), names)).toMatchObject({ groups: false, nameless: false });
  });

  test("nobody: none, nothing, exclusions alone, and everybody left out", () => {
    for (const users of [{ includeUsers: ["None"] }, {}, { excludeGroups: [a] }, { ...all, excludeUsers: ["All"] }]) expect(said(users)).toBe("It reaches nobody.");
    expect(reachOf(policy({ ...empty, excludeGroups: [a] }), names)).toMatchObject({ groups: false });
  });

  test("switched off, and only reporting", () => {
    expect(said({ ...all, excludeGroups: [a] }, "disabled")).toBe("It is switched off and reaches nobody. Switched on, it would reach all users, except the group Break-glass accounts.");
    expect(said({}, "disabled")).toBe("It is switched off and reaches nobody. Switched on, it would reach nobody either.");
    expect(said({ includeUsers: ["GuestsOrExternalUsers"] }, "enabledForReportingButNotEnforced")).toBe("It only reports: guests and external users would be reached.");
    expect(said({ ...all, excludeGroups: [a] }, "enabledForReportingButNotEnforced")).toBe("It only reports: all users would be reached, except the group Break-glass accounts.");
    expect(said({ includeUsers: ["None"] }, "enabledForReportingButNotEnforced")).toBe("It only reports: nobody would be reached.");
  });

  test("of many the first three, by name", () => {
    expect(said({ includeGroups: [e, d, c] })).toBe("It reaches the groups Finance, Pilots and Sales.");
    expect(said({ includeGroups: [e, d, c, b, a] })).toBe("It reaches the groups Break-glass accounts, Contractors, Finance and 2 more.");
    expect(said({ includeGroups: [a, b, c, d, e, f, g] }, "enabled", { ...names, [f]: "T", [g]: "U" })).toMatch(/ and 4 more\.$/);
    expect(said({ includeGroups: [a, a] })).toBe("It reaches the group Break-glass accounts.");
  });

  test("what has no name is counted, not made up", () => {
    expect(said({ includeGroups: [f] })).toBe("It reaches a group whose name is not known.");
    expect(said({ includeGroups: [a, f, g] })).toBe("It reaches the group Break-glass accounts and 2 groups whose names are not known.");
    expect(said({ ...all, excludeUsers: [f], excludeRoles: [g] })).toBe("It reaches all users, except holders of a role whose name is not known, and a user whose name is not known.");
    expect(reachOf(policy({ ...empty, includeGroups: [f] }), null)).toMatchObject({ groups: true, nameless: true });
    expect(reachOf(policy({ ...empty, includeGroups: [a] }), names)).toMatchObject({ groups: true, nameless: false });
    expect(said({ includeGroups: [a] }, "enabled", { [a]: "" })).toBe("It reaches a group whose name is not known.");
  });

  test("guests by kind and organisation", () => {
    const kinds = "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider";
    const guests = (guestOrExternalUserTypes: unknown, externalTenants?: unknown) => said({ includeGuestsOrExternalUsers: { guestOrExternalUserTypes, externalTenants } });
    const two = { "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants", membershipKind: "enumerated", members: [a, b] };
    expect(guests(kinds)).toBe("It reaches guests and external users.");
    expect(guests(kinds, { membershipKind: "all" })).toBe("It reaches guests and external users.");
    expect(guests(kinds, two)).toBe("It reaches external users from 2 organisations and internal guests.");
    expect(guests("b2bCollaborationGuest, serviceProvider")).toBe("It reaches invited guests and users of service providers.");
    expect(guests(["internalGuest"])).toBe("It reaches internal guests.");
    expect(guests("none")).toBe("It reaches nobody.");
    expect(said({ ...all, excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: "serviceProvider", externalTenants: two } })).toBe("It reaches all users, except users of service providers from 2 organisations.");
    expect(said({ includeUsers: ["GuestsOrExternalUsers"], includeGuestsOrExternalUsers: { guestOrExternalUserTypes: kinds } })).toBe("It reaches guests and external users.");
    for (const bad of ["unknownFutureValue", "", undefined, 3, ["x"]]) expect(guests(bad)).toBeUndefined();
    for (const bad of [{ membershipKind: "enumerated", members: [] }, { membershipKind: "other" }, "all", { members: [a] }]) expect(guests(kinds, bad)).toBeUndefined();
  });

  test("applications that sign in as themselves", () => {
    const apps = (clientApplications: unknown, users: unknown = { ...empty, includeUsers: ["None"] }) => reachOf(policy(users, "enabled", { clientApplications }), names)?.text;
    expect(apps({ includeServicePrincipals: ["ServicePrincipalsInMyTenant"], excludeServicePrincipals: [c] })).toBe("It reaches all applications registered in the tenant, except the application Finance.");
    expect(apps({ includeServicePrincipals: [f] }, null)).toBe("It reaches an application whose name is not known.");
    expect(apps({ includeServicePrincipals: ["None"] })).toBe("It reaches nobody.");
    expect(apps({ includeServicePrincipals: [], excludeServicePrincipals: [] }, { ...empty, ...all })).toBe("It reaches all users.");
    expect(apps({ includeServicePrincipals: [c] }, { ...empty, ...all })).toBeUndefined();
    expect(apps({ includeServicePrincipals: [c], servicePrincipalFilter: { mode: "include", rule: "x" } })).toBeUndefined();
    expect(apps({ includeServicePrincipals: ["Another word"] })).toBeUndefined();
  });
});

const target = (kind: string, more: object = {}, of: object = {}) => ({ target: { "@odata.type": `#microsoft.graph.${kind}AssignmentTarget`, ...more }, ...of });
const assigned = (assignments: unknown, of = "deviceManagement/configurationPolicies") => reachOf({ type: of, content: { assignments } }, names)?.text;

describe("to whom an object of Intune is assigned", () => {
  test("all devices, all users, groups, and who is left out", () => {
    expect(assigned([target("allDevices")])).toBe("It is assigned to all devices.");
    expect(assigned([target("allLicensedUsers"), target("allDevices")])).toBe("It is assigned to all devices and all users who have a licence.");
    expect(assigned([target("group", { groupId: c }), target("group", { groupId: d }), target("exclusionGroup", { groupId: a })])).toBe("It is assigned to the groups Finance and Pilots, except the group Break-glass accounts.");
    expect(assigned([target("group", { groupId: f }), target("exclusionGroup", { groupId: g })])).toBe("It is assigned to a group whose name is not known, except a group whose name is not known.");
  });

  test("nobody", () => {
    expect(assigned([]), "an empty list says nothing").toBeUndefined();
    expect(assigned([target("exclusionGroup", { groupId: a })])).toBe("It is assigned to nobody.");
  });

  test("a filter narrows it", () => {
    const filter = (kind: string, id = c) => ({ deviceAndAppManagementAssignmentFilterId: id, deviceAndAppManagementAssignmentFilterType: kind });
    expect(assigned([target("allDevices", filter("include"))])).toBe("It is assigned to all devices, only where the filter Finance matches.");
    expect(assigned([target("allDevices", filter("exclude", f))])).toBe("It is assigned to all devices, except where a filter whose name is not known matches.");
    expect(assigned([target("allDevices", filter("none", id(0)))])).toBe("It is assigned to all devices.");
    expect(assigned([target("allDevices", filter("include")), target("group", { groupId: d })])).toBe("It is assigned to the group Pilots, and all devices, only where the filter Finance matches.");
    expect(assigned([target("allDevices", filter("other"))])).toBeUndefined();
    // Two filters stay two, also where neither has a name.
    expect(assigned([target("group", { groupId: c, ...filter("include", f) }), target("group", { groupId: d, ...filter("include", g) })])).toBe("It is assigned to the group Finance, only where a filter whose name is not known matches, and the group Pilots, only where a filter whose name is not known matches.");
  });

  test("what an assignment is for", () => {
    const apps = "deviceAppManagement/mobileApps";
    expect(assigned([target("group", { groupId: c }, { intent: "uninstall" }), target("allLicensedUsers", {}, { intent: "required" })], apps)).toBe("It is required for all users who have a licence. It is to be removed from the group Finance.");
    expect(assigned([target("group", { groupId: c }, { intent: "available" }), target("exclusionGroup", { groupId: d }, { intent: "required" })], apps)).toBe("It is available to the group Finance.");
    expect(assigned([target("allDevices", {}, { intent: "later" })], apps)).toBeUndefined();
  });
});

describe("nothing is said", () => {
  test("of types that are not read here", () => {
    expect([type, "deviceManagement/intents", "deviceAppManagement/mobileApps", "groups", "policies/x", "v1/Pod"].map(mayReach)).toEqual([true, true, true, false, false, false]);
    expect(reachOf({ type: "groups", content: { assignments: [target("allDevices")], state: "enabled", conditions: { users: all } } })).toBeUndefined();
  });

  test("of what is gone", () => {
    expect(reachOf({ ...policy({ ...empty, ...all }), state: "missing" })).toBeUndefined();
    expect(reachOf({ ...policy({ ...empty, ...all }), state: "unknown" })?.text).toBe("It reaches all users.");
  });

  test("where the content is not as expected", () => {
    for (const content of [undefined, null, "", "x", 7, [], {}, { state: "enabled" }, { state: "enabled", conditions: null }, { state: "enabled", conditions: [] }]) expect(reachOf({ type, content })).toBeUndefined();
    for (const users of [undefined, null, "All", [], {}, { excludeUsers: [a] }, { includeUsers: "All" }, { includeUsers: [7] }, { includeUsers: [{}] }, { includeUsers: [""] }, { ...empty, includeUsers: ["Everybody"] }]) expect(reachOf(policy(users), names)).toBeUndefined();
    for (const users of [{ ...all, excludeUsers: "x" }, { ...all, excludeUsers: ["constructor"] }, { includeGroups: ["__proto__"] }, { ...all, excludeMoons: [a] }]) expect(reachOf(policy(users), names)).toBeUndefined();
    for (const state of [null, "", "on", 1, {}]) expect(said(all, state)).toBeUndefined();
    expect(reachOf(policy({ ...empty, ...all }, "enabled", { agents: { includeAgentUsers: [a] } }))).toBeUndefined();
    const whole = policy({ ...empty, ...all });
    expect(reachOf({ ...whole, content: { ...whole.content, partialEnablementStrategy: { percent: 5 } } })).toBeUndefined();
    expect(reachOf(policy({ ...empty, ...all, excludeMoons: null }, "enabled", { agents: null, clientApplications: {} }))?.text).toBe("It reaches all users.");
  });

  test("where assignments are not as expected", () => {
    for (const list of [undefined, null, "x", {}, [null], ["x"], [{}], [{ target: null }], [{ target: {} }], [target("moon")], [target("group")], [target("group", { groupId: 3 })], [target("group", { groupId: "toString" })], [target("allDevices"), target("configurationManagerCollection")]]) expect(assigned(list)).toBeUndefined();
    expect(reachOf({ type: "deviceManagement/intents", content: undefined })).toBeUndefined();
  });
});
