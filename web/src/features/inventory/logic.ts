// What the inventory screens work out by themselves; pure.
import type { QueryOf, Schemas } from "@/api/client";
import type { Search } from "@/app/search";
import { readFilters, type Field, type Values } from "@/ui/filters";
import type { Target } from "@/ui/link";

export type Item = Schemas["ItemView"];
export type ItemDetail = Schemas["ItemDetail"];
export type Coverage = Schemas["TypeCoverage"];
export type Run = Schemas["RunView"];
export type RunDetail = Schemas["RunDetail"];
export type GraphObject = Schemas["GraphObject"];
export type BlastRadius = Schemas["BlastRadius"];

/** Those that the bar shows; source and type have pickers of what was observed. */
export const itemFields: Field[] = [
  { kind: "text", key: "q", label: "Name or ID", main: true },
  { kind: "one", key: "state", label: "State", options: ["present", "missing", "unknown"].map((value) => ({ value, label: value })) },
];
export const itemPickers: Field[] = [
  { kind: "hidden", key: "source", label: "Source" },
  { kind: "hidden", key: "type", label: "Type" },
];
export const allItemFields = [...itemFields, ...itemPickers];
export const runFields: Field[] = [
  { kind: "one", key: "state", label: "State", options: ["open", "closed", "aborted"].map((value) => ({ value, label: value })) },
];
export const sourceField: Field = { kind: "hidden", key: "source", label: "Source" };

export function itemsAsk(v: Values, tenant: string | undefined) {
  return { query: { ...v, tenant, limit: 100 } as QueryOf<"get", "/api/v1/inventory/items"> };
}
export const readItemFilters = (search: Search): Values => readFilters(allItemFields, search);

const one = (v: Search[string]) => (Array.isArray(v) ? v[0] : v) || undefined;

/** Which object a URL names. IDs hold slashes (ARNs, Kubernetes), so they are no part of a path. */
export function itemAsk(search: Search, tenant: string | undefined) {
  return { query: { id: one(search.id), type: one(search.type), source: one(search.source), tenant } };
}

interface Named { id: string; type: string }
export const itemTarget = (o: Named, source: string): Target => ({ to: "/inventory/item", search: { source, type: o.type, id: o.id } });
export const graphTarget = (o: Named, source: string): Target => ({ to: "/inventory/graph", search: { source, type: o.type, id: o.id } });

export const nameOf = (o: { name?: string; id: string }): string => o.name || o.id;

/** What the states of an item mean. */
export const stateWords: Record<Item["state"], string> = {
  present: "It was there in the last run that looked at its type.",
  missing: "It is gone: its type was read to the end without it.",
  unknown: "The last run did not see it, and that does not prove that it is gone.",
};

export const statusWords: Record<Coverage["status"], { tone: "good" | "wait" | "critical" | "none"; word: string; means: string }> = {
  complete: { tone: "good", word: "read to the end", means: "What is not there is gone." },
  partial: { tone: "wait", word: "read in part", means: "What is not there may still exist: nothing of this type counts as removed." },
  failed: { tone: "critical", word: "not read", means: "It could not be read. What was known stays as it was." },
  skipped: { tone: "none", word: "not asked for", means: "The run did not look at it. What was known stays as it was." },
};

type Read = Pick<Coverage, "status" | "quarantined" | "duplicates">;

/** All of a type is known: it was read to its end, and nothing of it is left out. */
export const whollyKnown = (c: Read): boolean => c.status === "complete" && c.quarantined + c.duplicates === 0;

/** How a type was read, as its badge says it: what is left out belongs to that. */
export function readingOf(c: Read): (typeof statusWords)[Coverage["status"]] {
  if (c.status !== "complete" || whollyKnown(c)) return statusWords[c.status];
  return { tone: "wait", word: `read, ${(c.quarantined + c.duplicates).toLocaleString("en-US")} left out`, means: "Its list was read to the end. Of what is left out it can’t be told whether it is there or gone." };
}

/** Why so, for one type: all that is known, in plain words. */
export function whyIncomplete(c: Pick<Coverage, "status" | "quarantined" | "duplicates" | "error">): string {
  const out: string[] = [];
  if (c.quarantined > 0) out.push(`${c.quarantined} ${c.quarantined === 1 ? "file" : "files"} could not be read as ${c.quarantined === 1 ? "an object" : "objects"}`);
  if (c.error) out.push(c.error.replace(/\.$/, ""));
  if (c.duplicates > 0) out.push(`${c.duplicates} ${c.duplicates === 1 ? "identity is" : "identities are"} claimed by several objects and left out`);
  if (out.length === 0) return "";
  const text = out.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Why presence, absence or a reference can't be told. */
export function reasonWords(reason: string): string {
  const words: Record<string, string> = {
    quarantine: "something that could not be read may be it", quarantined: "something that could not be read may be it", partial: "its type was read in part", failed: "its type could not be read",
    skipped: "its type was not asked for", scope: "the runs had other filters", filtered: "the run was narrowed by a filter", normaliser: "its type was read by other rules before", folder: "a folder of its type was not read",
    baseline: "its type was not read to the end before", unobserved: "its type was never observed", incomplete: "its type was not read to its end", duplicate: "several objects claim the identity",
  };
  return words[reason] ?? reason.replaceAll("_", " ");
}

/** What a run found, in one sentence. */
export function runSentence(r: Pick<Run, "state" | "new" | "changed" | "missing" | "unknown" | "objects" | "error">): string {
  if (r.state === "open") return "It is still reading. Nothing of it counts until it is closed.";
  if (r.state === "aborted") return `It broke off, and nothing of it counts: ${r.error || "no reason was given"}.`;
  if (r.new === r.objects && r.changed === 0 && r.objects > 0) return `The first observation: ${r.objects.toLocaleString("en-US")} objects.`;
  const parts = ([["new", r.new], ["changed", r.changed], ["gone", r.missing], ["can’t be told", r.unknown]] as const).filter(([, n]) => n > 0).map(([w, n]) => `${n.toLocaleString("en-US")} ${w}`);
  return `${r.objects.toLocaleString("en-US")} objects. ${parts.length ? `Against the run before: ${parts.join(", ")}.` : "Nothing changed against the run before."}`;
}

const mark = /^frostgate-secret:[0-9a-f]+:[0-9a-f]{64}$/;

export const isSecret = (v: unknown): boolean => typeof v === "string" && mark.test(v);

/** Where the secrets of a document are, as JSON pointers; at most 200. */
export function secretsIn(value: unknown, at = ""): string[] {
  if (isSecret(value)) return [at];
  if (value === null || typeof value !== "object") return [];
  const inner = Array.isArray(value) ? value.map((v, i) => [String(i), v] as const) : Object.entries(value);
  return inner.flatMap(([k, v]) => secretsIn(v, `${at}/${k.replaceAll("~", "~0").replaceAll("/", "~1")}`)).slice(0, 200);
}

/** Types of a source, or of all, once each, by what people call them. */
export function typeOptions(coverage: readonly Coverage[], source?: string): { value: string; label: string }[] {
  const seen = new Map<string, string>();
  for (const c of coverage) if (!source || c.source === source) seen.set(c.type, c.label);
  const labels = [...seen.values()];
  return [...seen].map(([value, label]) => ({ value, label: labels.filter((l) => l === label).length > 1 ? `${label} (${value})` : label })).sort((a, b) => a.label.localeCompare(b.label));
}

/** What the list answers first: how much there is, and whether it is all. */
export function inventoryLead(all: readonly Pick<Coverage, "source" | "type" | "label" | "objects" | "status">[], source?: string, type?: string): string {
  const list = all.filter((c) => (!source || c.source === source) && (!type || c.type === type));
  if (list.length === 0) return "";
  const objects = list.reduce((n, c) => n + c.objects, 0);
  const sources = new Set(list.map((c) => c.source)).size;
  const open = list.filter((c) => c.status !== "complete").length;
  const what = type ? `of ${list[0]!.label}` : `of ${list.length === 1 ? "1 type" : `${list.length} types`}`;
  return `${objects.toLocaleString("en-US")} ${objects === 1 ? "object" : "objects"} ${what} in ${sources === 1 ? "1 source" : `${sources} sources`} when last observed; ${open === 0 ? "all was read to its end" : `${open === 1 ? "1 type was" : `${open} types were`} not read to the end`}.`;
}
