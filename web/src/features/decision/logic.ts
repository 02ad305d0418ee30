// What the screen of a decision works out by itself; pure.
import { jsonText, Num } from "@/api/exact";
import type { Schemas } from "@/api/client";
import { count, gatingWords, plural } from "@/ui/format";
import { actionWords } from "../feed/logic";

export type View = Schemas["DecisionView"];
export type Decision = View["decision"];
type Matched = Pick<NonNullable<Decision["explain"]["trace"]>[number], "rule" | "title" | "matched" | "values">;

const done: Record<string, string> = {
  log_only: "It was logged; nothing was done.", blocked: "The target was blocked.", rate_limited: "The target was rate limited.", quarantined: "The target was quarantined.", pending_approval: "What was proposed waits for a person’s approval.",
};

const threats: Record<string, string> = { none: "No threat", low: "A low threat", medium: "A medium threat", high: "A high threat", critical: "A critical threat" };

/** What the trace says that a person would call a rule; where none fired, the pipeline names a rule of its own for it. */
export const rulesIn = <T extends { rule: string }>(trace: readonly T[] | undefined): T[] => (trace ?? []).filter((t) => t.rule !== noRule);
const noRule = "rule:default_allow";

/** Why, in plain words: what was found, what was done, what the policy said. */
export function why(d: Pick<Decision, "threat_level" | "explain" | "action_taken" | "policy" | "gating" | "score">): string[] {
  const titles = rulesIn(d.explain.trace).filter((t) => t.matched && t.title).map((t) => t.title as string);
  const found = titles.length === 0 ? `${threats[d.threat_level] ?? d.threat_level}: no rule fired.` : `${threats[d.threat_level] ?? d.threat_level}, because ${titles.length === 1 ? "one rule" : `${titles.length} rules`} fired: ${titles.join("; ")}.`;
  const policy = d.policy.allow ? "" : `The policy denies what the event itself did${d.policy.reasons.length > 0 ? `: ${d.policy.reasons.join("; ")}` : ""}.`;
  return [found, done[d.action_taken] ?? d.action_taken.replaceAll("_", " "), policy].filter((s) => s !== "");
}

type Counterfactual = Decision["explain"]["counterfactuals"][number];

/** "If there were no source address, it would still be a high threat, and nothing would wait for a person." */
export function wouldBe(c: Counterfactual, d: Pick<Decision, "threat_level" | "gating" | "mitigations">): string {
  const level = (threats[c.new_threat_level] ?? c.new_threat_level).replace(/^[A-Z]/, (x) => x.toLowerCase());
  const threat = `it would ${c.new_threat_level === d.threat_level ? "still " : ""}be ${level}`;
  const proposed = d.mitigations.length > 0;
  const then: Record<string, string> = {
    require_approval: "what is proposed would wait for a person’s approval", reject: "what is proposed would be refused",
    allow: d.gating === "allow" || !proposed ? "nothing would wait for a person" : "what is proposed would be done at once, without a person",
  };
  return `If ${c.change}, ${threat}, and ${then[c.new_gating] ?? c.new_gating}.`;
}

/** What a decision's field is called, and its value, where people read them. */
const fieldWords: Record<string, string> = { threat_level: "threat", action_taken: "what was done", rules_triggered: "rules that fired", policy_allow: "policy", gating: "what is proposed" };
export const fieldOf = (name: string) => fieldWords[name] ?? inWords(name);
export function valueOf(field: string, value: string, titles: ReadonlyMap<string, string> = new Map()): string {
  if (value === "") return "none";
  if (field === "gating") return gatingWords[value] ?? value;
  if (field === "action_taken") return actionWords[value] ?? inWords(value);
  if (field === "policy_allow") return value === "true" ? "admits" : "denies";
  if (field === "rules_triggered") return value.split(/,\s*/).map((r) => (r === noRule ? "no rule" : titles.get(r) ?? r)).join("; ");
  return value;
}
export const titlesOf = (d: Pick<Decision, "explain">) => new Map((d.explain.trace ?? []).filter((t) => t.title).map((t) => [t.rule, t.title]));

/** How often a feature of the event was seen before. */
export function seenWords(f: { learning: boolean; seen: number; total: number; rarity: number }): string {
  const before = f.seen === 0 ? (f.total === 0 ? "nothing to compare with yet" : `not seen in ${count(f.total)} before`) : `seen ${plural(f.seen, "time")} in ${count(f.total)}`;
  return f.learning ? `${before}; still learning` : `${before}, rarity ${f.rarity.toFixed(2)}`;
}

/** A part of 1 as people read it. */
export const percent = (part: number) => `${Math.round(part * 100)} %`;

/** What the steps after the rules say, without the names of the API. */
export const stepWords = (what: string) => what.replaceAll("require_approval", "waits for approval").replace(/\bgating allow\b/g, "runs by itself").replace(/\bgating (waits for approval|reject)\b/g, (_, g: string) => (g === "reject" ? "refused" : g)).replace(/\b[a-z]+(_[a-z]+)+\b/g, (w) => w.replaceAll("_", " "));

const words = (name: string) => name.toLowerCase().replace(/^.*\./, "").split(/[^a-z0-9]+/).filter((w) => w.length > 1);
const close = (a: string, b: string) => a === b || (Math.min(a.length, b.length) >= 4 && (a.startsWith(b.slice(0, 4)) && b.startsWith(a.slice(0, 4))));
/** Whether two names of a field may mean the same: fail_count and failed_auths. */
export const sameName = (a: string, b: string) => words(a).some((x) => words(b).some((y) => close(x, y)));

interface Leaf {
  at: string;
  name: string;
  text: string;
}

function leaves(v: unknown, at = "", name = ""): Leaf[] {
  if (Array.isArray(v)) return v.flatMap((x, i) => leaves(x, `${at}/${i}`, name));
  if (v !== null && typeof v === "object" && !(v instanceof Num)) return Object.entries(v).flatMap(([k, x]) => leaves(x, `${at}/${k.replaceAll("~", "~0").replaceAll("/", "~1")}`, k));
  return [{ at, name, text: v === null ? "" : String(v) }];
}

/** Where in the event the values are that rules matched: the same value under a like name, else the only place with it. */
export function marksOf(event: unknown, trace: readonly Matched[]): [string, string][] {
  const all = leaves(event);
  const marks = new Map<string, Set<string>>();
  for (const t of trace.filter((x) => x.matched)) {
    for (const [name, value] of Object.entries(t.values ?? {})) {
      if (name.startsWith("window.") || name.startsWith("has_") || value === "") continue;
      const equal = all.filter((l) => l.text === value);
      const named = equal.filter((l) => sameName(l.name, name));
      for (const l of named.length > 0 ? named : equal.length === 1 ? equal : []) {
        const of = marks.get(l.at) ?? new Set<string>();
        marks.set(l.at, of.add(`${t.title || t.rule}: ${name}`));
      }
    }
  }
  return [...marks].map(([at, of]) => [at, [...of].join("; ")]);
}

/** Names of windows, fields and stages in words. */
export const inWords = (name: string) => name.replace(/^window\./, "").replaceAll("_", " ");

/** "1 h", "90 s" of a mitigation's time to live. */
export function lasts(seconds: number): string {
  if (seconds <= 0) return "until revoked";
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** What the receipt proves at its level. */
export const levels: Record<string, string> = {
  committed: "Written to the tenant’s log; its proof follows with the next checkpoint.",
  anchored: "In the tenant’s log and, through its checkpoint, in the log of logs. Both proofs are in the receipt.",
  witnessed: "Anchored, and the checkpoint is signed by independent witnesses.",
};

/** Why a decision can't be made again. */
export const notReplayed: Record<string, string> = {
  erased: "Its event was erased, so it can’t be decided again. The decision and its proof stand.", pruned: "Its event was deleted when its time of keeping was over.",
  payload_damaged: "What is kept of its event is damaged.", ruleset_missing: "Its ruleset is no longer kept.", ruleset_unusable: "Its ruleset can’t be run by this version.",
};

/** "mitigations[0].gating" in words: "mitigation 1, gating". */
export function outcomePlace(path: string): string {
  return path.split(".").map((part) => part.replace(/^(\w+?)s?\[(\d+)\]$/, (_, name: string, n: string) => `${name} ${Number(n) + 1}`).replaceAll("_", " ")).join(", ");
}

/** A value of an outcome as people read it. */
export function outcomeValue(v: unknown): string {
  if (v === undefined) return "not there";
  if (v === null || v === "") return "none";
  return typeof v === "object" ? jsonText(v) : String(v);
}

const weighty = ["level", "gating", "score", "mitigations", "policy", "rules", "summary"];

/** What differs, the weighty first; that another ruleset is another one is no finding. */
export function outcomeFields<F extends { path: string }>(all: readonly F[], otherRuleset: boolean): F[] {
  const rank = (f: F) => (weighty.indexOf(f.path.split(/[.[]/)[0]!) + weighty.length + 1) % (weighty.length + 1);
  return all.filter((f) => !(otherRuleset && f.path.startsWith("ruleset."))).sort((a, b) => rank(a) - rank(b));
}
