// What the feed works out by itself; pure.
import type { QueryOf, Schemas } from "@/api/client";
import type { Search } from "@/app/search";
import { readFilters, type Field, type Values } from "@/ui/filters";
import { gatingWords } from "@/ui/format";

type Item = Schemas["FeedItem"];
type Kept = "decision_id" | "index" | "timestamp" | "event_time" | "severity" | "title" | "summary" | "action_taken" | "gating" | "score" | "source" | "event_type" | "rules" | "changed" | "policy_allow" | "persona" | "classification";
/** A decision as the list shows it, whichever way it came. */
export type Row = Pick<Item, Kept>;

const options = (values: readonly string[], words: Record<string, string> = {}) => values.map((value) => ({ value, label: words[value] ?? value }));
export const severities = ["critical", "high", "medium", "low", "info"] as const;
export const actionWords: Record<string, string> = { log_only: "logged", blocked: "blocked", rate_limited: "rate limited", quarantined: "quarantined", pending_approval: "waits for approval" };
/** With the field's term, for who knows it. */
const gatingOptions = Object.entries(gatingWords).map(([value, words]) => ({ value, label: `${words} (${value.replaceAll("_", " ")})` }));

export const fields: Field[] = [
  { kind: "text", key: "q", label: "Text, address, user or host", main: true },
  { kind: "one", key: "severity", label: "Severity", options: options(severities) },
  { kind: "one", key: "gating", label: "Gating", options: gatingOptions },
  { kind: "one", key: "action", label: "Action taken", options: options(Object.keys(actionWords), actionWords) },
  { kind: "text", key: "source", more: true, label: "Source" },
  { kind: "text", key: "event_type", more: true, label: "Event type" },
  { kind: "text", key: "rule", label: "Rule" },
  { kind: "flag", key: "only_actionable", label: "Leave out the harmless" },
  { kind: "flag", key: "only_changed", more: true, label: "Changes only" },
  { kind: "flag", key: "policy_denied", more: true, label: "Denied by policy" },
];

/** The order is no filter: it is kept beside them. */
export type Order = "newest" | "gravest";
export const orderOf = (search: Search): Order => (search.order === "gravest" ? "gravest" : "newest");

export const readFeedFilters = (search: Search): Values => readFilters(fields, search);
const pick = (v: Values, keys: string[]) => Object.fromEntries(keys.filter((k) => v[k] !== undefined).map((k) => [k, v[k]]));

/** The list is asked of the feed, or of the decisions where only they filter by it; both are whole. */
export function wayOf(v: Values, order: Order = "newest"): "feed" | "decisions" {
  return order === "gravest" || v.gating || v.action || v.rule || v.policy_denied ? "decisions" : "feed";
}
export function feedQuery(v: Values, tenant?: string): QueryOf<"get", "/api/v1/feed/stream"> {
  return { ...pick(v, ["q", "severity", "source", "event_type", "only_actionable", "only_changed"]), tenant } as QueryOf<"get", "/api/v1/feed/stream">;
}
export function feedAsk(v: Values, tenant?: string): { query: QueryOf<"get", "/api/v1/feed/live"> } {
  return { query: { ...feedQuery(v, tenant), limit: 100 } };
}
export function decisionsAsk(v: Values, tenant?: string, order: Order = "newest"): { query: QueryOf<"get", "/api/v1/decisions"> } {
  const query = { ...pick(v, ["severity", "gating", "action", "source", "event_type", "rule", "q", "only_actionable", "policy_denied"]), ...(v.only_changed ? { changed: true } : {}), ...(order === "gravest" ? { order } : {}), tenant, limit: 100 };
  return { query: query as QueryOf<"get", "/api/v1/decisions"> };
}

export function rowOf(d: Schemas["DecisionRow"]): Row {
  return {
    ...d, timestamp: d.received_at, severity: d.threat_level === "none" ? "info" : d.threat_level, action_taken: d.action_taken as Row["action_taken"],
    title: d.rule_titles?.find((t) => t !== "") ?? `${d.event_type} from ${d.source}`, summary: "",
  };
}

/** The filters that the way of asking leaves to us. */
export function passes(v: Values, r: Row): boolean {
  if (v.gating && r.gating !== v.gating) return false;
  if (v.action && r.action_taken !== v.action) return false;
  if (typeof v.rule === "string" && !r.rules.includes(v.rule)) return false;
  if (v.policy_denied && r.policy_allow) return false;
  return !(v.only_actionable && r.action_taken === "log_only" && (r.severity === "info" || r.severity === "low"));
}

const grave = (r: Row) => r.action_taken !== "log_only" || (r.severity !== "info" && r.severity !== "low");

/** At most `most` of them in their order: what is grave first, the others evenly. */
export function sample(rows: readonly Row[], most: number): Row[] {
  if (rows.length <= most) return [...rows];
  const must = rows.filter(grave);
  if (must.length >= most) return must.slice(-most);
  const others = rows.filter((r) => !grave(r));
  const n = most - must.length;
  const some = new Set(Array.from({ length: n }, (_, i) => others[Math.floor(((i + 1) * others.length) / n) - 1]!));
  return rows.filter((r) => grave(r) || some.has(r));
}

/** Newest first, each once; at most `most` of what came live. */
export function join(live: readonly Row[], read: readonly Row[], most = 2000): Row[] {
  const top = read[0]?.index ?? -1;
  return [...live.filter((r) => r.index > top).slice(0, most), ...read];
}

/** What was done in what is read: "The newest 100 decisions: 12 blocked, 4 wait for approval, 84 logged." */
export function feedLead(rows: readonly Pick<Row, "action_taken">[], more: boolean): string {
  if (rows.length === 0) return "";
  const said: [string, string, string][] = [["blocked", "blocked", "blocked"], ["rate_limited", "rate limited", "rate limited"], ["quarantined", "quarantined", "quarantined"], ["pending_approval", "waits for approval", "wait for approval"], ["log_only", "only logged", "only logged"]];
  const parts = said.map(([action, one, many]) => ({ n: rows.filter((r) => r.action_taken === action).length, one, many })).filter((p) => p.n > 0);
  const of = more ? `The newest ${rows.length.toLocaleString("en-US")} decisions` : rows.length === 1 ? "1 decision" : `${rows.length.toLocaleString("en-US")} decisions`;
  return `${of}: ${parts.map((p) => `${p.n.toLocaleString("en-US")} ${p.n === 1 ? p.one : p.many}`).join(", ")}.`;
}
