// What the drift screens work out by themselves; pure.
import type { BodyOf, QueryOf, Schemas } from "@/api/client";
import type { Search } from "@/app/search";
import { readFilters, type Field, type Values } from "@/ui/filters";
import { plural } from "@/ui/format";

export type Finding = Schemas["FindingView"];
export type Detail = Schemas["FindingDetail"];
export type Action = BodyOf<"post", "/api/v1/drift/findings/{id}/triage">["action"];
export type State = Finding["state"];

const options = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
export const states: State[] = ["new", "reopened", "acknowledged", "accepted", "denied", "resolved"];
export const severities: Finding["severity"][] = ["critical", "high", "medium", "low", "informational"];

export const fields: Field[] = [
  { kind: "text", key: "q", label: "Name, ID or path", main: true },
  { kind: "text", key: "type", label: "Type", placeholder: "Type, e.g. Conditional Access" },
  { kind: "many", key: "severity", label: "Severity", options: options(severities) },
  { kind: "many", key: "state", label: "State", options: options(states) },
  { kind: "many", key: "kind", label: "Change", options: options(["added", "removed", "changed", "metadata"]) },
  { kind: "flag", key: "all", label: "Any state" },
  { kind: "hidden", key: "source", label: "Source" },
  { kind: "hidden", key: "run", label: "Run" },
  { kind: "hidden", key: "object_id", label: "Object" },
  { kind: "hidden", key: "baseline", label: "Baseline" },
  { kind: "hidden", key: "group", label: "Same change" },
  { kind: "hidden", key: "assignee", label: "Assigned to" },
  { kind: "hidden", key: "id", label: "Finding" },
];

export const readFindingFilters = (search: Search): Values => readFilters(fields, search);

/** The request of a list. State and "any state" exclude each other; states that are named count. */
export function findingsAsk(v: Values, tenant: string | undefined): { query: QueryOf<"get", "/api/v1/drift/findings"> } {
  const { all, type, ...rest } = v;
  const query = { ...rest, ...(type ? { type: [type] } : {}), ...(all && !v.state ? { all: true } : {}), tenant, limit: 100 };
  return { query: query as QueryOf<"get", "/api/v1/drift/findings"> };
}

const allowed: Record<State, Action[]> = {
  new: ["acknowledge", "accept", "deny", "assign", "comment"],
  reopened: ["acknowledge", "accept", "deny", "assign", "comment"],
  acknowledged: ["accept", "deny", "reopen", "assign", "comment"],
  accepted: ["accept", "deny", "reopen", "assign", "comment"],
  denied: ["accept", "acknowledge", "reopen", "assign", "comment"],
  resolved: ["assign", "comment"],
};

/** What can be decided about findings in these states: what at least one allows. */
export function actionsFor(of: readonly State[]): Action[] {
  const order: Action[] = ["acknowledge", "accept", "deny", "reopen", "assign", "comment"];
  return order.filter((a) => of.some((s) => allowed[s].includes(a)));
}

export const actionWords: Record<Action, { verb: string; means: string; done: string }> = {
  acknowledge: { verb: "Acknowledge", means: "Seen. It leaves the list of what waits and stays open.", done: "acknowledged" },
  accept: { verb: "Accept", means: "This value is right until a day that you name. Any other value opens it again.", done: "accepted" },
  deny: { verb: "Deny", means: "This value must be undone. It stays open until a run sees the expected value again.", done: "denied" },
  reopen: { verb: "Reopen", means: "Look at it again. An acceptance ends.", done: "reopened" },
  assign: { verb: "Assign", means: "Says who takes care of it.", done: "assigned" },
  comment: { verb: "Comment", means: "Adds a note to its history; nothing else changes.", done: "commented" },
};

/** What a button that confirms says: "Acknowledge 3 findings". */
export const confirmWords = (action: Action, n: number): string => `${action === "comment" ? "Comment on" : actionWords[action].verb} ${plural(n, "finding")}`;

/** Why a finding is in its state, in plain words. */
export function reasonInWords(reason: string | undefined): string | undefined {
  const words: Record<string, string> = {
    other_value: "it took yet another value", again: "it changed again after it had come back", acceptance_expired: "its acceptance ran out", acceptance_revoked: "its acceptance was withdrawn",
    returned: "it is as expected again", superseded: "another change of the same value took its place", object_gone: "the object is gone", baseline: "the baseline says so now",
  };
  return reason ? (words[reason] ?? reason.replaceAll("_", " ")) : undefined;
}

/** One sentence: what happened to which object. */
export function sentence(f: Pick<Finding, "kind" | "label" | "name" | "object_id" | "path" | "change">): string {
  const object = `${f.label} “${f.name || f.object_id}”`;
  switch (f.kind) {
    case "added":
      return f.path ? `In ${object}, ${f.path} was added.` : `${object} is there and was not expected.`;
    case "removed":
      return f.path ? `In ${object}, ${f.path} was removed.` : `${object} is gone.`;
    case "metadata":
      return `Only a name or a description of ${object} changed.`;
    default:
      return f.path ? `In ${object}, ${f.path} changed.` : `${object} changed.`;
  }
}

const day = 86_400_000;

/** The last day on which an acceptance may end, and the one that is proposed. */
export function untilBounds(now: Date): { proposed: string; least: string; most: string } {
  const of = (days: number) => new Date(now.getTime() + days * day).toISOString().slice(0, 10);
  return { proposed: of(90), least: of(1), most: of(365) };
}

/** The time between the runs before and after, in words; undefined without one before. */
export function between(d: Pick<Detail, "before" | "after">): { from: string; to: string } | undefined {
  return d.before?.at && d.after.at ? { from: d.before.at, to: d.after.at } : undefined;
}

export type Step = Detail["history"][number];

/** One line of a finding's life: a step, or later runs that looked. */
export type Moment =
  | { at: string; step: Step }
  | { at: string; seen: Detail["seen"] };

/** Its life, the newest first. Later runs that said the same, with nothing between them, are one line. */
export function life(d: Pick<Detail, "history" | "seen">): Moment[] {
  const all: Moment[] = [...d.history.map((step) => ({ at: step.at, step })), ...d.seen.map((r) => ({ at: r.at ?? "", seen: [r] }))].sort((a, b) => a.at.localeCompare(b.at));
  const out: Moment[] = [];
  for (const m of all) {
    const last = out.at(-1);
    if ("seen" in m && last && "seen" in last && last.seen[0]!.told === m.seen[0]!.told && last.seen[0]!.why === m.seen[0]!.why) out[out.length - 1] = { at: m.at, seen: [...last.seen, ...m.seen] };
    else out.push(m);
  }
  return out.reverse();
}

/** Why a run can't tell, in plain words. */
export function untold(why: string | undefined): string {
  const words: Record<string, string> = {
    partial: "its type was read in part", failed: "its type could not be read", skipped: "its type was not asked for", quarantine: "something that could not be read may be it", duplicate: "several objects claim its identity",
    scope: "the run had other filters", normaliser: "its type was read by other rules", folder: "a folder of its type was not read", baseline: "its type was not read to the end before",
  };
  return why ? (words[why] ?? why.replaceAll("_", " ")) : "it could not tell";
}

/** What somebody else did with a finding since a version of it was seen; undefined: nothing. */
export function meanwhile(d: Pick<Detail, "history" | "version">, seen: number): Step | undefined {
  return d.version > seen ? [...d.history].reverse().find((h) => h.by) : undefined;
}

/** A filter of the list as a triage takes it; undefined where the list is narrowed by what a triage can't be. */
export function triageFilter(v: Values): BodyOf<"post", "/api/v1/drift/findings/triage">["filter"] {
  const text = (k: string) => (typeof v[k] === "string" ? (v[k] as string) : undefined);
  const many = (k: string) => (Array.isArray(v[k]) ? (v[k] as string[]) : typeof v[k] === "string" ? [v[k] as string] : undefined);
  const kinds = many("kind");
  if (text("id") || (kinds && kinds.length > 1)) return undefined;
  const states = many("state");
  const out = {
    ...(states ? { states } : v.all ? { all: true } : {}), ...(many("severity") ? { severity: many("severity") } : {}), ...(kinds ? { kind: kinds[0] } : {}),
    ...Object.fromEntries(["type", "source", "object_id", "baseline", "assignee", "group", "run", "q"].map((k) => [k, text(k)]).filter(([, x]) => x !== undefined)),
  };
  return out as BodyOf<"post", "/api/v1/drift/findings/triage">["filter"];
}

/** How many of a count an action fits. */
export const fitting = (byState: Record<string, number>, action: Action): number => Object.entries(byState).reduce((n, [s, k]) => n + (actionsFor([s as State]).includes(action) ? k : 0), 0);
