// What the drift screens work out by themselves; pure.
import type { BodyOf, QueryOf, Schemas } from "@/api/client";
import type { Search } from "@/app/search";
import { readFilters, type Field, type Values } from "@/ui/filters";

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

/** The end of a local day as the API takes it. */
export function endOfDay(date: string): string {
  return new Date(`${date}T23:59:59`).toISOString();
}

/** The time between the runs before and after, in words; undefined without one before. */
export function between(d: Pick<Detail, "before" | "after">): { from: string; to: string } | undefined {
  return d.before?.at && d.after.at ? { from: d.before.at, to: d.after.at } : undefined;
}
