// What the screens of rules work out by themselves; pure.
import type { QueryOf, Schemas } from "@/api/client";
import type { Search } from "@/app/search";
import { type Field, type Values } from "@/ui/filters";
import { count, plural } from "@/ui/format";

export type Rule = Schemas["RuleRow"];
export type RuleDetail = Schemas["RuleDetail"];
export type Summary = Schemas["RulesSummary"];
export type Scenario = Schemas["ScenarioRow"];
export type RuleFilter = Schemas["FilterView"];
export type Checked = Schemas["RulesChecked"];

export const levels = ["critical", "high", "medium", "low", "informational"] as const;
export type Level = (typeof levels)[number];
export const windowWords: Record<string, string> = { "24h": "in the last 24 hours", "7d": "in the last 7 days", "30d": "in the last 30 days", all: "so far" };
export type Window = "24h" | "7d" | "30d" | "all";

const states: Record<string, { label: string; ask: Partial<QueryOf<"get", "/api/v1/rules">> }> = {
  on: { label: "On", ask: { enabled: true } }, off: { label: "Off", ask: { enabled: false } }, tuned: { label: "Tuned", ask: { tuned: true } },
  filtered: { label: "With a filter", ask: { filtered: true } }, unserved: { label: "No event reaches it", ask: { served: false } },
};

const from = (of: Record<string, number> | undefined, chosen: string | string[] | undefined, word: (v: string) => string = (v) => v) => {
  const known = Object.entries(of ?? {}).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([value, n]) => ({ value, label: `${word(value)} (${count(n)})` }));
  return typeof chosen === "string" && !known.some((o) => o.value === chosen) ? [...known, { value: chosen, label: word(chosen) }] : known;
};
const tactic = (tag: string) => tag.charAt(0).toUpperCase() + tag.slice(1).replaceAll("-", " ");

/** The filters of the list; what can be chosen comes from the ruleset itself. */
export function fieldsOf(s: Summary | undefined, search: Search): Field[] {
  return [
    { kind: "text", key: "q", label: "Title, author, tag or ID", main: true },
    { kind: "one", key: "level", label: "Level", options: levels.map((value) => ({ value, label: s ? `${value} (${count(s.by_level[value] ?? 0)})` : value })) },
    { kind: "one", key: "hit", label: "Hits", options: [{ value: "yes", label: "Fired" }, { value: "no", label: "Never fired" }] },
    { kind: "one", key: "window", more: true, label: "Hits are counted over", options: [{ value: "24h", label: "24 hours" }, { value: "7d", label: "7 days" }, { value: "all", label: "All" }] },
    { kind: "one", key: "state", label: "State", options: Object.entries(states).map(([value, x]) => ({ value, label: x.label })) },
    { kind: "one", key: "product", more: true, label: "Product", options: from(s?.by_product, search.product) },
    { kind: "one", key: "category", more: true, label: "Category", options: from(s?.by_category, search.category) },
    { kind: "one", key: "service", more: true, label: "Service", options: from(s?.by_service, search.service) },
    { kind: "one", key: "tactic", label: "Tactic", options: from(s?.by_tactic, search.tactic, tactic) },
    { kind: "text", key: "technique", more: true, label: "Technique", placeholder: "Technique, e.g. T1059" },
    { kind: "one", key: "status", more: true, label: "Maturity", options: from(s?.by_status, search.status) },
    { kind: "one", key: "source", more: true, label: "Where it comes from", options: from(s?.by_source, search.source) },
    { kind: "one", key: "kind", more: true, label: "Rules or correlations", options: [{ value: "rule", label: "Rules" }, { value: "correlation", label: "Correlations" }] },
    { kind: "hidden", key: "sort", label: "Order" },
    { kind: "hidden", key: "asc", label: "Upwards" },
  ];
}

export const windowOf = (v: Values): Window => (typeof v.window === "string" && v.window in windowWords ? (v.window as Window) : "30d");
const sorts = ["title", "level", "decisions", "last_hit"] as const;
export const sortOf = (v: Values): { by: (typeof sorts)[number]; desc: boolean } => ({ by: sorts.find((s) => s === v.sort) ?? "decisions", desc: v.asc !== "true" });

export function rulesAsk(v: Values, tenant: string | undefined): { query: QueryOf<"get", "/api/v1/rules"> } {
  const plain = Object.fromEntries((["q", "level", "product", "category", "service", "tactic", "technique", "status", "source", "kind"] as const).filter((k) => v[k] !== undefined).map((k) => [k, v[k]]));
  const sort = sortOf(v);
  return { query: { ...plain, ...(typeof v.state === "string" ? states[v.state]?.ask : {}), ...(v.hit ? { hit: v.hit === "yes" } : {}), window: windowOf(v), sort: sort.by, desc: sort.desc, tenant, limit: 500 } as QueryOf<"get", "/api/v1/rules"> };
}

/** Whether the list is narrowed: order and time alone are not. */
export const narrowed = (v: Values) => Object.entries(v).some(([k, x]) => x !== undefined && k !== "sort" && k !== "asc" && k !== "window");

/** "Windows, process creation": the kind of event that a rule looks at. */
export function logsourceWords(l: Rule["logsource"]): string {
  const words = [l.product, l.category, l.service].filter((w): w is string => !!w).map((w) => w.replaceAll("_", " "));
  return words.join(", ");
}

/** Scenarios that fired, most often first. */
export const firedScenarios = (all: readonly Scenario[] | undefined): Scenario[] => (all ?? []).filter((s) => s.decisions > 0).sort((a, b) => b.decisions - a.decisions || a.title.localeCompare(b.title));

/**
 * The scenarios that fired, to be told beside a summary. Undefined: not known, since they
 * could not be read, or one of both is still of the window that was chosen before.
 */
export function firedBeside(summary: { isPlaceholderData: boolean }, q: { data?: { items: readonly Scenario[] }; error: unknown; isPlaceholderData: boolean }): Scenario[] | undefined {
  return !q.data || q.error || q.isPlaceholderData || summary.isPlaceholderData ? undefined : firedScenarios(q.data.items);
}

/** What watches, in one sentence; of scenarios nothing where it is not known how many fired. */
export function watches(s: Summary, scenarios: number | undefined): string {
  const parts = [`${plural(s.on, "rule")} ${s.on === 1 ? "is" : "are"} on`];
  if (s.off > 0) parts.push(`${count(s.off)} silenced`);
  if (s.tuned > 0) parts.push(`${count(s.tuned)} tuned`);
  const none = scenarios === undefined ? "no rule" : "none";
  const fired = scenarios ? `${plural(s.hit, "rule")} and ${plural(scenarios, "scenario")}` : s.hit === 0 ? none : count(s.hit);
  return `${parts.join(", ")}; ${fired} fired ${windowWords[s.window] ?? "so far"}.`;
}

/** The part of a file that holds the rule that starts on a line (YAML documents). */
export function documentAt(text: string, line: number): { first: number; lines: string[]; whole: boolean } {
  const all = text.replace(/\n$/, "").split("\n");
  const start = Math.max(0, Math.min(line - 1, all.length - 1));
  let end = all.findIndex((l, i) => i > start && /^---(\s|$)/.test(l));
  if (end < 0) end = all.length;
  return { first: start + 1, lines: all.slice(start, end), whole: start === 0 && end === all.length };
}

/** A line of YAML in parts, for colours. */
export function yamlParts(line: string): { text: string; as?: "name" | "comment" | "string" | "number" }[] {
  const m = /^(\s*(?:- )*)((?:"[^"]*"|'[^']*'|[\w .|*@/-]+?)):(\s.*|)$/.exec(line);
  const value = (text: string): ReturnType<typeof yamlParts> => {
    if (/^\s*#/.test(text)) return [{ text, as: "comment" }];
    if (/^\s*-?\s*(\d+(\.\d+)?|true|false|null)\s*$/.test(text)) return [{ text, as: "number" }];
    return text.trim() === "" ? [{ text }] : [{ text, as: "string" }];
  };
  if (/^\s*#/.test(line) || !m) return value(line);
  return [{ text: m[1]! }, { text: m[2]!, as: "name" }, { text: ":" }, ...value(m[3]!)];
}

/** The last day on which a filter may end (a day for all rules), and the one that is proposed. */
export function filterBounds(now: Date, all: boolean): { proposed: string; least: string; most: string } {
  const local = (ms: number) => { const d = new Date(now.getTime() + ms); return new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16); };
  const hour = 3_600_000;
  return all ? { proposed: local(8 * hour), least: local(60_000), most: local(24 * hour - 60_000) } : { proposed: local(30 * 24 * hour), least: local(60_000), most: local(365 * 24 * hour) };
}

export interface Part {
  field: string;
  test: string;
  value: string;
}
export const tests = [{ value: "", label: "is" }, { value: "|contains", label: "contains" }, { value: "|startswith", label: "starts with" }, { value: "|endswith", label: "ends with" }, { value: "|cidr", label: "is an address in" }, { value: "|re", label: "fits the regular expression" }];

/** A Sigma search of parts that must all fit; several lines of a value are alternatives. */
export function searchOf(parts: readonly Part[]): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {};
  for (const p of parts) {
    const values = p.value.split("\n").map((v) => v.trim()).filter((v) => v !== "");
    if (p.field.trim() && values.length > 0) out[p.field.trim() + p.test] = values.length === 1 ? values[0]! : values;
  }
  return out;
}

/** Fields that a rule asks for, from what it looks for in words. */
export function fieldsIn(clauses: RuleDetail["looks_for"]): string[] {
  const out = clauses.map((c) => /^(?:not: )?(\S+) (?:is|contains|ends|starts|fits|equals)\b/.exec(c.text)?.[1]).filter((f): f is string => f !== undefined);
  return [...new Set(out)];
}
