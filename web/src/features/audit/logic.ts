// The audit in words; pure.
import type { Schemas } from "@/api/client";
import type { Field, Values } from "@/ui/filters";
import { readFilters } from "@/ui/filters";
import type { Search } from "@/app/search";

export type Entry = Schemas["AuditRecord"];

/** What was done, as a sentence without its subject. */
const done: Record<string, string> = {
  "tenant.create": "made a tenant", "tenant.update": "changed a tenant", "person.create": "added a person", "person.disable": "disabled a person", "person.enable": "enabled a person",
  "role.grant": "gave a role", "role.remove": "took a role", "key.create": "made a key", "key.rotate": "rotated a key", "key.revoke": "revoked a key", "key.leak": "reported a leaked key",
  "key.leak_reported": "reported a leaked key", "module.create": "registered a module", "module.enrol": "enrolled a module", "module.rotate": "changed a module’s key", "module.revoke": "revoked a module", "module.token": "made a token for a module", "attestation.submit": "attested",
  "webhook.create": "added a webhook", "webhook.delete": "removed a webhook", "webhook.test": "tried a webhook", "rules.import": "imported rules", "rules.remove": "took rules out", "rules.tune": "tuned a rule", "rules.filter.add": "added a filter to rules", "rules.filter.remove": "removed a filter of rules",
  "evidence.verify": "verified evidence", "session.open": "signed in to the console", "session.close": "signed out of the console", "request.denied": "was denied",
  "enforcement.revoke": "revoked an enforcement", "allowlist.add": "added to the allow-list", "allowlist.remove": "removed from the allow-list",
  "mission.create": "made a mission", "mission.end": "ended a mission", "document.create": "stored a document of rules", "ruleset.create": "made a ruleset", "ruleset.activate": "switched the ruleset",
  "evidence.read": "read evidence", "evidence.prune": "removed what was past its retention", "evidence.erase": "erased a subject", "evidence.rekey": "renewed the encryption keys",
  "inventory.run": "observed configuration", "inventory.run.abort": "gave up an observation", "drift.compare": "compared with the baseline", "drift.rules": "changed the severities of drift",
  "drift.acknowledge": "acknowledged drift", "drift.accept": "accepted drift", "drift.deny": "denied drift", "drift.reopen": "reopened drift", "drift.assign": "assigned drift", "drift.comment": "commented on drift",
  "drift.baseline.create": "made a baseline", "drift.baseline.change": "changed a baseline", "drift.baseline.activate": "put a baseline in force", "drift.baseline.remove": "removed a baseline",
  "decision.feedback": "judged a detection", "anomaly.retrain": "retrained the anomaly model",
};

export function doneText(action: string): string {
  const known = done[action];
  if (known) return known;
  const [area = "", ...rest] = action.split(".");
  return rest.length === 0 ? area.replaceAll("_", " ") : `${area.replaceAll("_", " ")}: ${rest.join(" ").replaceAll("_", " ")}`;
}

/** Groups of actions, as the filter offers them. */
export const areas: { value: string; label: string }[] = [
  { value: "session.", label: "signing in and out" }, { value: "request.denied", label: "denied requests" }, { value: "key.", label: "keys" }, { value: "person.", label: "people" }, { value: "role.", label: "roles" }, { value: "tenant.", label: "tenants" },
  { value: "enforcement.", label: "enforcements" }, { value: "allowlist.", label: "allow-list" }, { value: "mission.", label: "missions" }, { value: "ruleset.", label: "rulesets" }, { value: "document.", label: "documents of rules" }, { value: "decision.", label: "judging detections" },
  { value: "inventory.", label: "inventory" }, { value: "drift.", label: "drift" }, { value: "evidence.", label: "evidence" }, { value: "module.", label: "modules" }, { value: "webhook.", label: "webhooks" },
];

export const fields: Field[] = [
  { kind: "text", key: "q", label: "Text", placeholder: "Part of an action, object, address or detail", main: true },
  { kind: "text", key: "who", label: "Who", placeholder: "Who: part of a name" },
  { kind: "many", key: "action", label: "What", options: areas, open: true },
  { kind: "one", key: "kind", label: "Show", options: [{ value: "changes", label: "changes" }, { value: "reads", label: "reads of evidence" }, { value: "sign-ins", label: "sign-ins" }, { value: "all", label: "everything" }] },
  { kind: "one", key: "outcome", label: "Outcome", options: [{ value: "ok", label: "done" }, { value: "denied", label: "denied" }] },
  { kind: "hidden", key: "target", label: "Object" },
  { kind: "hidden", key: "principal", label: "Who" },
  { kind: "hidden", key: "key_id", label: "Key" },
  { kind: "hidden", key: "from", label: "From" },
  { kind: "hidden", key: "to", label: "Before" },
];
const action: Field = { kind: "one", key: "action", label: "What", options: areas };
/** The action is one at a time; another than the areas may be in the URL. */
export const shownFields: Field[] = fields.map((f) => (f.key === "action" ? action : f)).filter((f) => f.key !== "from" && f.key !== "to");

/**
 * Which kind of entries shows. Nobody asked: changes, which reads and sign-ins
 * would drown; but everything where one thing, person or action is looked for.
 */
export function kindOf(v: Values): "changes" | "reads" | "sign-ins" | "all" {
  if (v.kind === "changes" || v.kind === "reads" || v.kind === "sign-ins" || v.kind === "all") return v.kind;
  return v.action || v.target || v.principal || v.key_id || v.outcome ? "all" : "changes";
}

const text = (v: Values[string]) => (typeof v === "string" ? v : Array.isArray(v) ? v[0] : undefined);
const time = (v: Values[string]) => {
  const t = text(v);
  return t !== undefined && !Number.isNaN(Date.parse(t)) ? new Date(t).toISOString() : undefined;
};

/** What the URL asks of the API; times that are none are left out. */
export function auditAsk(search: Search, tenant: string | undefined) {
  const v = readFilters(fields, search);
  const kind = kindOf(v);
  return { kind: kind === "all" ? undefined : kind, q: text(v.q), who: text(v.who), action: text(v.action), outcome: text(v.outcome) as Entry["outcome"] | undefined, target: text(v.target), principal: text(v.principal), key_id: text(v.key_id), from: time(v.from), to: time(v.to), tenant };
}

/** A time of the URL as <input type="datetime-local"> has it, in local time. */
export function localInput(v: unknown): string {
  if (typeof v !== "string" || Number.isNaN(Date.parse(v))) return "";
  const d = new Date(v);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}

export const fromInput = (v: string): string | undefined => (v === "" || Number.isNaN(Date.parse(v)) ? undefined : new Date(v).toISOString());

export interface Change {
  name: string;
  before?: string;
  after?: string;
}

/** What is recorded of an entry: pairs of before and after, and the rest. */
export function detailOf(detail: Record<string, string> | undefined): { changes: Change[]; rest: [string, string][] } {
  const d = detail ?? {};
  const changes: Change[] = [];
  const used = new Set<string>(["entry"]);
  for (const name of Object.keys(d)) {
    const before = `${name}_before` in d ? `${name}_before` : undefined;
    if (before) {
      changes.push({ name: words(name), before: d[before], after: d[name] });
      used.add(name).add(before);
    } else if (name.endsWith("_before") && !(name.slice(0, -7) in d)) {
      changes.push({ name: words(name.slice(0, -7)), before: d[name] });
      used.add(name);
    }
  }
  if ("from" in d && "to" in d) {
    changes.push({ name: "value", before: d.from, after: d.to });
    used.add("from").add("to");
  }
  return { changes, rest: Object.entries(d).filter(([k]) => !used.has(k)).map(([k, v]) => [words(k), k.endsWith("_us") && /^\d{13,17}$/.test(v) ? new Date(Number(v) / 1000).toISOString() : v]) };
}

const words = (name: string) => ({ first_us: "first time", last_us: "last time", log_id: "log", code: "refused because", reason: "reason", name: "name" })[name] ?? name.replaceAll("_", " ");

/** Why a request was denied, by the code of its problem. */
export const deniedWhy: Record<string, string> = {
  forbidden: "The key lacks the right to do it.", unauthenticated: "No key, or not a valid one.", key_expired: "The key had expired.", key_revoked: "The key was revoked.", tenant_mismatch: "It was about another tenant.",
};

/** Where an object of the audit can be looked at. */
export function targetLink(e: Pick<Entry, "action" | "target">): { to: string; params?: Record<string, string> } | undefined {
  const t = e.target ?? "";
  if (e.action.startsWith("tenant.") && t) return { to: "/settings/tenants/$id", params: { id: t } };
  if (e.action.startsWith("webhook.") && e.action !== "webhook.delete" && t) return { to: "/settings/webhooks/$id", params: { id: t } };
  if (/^enf_/.test(t)) return { to: "/enforcements/$id", params: { id: t } };
  if (/^fnd_/.test(t)) return { to: "/drift/findings/$id", params: { id: t } };
  if (/^run_/.test(t)) return { to: "/inventory/runs/$id", params: { id: t } };
  if (/^bas_|^bsl_/.test(t)) return { to: "/drift/baselines/$id", params: { id: t } };
  if (e.action.startsWith("mission.")) return { to: "/missions/$id", params: { id: t } };
  if (e.action.startsWith("allowlist.")) return { to: "/allowlists" };
  if (/^[0-9a-f]{16}-\d+$/.test(t)) return { to: "/decisions/$id", params: { id: t } };
  if (/^decision:[0-9a-f]{16}-\d+$/.test(t)) return { to: "/decisions/$id", params: { id: t.slice(9) } };
  return undefined;
}

/** Of what is read: "The newest 100 entries, by 4 principals; 3 were denied." */
export function auditLead(rows: readonly Pick<Entry, "principal" | "outcome">[], more: boolean, many: boolean): string {
  if (rows.length === 0) return "";
  const who = new Set(rows.map((r) => r.principal)).size;
  const denied = rows.filter((r) => r.outcome === "denied").length;
  const of = more ? `The newest ${rows.length.toLocaleString("en-US")} entries` : rows.length === 1 ? "1 entry" : `${rows.length.toLocaleString("en-US")} entries`;
  return `${of}${many ? " of all tenants" : ""}, by ${who === 1 ? "one" : who} ${who === 1 ? "person or service" : "people and services"}; ${denied === 0 ? "nothing was denied" : denied === 1 ? "1 was denied" : `${denied} were denied`}.`;
}
