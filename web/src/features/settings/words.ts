// What roles and scopes let somebody do, in plain words.
import type { Schemas } from "@/api/client";

export type Role = Schemas["RoleView"]["role"];

export const roles: Record<Role, { name: string; may: string }> = {
  viewer: { name: "Viewer", may: "Sees decisions, rules, missions, enforcements, inventory and drift. Changes nothing." },
  analyst: { name: "Analyst", may: "What a viewer sees; investigates, sends events, gives feedback and triages drift." },
  approver: { name: "Approver", may: "What a viewer sees; decides on mitigations that wait, ends enforcements." },
  editor: { name: "Editor", may: "What an analyst may; changes rules, missions, allow-lists and webhooks, observes inventory." },
  admin: { name: "Administrator", may: "Everything, people and keys too, but not making or changing tenants." },
  owner: { name: "Owner", may: "Everything, tenants too." },
  auditor: { name: "Auditor", may: "Reads everything, the audit and all evidence too. Changes nothing." },
};

export const roleNames = Object.keys(roles) as Role[];

interface ScopeWord {
  scope: string;
  may: string;
}

/** All scopes by what they are about; the server refuses what nobody holds. */
export const areas: { name: string; scopes: ScopeWord[] }[] = [
  { name: "Decisions", scopes: [{ scope: "defend:write", may: "Send events to be decided on" }, { scope: "decisions:read", may: "Read decisions, the feed and figures" }] },
  { name: "Evidence", scopes: [{ scope: "evidence:read", may: "Read receipts, logs and bundles" }, { scope: "evidence:write", may: "Submit signed statements, replay and give feedback" }, { scope: "evidence:erase", may: "Destroy payloads for good" }] },
  { name: "Rules", scopes: [{ scope: "rules:read", may: "Read rules and policy" }, { scope: "rules:write", may: "Change rules and policy" }] },
  { name: "Missions", scopes: [{ scope: "missions:read", may: "Read missions" }, { scope: "missions:write", may: "Open and end missions" }] },
  { name: "Enforcements", scopes: [{ scope: "enforcements:read", may: "Read what is in force and what waits" }, { scope: "enforcements:write", may: "Approve, reject and revoke; change allow-lists" }] },
  { name: "Inventory", scopes: [{ scope: "inventory:read", may: "Read what was observed" }, { scope: "inventory:write", may: "Send observations" }] },
  { name: "Drift", scopes: [{ scope: "drift:read", may: "Read findings and baselines" }, { scope: "drift:write", may: "Triage findings, change baselines" }] },
  { name: "Audit and use", scopes: [{ scope: "audit:read", may: "Read who did what" }, { scope: "usage:read", may: "Read how much is used" }] },
  { name: "Organisation", scopes: [{ scope: "tenants:read", may: "Read tenants and their settings" }, { scope: "tenants:write", may: "Make, change and suspend tenants" }, { scope: "people:read", may: "Read people and roles" }, { scope: "people:write", may: "Add people, give and take roles" }] },
  { name: "Keys", scopes: [{ scope: "keys:read", may: "Read keys, without their secrets" }, { scope: "keys:write", may: "Make, rotate and revoke keys" }] },
  { name: "Connections", scopes: [{ scope: "modules:read", may: "Read modules that sign" }, { scope: "modules:write", may: "Enrol and revoke modules" }, { scope: "webhooks:read", may: "Read webhooks" }, { scope: "webhooks:write", may: "Add, test and remove webhooks" }] },
  { name: "Operation", scopes: [{ scope: "ops:read", may: "Read health and metrics" }] },
];

export interface Purpose {
  id: string;
  name: string;
  scopes: string[];
}

/** What keys are usually made for. */
export const purposes: Purpose[] = [
  { id: "sensor", name: "Sensor or connector: sends events", scopes: ["defend:write"] },
  { id: "observer", name: "Inventory: sends observations", scopes: ["inventory:read", "inventory:write", "drift:read"] },
  { id: "bouncer", name: "Firewall or proxy: takes what is in force", scopes: ["enforcements:read"] },
  { id: "board", name: "Dashboard: only reads", scopes: ["decisions:read", "rules:read", "missions:read", "enforcements:read", "inventory:read", "drift:read"] },
  { id: "audit", name: "Audit: evidence and who did what", scopes: ["decisions:read", "evidence:read", "audit:read"] },
];

export const mayOf = (scope: string): string => areas.flatMap((a) => a.scopes).find((s) => s.scope === scope)?.may ?? scope;

/** The areas with what of them is held; empty ones are left out. */
export function held(scopes: readonly string[]): { name: string; scopes: ScopeWord[] }[] {
  const known = new Set(areas.flatMap((a) => a.scopes.map((s) => s.scope)));
  const rest = scopes.filter((s) => !known.has(s)).map((scope) => ({ scope, may: scope }));
  return [...areas.map((a) => ({ name: a.name, scopes: a.scopes.filter((s) => scopes.includes(s.scope)) })), { name: "Other", scopes: rest }].filter((a) => a.scopes.length > 0);
}

const things = (n: number) => (n === 1 ? "1 thing" : `${n} things`);

/** In a line: "Sends events", "Reads only", "Everything". */
export function inShort(scopes: readonly string[]): string {
  const all = areas.flatMap((a) => a.scopes).length;
  if (scopes.length >= all) return "Everything";
  const same = purposes.find((p) => p.scopes.length === scopes.length && p.scopes.every((s) => scopes.includes(s)));
  if (same) return same.name.split(":")[0]!;
  if (scopes.length === 1) return mayOf(scopes[0]!);
  const writes = scopes.filter((s) => !s.endsWith(":read"));
  return writes.length === 0 ? `Reads ${things(scopes.length)}` : `Reads ${things(scopes.length - writes.length)}, changes ${things(writes.length)}`;
}
