// Whom a policy reaches, in words, from its stored content. Pure. What cannot be
// read to its end is not told at all: half a scope would be a wrong one.
import { count, plural } from "@/ui/format";

export interface Reach {
  /** One or two sentences; the first begins with "It". */
  text: string;
  /** Groups are spoken of. */
  groups: boolean;
  /** Something is spoken of whose name is not known. */
  nameless: boolean;
}

export interface Seen {
  type: string;
  state?: "present" | "missing" | "unknown";
  content?: unknown;
}

type Names = Readonly<Record<string, string>>;
type Obj = Record<string, unknown>;
type Kind = "group" | "user" | "role" | "application" | "filter";

/** Content that says more, or other things, than is understood here. */
class Unreadable extends Error {}

const policies = "identity/conditionalAccess/policies";

/** Whether a scope may be read from objects of a type. */
export const mayReach = (type: string): boolean => type === policies || /^(deviceManagement|deviceAppManagement)\//.test(type);

/** Nothing is said of what is gone, of other types, and of content that is not as expected. */
export function reachOf(o: Seen, names?: Names | null): Reach | undefined {
  if (!mayReach(o.type) || o.state === "missing") return undefined;
  const words = new Words(names ?? {});
  try {
    const text = o.type === policies ? policy(object(o.content), words) : assignments(object(o.content).assignments, words);
    return { text, groups: words.groups, nameless: words.nameless };
  } catch (e) {
    if (e instanceof Unreadable) return undefined;
    throw e;
  }
}

// Reading

const isObject = (v: unknown): v is Obj => v !== null && typeof v === "object" && !Array.isArray(v);
const isText = (v: unknown): v is string => typeof v === "string" && v !== "";

function object(v: unknown): Obj {
  if (!isObject(v)) throw new Unreadable();
  return v;
}

function texts(v: unknown): string[] {
  if (v === undefined || v === null) return [];
  if (!Array.isArray(v) || !v.every(isText)) throw new Unreadable();
  return [...new Set(v)];
}

const isBlank = (v: unknown): boolean => v === undefined || v === null || v === "" || (Array.isArray(v) ? v.length === 0 : isObject(v) && entries(v).every(([, inner]) => isBlank(inner)));

const entries = (o: Obj) => Object.entries(o).filter(([name]) => !name.includes("@odata."));

/** Microsoft adds ways to include and to leave out; one that is not known here changes the scope. */
function only(o: Obj, known: readonly string[]) {
  if (!entries(o).every(([name, v]) => known.includes(name) || isBlank(v))) throw new Unreadable();
}

// Words

const identifier = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const most = 3;

function joined(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  if (parts.length < 2) return last;
  const before = parts.slice(0, -1).join(", ");
  return parts.some((p) => / and | where |,|^holders of/.test(p)) ? `${before}, and ${last}` : `${before} and ${last}`;
}

function listed(names: readonly string[]): string {
  if (names.length > most) return `${names.slice(0, most).join(", ")} and ${count(names.length - most)} more`;
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Calls things by name, and notes what it spoke of. */
class Words {
  groups = false;
  nameless = false;
  readonly #names: Names;

  constructor(names: Names) {
    this.#names = names;
  }

  #name(id: string): string | undefined {
    const name: unknown = Object.hasOwn(this.#names, id) ? this.#names[id] : undefined;
    if (isText(name)) return name;
    // No identifier: it may be a word with a meaning of its own.
    if (!identifier.test(id)) throw new Unreadable();
    return undefined;
  }

  /** "the groups A and B", "a group whose name is not known". */
  of(kind: Kind, ids: readonly string[]): string[] {
    const all = ids.map((id) => this.#name(id));
    const names = all.filter(isText).sort((a, b) => a.localeCompare(b, "en"));
    const blind = all.length - names.length;
    const before = kind === "role" ? "holders of " : "";
    if (kind === "group" && ids.length > 0) this.groups = true;
    if (blind > 0) this.nameless = true;
    return [
      ...(names.length > 0 ? [`${before}the ${kind}${names.length === 1 ? "" : "s"} ${listed(names)}`] : []),
      ...(blind === 1 ? [`${before}${kind === "application" ? "an" : "a"} ${kind} whose name is not known`] : blind > 1 ? [`${before}${plural(blind, kind)} whose names are not known`] : []),
    ];
  }
}

const except = (left: readonly string[]): string => (left.length > 0 ? `, except ${joined(left)}` : "");

// Conditional Access

/** Nobody: no parts. Everybody: what else is named adds nothing. */
interface Side {
  everybody: boolean;
  parts: string[];
}

function policy(content: Obj, words: Words): string {
  const on = object(content.conditions);
  // What narrows it in ways that are not told here.
  if (!isBlank(on.agents) || !isBlank(content.partialEnablementStrategy)) throw new Unreadable();
  const apps = isBlank(on.clientApplications) ? undefined : applications(object(on.clientApplications), words);
  if (apps && isBlank(on.users)) return inState(content.state, apps.to, apps.but);
  const u = object(on.users);
  only(u, ["include", "exclude"].flatMap((side) => ["Users", "Groups", "Roles", "GuestsOrExternalUsers"].map((what) => side + what)));
  if (!apps && !Object.keys(u).some((name) => name.startsWith("include"))) throw new Unreadable();
  const to = users(u, "include", words);
  if (apps && to.parts.length > 0 && apps.to.length > 0) throw new Unreadable();
  if (to.parts.length === 0) return inState(content.state, apps?.to ?? [], apps?.but ?? []);
  const but = users(u, "exclude", words);
  return inState(content.state, but.everybody ? [] : to.parts, but.parts);
}

function users(u: Obj, side: "include" | "exclude", words: Words): Side {
  const named = texts(u[`${side}Users`]);
  const roles = texts(u[`${side}Roles`]).filter((id) => id !== "None");
  const tokens = ["All", "None", "GuestsOrExternalUsers"];
  const every = named.includes("All");
  const guests = every ? [] : guestsIn(u[`${side}GuestsOrExternalUsers`]);
  if (named.includes("GuestsOrExternalUsers")) guests.splice(0, guests.length, "guests and external users");
  if (every) return { everybody: true, parts: ["all users"] };
  const people = words.of("user", named.filter((id) => !tokens.includes(id)));
  const held = roles.includes("All") ? ["holders of any role"] : words.of("role", roles);
  return { everybody: false, parts: [...guests, ...words.of("group", texts(u[`${side}Groups`])), ...held, ...people] };
}

const outside: Record<string, string> = {
  b2bCollaborationGuest: "invited guests", b2bCollaborationMember: "invited members", b2bDirectConnectUser: "users connected directly",
  otherExternalUser: "other external users", serviceProvider: "users of service providers",
};

/** Guests by kind, and from which organisations: those inside are of none. */
function guestsIn(v: unknown): string[] {
  if (v === undefined || v === null) return [];
  const o = object(v);
  only(o, ["guestOrExternalUserTypes", "externalTenants"]);
  const given = o.guestOrExternalUserTypes;
  if (isBlank(given)) throw new Unreadable();
  const kinds = (isText(given) ? given.split(",").map((k) => k.trim()) : texts(given)).filter((k) => k !== "none");
  if (!kinds.every((k) => k === "internalGuest" || Object.hasOwn(outside, k))) throw new Unreadable();
  const from = organisations(o.externalTenants);
  const inside = kinds.includes("internalGuest");
  const strangers = Object.keys(outside).filter((k) => kinds.includes(k));
  const every = strangers.length === Object.keys(outside).length;
  if (every && inside && from === "") return ["guests and external users"];
  return [...(strangers.length > 0 ? [`${every ? "external users" : joined(strangers.map((k) => outside[k]!))}${from}`] : []), ...(inside ? ["internal guests"] : [])];
}

function organisations(v: unknown): string {
  if (v === undefined || v === null) return "";
  const o = object(v);
  if (o.membershipKind === "all") return "";
  const members = texts(o.members);
  if (o.membershipKind !== "enumerated" || members.length === 0) throw new Unreadable();
  return ` from ${plural(members.length, "organisation")}`;
}

/** Applications that sign in as themselves. */
function applications(a: Obj, words: Words): { to: string[]; but: string[] } {
  only(a, ["includeServicePrincipals", "excludeServicePrincipals"]);
  const to = texts(a.includeServicePrincipals).filter((id) => id !== "None");
  const own = to.includes("ServicePrincipalsInMyTenant");
  return { to: own ? ["all applications registered in the tenant"] : words.of("application", to), but: words.of("application", texts(a.excludeServicePrincipals)) };
}

function inState(state: unknown, to: readonly string[], left: readonly string[]): string {
  const whom = to.length > 0 ? joined(to) : "nobody";
  const but = to.length > 0 ? except(left) : "";
  switch (state) {
    case "enabled": return `It reaches ${whom}${but}.`;
    case "disabled": return `It is switched off and reaches nobody. Switched on, it would reach ${whom}${but}${to.length > 0 ? "" : " either"}.`;
    case "enabledForReportingButNotEnforced": return `It only reports: ${whom} would be reached${but}.`;
    default: throw new Unreadable();
  }
}

// Assignments of Microsoft Intune

interface Target {
  what: "devices" | "users" | "group" | "exclusion";
  group?: string;
  filter?: Filter;
}

interface Filter {
  id: string;
  kind: "include" | "exclude";
}

/** What is done to whom an object is assigned to, by what the assignment intends. */
const intents: [intents: unknown[], words: string][] = [
  [[undefined, null, "", "apply"], "It is assigned to"], [["required"], "It is required for"], [["available"], "It is available to"],
  [["availableWithoutEnrollment"], "It is available, also on devices that are not enrolled, to"], [["uninstall", "remove"], "It is to be removed from"],
];

function assignments(v: unknown, words: Words): string {
  if (!Array.isArray(v)) throw new Unreadable();
  const all = v.map(object);
  if (!all.every((a) => intents.some(([list]) => list.includes(a.intent)))) throw new Unreadable();
  const said = intents.flatMap(([list, verb]) => {
    const targets = all.filter((a) => list.includes(a.intent)).map((a) => target(object(a.target)));
    const to = targets.filter((t) => t.what !== "exclusion");
    return to.length > 0 ? [`${verb} ${joined(assigned(to, words))}${except(words.of("group", groupsOf(targets, "exclusion")))}.`] : [];
  });
  // An empty list is no word on it: some objects hold for all without any, and some exports leave it out.
  if (all.length === 0) throw new Unreadable();
  return said.length > 0 ? said.join(" ") : "It is assigned to nobody.";
}

const kinds: Record<string, Target["what"]> = { allDevicesAssignmentTarget: "devices", allLicensedUsersAssignmentTarget: "users", groupAssignmentTarget: "group", exclusionGroupAssignmentTarget: "exclusion" };

function target(t: Obj): Target {
  const type = t["@odata.type"];
  const name = isText(type) ? type.replace(/^#?microsoft\.graph\./, "") : "";
  const what = Object.hasOwn(kinds, name) ? kinds[name]! : undefined;
  if (!what) throw new Unreadable();
  const filter = what === "exclusion" ? undefined : filterOf(t);
  if (what === "devices" || what === "users") return { what, filter };
  if (!isText(t.groupId)) throw new Unreadable();
  return { what, group: t.groupId, filter };
}

/** A filter takes a part of whom the target names. */
function filterOf(t: Obj): Filter | undefined {
  const [id, kind] = [t.deviceAndAppManagementAssignmentFilterId, t.deviceAndAppManagementAssignmentFilterType];
  if (isBlank(id) || kind === "none" || id === "00000000-0000-0000-0000-000000000000") return undefined;
  if (!isText(id) || (kind !== "include" && kind !== "exclude")) throw new Unreadable();
  return { id, kind };
}

const groupsOf = (list: readonly Target[], what: Target["what"]): string[] => [...new Set(list.flatMap((t) => (t.what === what && t.group ? [t.group] : [])))];

function assigned(list: readonly Target[], words: Words): string[] {
  const keyOf = (f?: Filter) => (f ? `${f.kind} ${f.id}` : "");
  const filters = new Map(list.map((t) => [keyOf(t.filter), t.filter]));
  const phrases = [...filters].map(([key, filter]) => {
    const of = list.filter((t) => keyOf(t.filter) === key);
    const whole = (what: Target["what"], text: string) => (of.some((t) => t.what === what) ? [text] : []);
    return joined([...whole("devices", "all devices"), ...whole("users", "all users who have a licence"), ...words.of("group", groupsOf(of, "group"))]) + (filter ? `, ${filter.kind === "include" ? "only" : "except"} where ${words.of("filter", [filter.id])[0]} matches` : "");
  });
  return phrases.sort((a, b) => Number(a.includes(" where ")) - Number(b.includes(" where ")) || a.localeCompare(b, "en"));
}
