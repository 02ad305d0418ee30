// What is counted over time, in words: windows of scenarios and correlations; pure.
import { count, plural } from "@/ui/format";
import { conditionWords } from "./condition";
import { differentWords, keyWord, keyWords, withArticle } from "./fieldwords";
import type { RuleDetail, Scenario } from "./logic";

export type Window = Scenario["windows"][number];

const units: Record<string, string> = { s: "second", m: "minute", h: "hour", d: "day" };
/** "10m", "10m0s" or "168h" in words. */
export function spanWords(text: string): string {
  const total = [...text.matchAll(/(\d+)([hms])/g)].reduce((sum, [, n, unit]) => sum + Number(n) * (unit === "h" ? 3600 : unit === "m" ? 60 : 1), 0);
  if (total === 0) return text;
  for (const [unit, size] of [["d", 86_400], ["h", 3600], ["m", 60], ["s", 1]] as const) if (total % size === 0 && (unit !== "d" || total >= 2 * size)) return plural(total / size, units[unit]!);
  return text;
}

const needWords: Record<string, string> = { gte: "at least", ">=": "at least", gt: "more than", ">": "more than", lte: "at most", "<=": "at most", lt: "less than", "<": "less than", eq: "exactly", "==": "exactly", neq: "other than", "!=": "other than" };
export const needIn = (need: string) => need.replace(/^(\S+)\s+/, (all, op: string) => (needWords[op] ? `${needWords[op]} ` : all));

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
const nth = (n: number) => `${n}${n % 100 >= 11 && n % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;

/** What a correlation counts, in one sentence. */
export function correlationWords(c: NonNullable<RuleDetail["correlation"]>): string {
  const per = c.group_by.length > 0 ? ` with the same ${c.group_by.join(" and ")}` : "";
  const need = c.needs.map(needIn).join(" and ");
  const within = `within ${spanWords(c.timespan)}`;
  const field = c.field ?? "a field";
  switch (c.type) {
    case "event_count": return sentence(`${need} hits of the rules below${per} ${within}`);
    case "value_count": return sentence(`${need} different values of ${field} in hits of the rules below${per} ${within}`);
    case "temporal": return `Hits of all the rules below${per} ${within}, in any order.`;
    case "temporal_ordered": return `Hits of the rules below${per} ${within}, in their order.`;
    default: return `The ${(c.type === "value_avg" ? "average" : c.type.replace(/^value_/, "").replaceAll("_", " "))} of ${field} in hits of the rules below${per} is ${need} ${within}.`;
  }
}

interface Need {
  op: string;
  n: number;
  words: string;
}
function needOf(w: Window): Need | undefined {
  const m = /^(\S+) (\d+)$/.exec(w.needs ?? "");
  return m ? { op: m[1]!, n: Number(m[2]), words: needWords[m[1]!] ?? m[1]! } : undefined;
}

/** The number of steps that must have been taken; none where the condition says it another way. */
function stepsNeeded(need: Need | undefined): number | undefined {
  if (need?.op === ">=" || need?.op === "==") return need.n;
  return need?.op === ">" ? need.n + 1 : undefined;
}

type Step = Window["steps"][number];

/** What an event of a step is, in words; undefined where only its condition says it. */
export const stepWords = (s: Step): string | undefined => (s.detections.length > 0 ? undefined : conditionWords(s.when));

const told = (w: Window) => w.steps.length > 0 && w.steps.every((s) => stepWords(s) !== undefined);

/** "an event where …, then 3 where …"; a step without words goes by its number. */
function inOrder(steps: readonly Step[]): string {
  return steps
    .map((s, i) => {
      const what = stepWords(s);
      if (what === undefined) return i === 0 ? `${plural(s.count, "event")} of step 1` : `then ${count(s.count)} of step ${i + 1}`;
      const n = s.count === 1 ? (i === 0 ? "an event" : "one") : i === 0 ? `${count(s.count)} events` : count(s.count);
      return `${i === 0 ? "" : "then "}${n} where ${what}`;
    })
    .join(", ");
}

function stepsWords(w: Window, need: Need | undefined, rest: string): string {
  const all = w.steps.length;
  const taken = stepsNeeded(need);
  const each = told(w) ? `: ${w.steps.map((s) => inOrder([s])).join("; ")}` : "";
  if (need && taken === undefined) return `${need.words} ${need.n} of ${plural(all, "step")}, in ${w.kind === "all_of" ? "any" : "their"} order, ${rest}${each}`;
  if (w.kind !== "all_of") return `${inOrder(w.steps.slice(0, taken === undefined ? all : Math.max(1, Math.min(taken, all))))}, ${rest}`;
  return `${taken === undefined || taken >= all ? `All ${plural(all, "step")}` : `at least ${taken} of ${plural(all, "step")}`}, in any order, ${rest}${each}`;
}

function firstSeenWords(w: Window, need: Need | undefined, per: string): string {
  const known = need && ((need.op === "==" && need.n === 0) || need.op === "<");
  const when = `${known ? "that was already seen" : "that was not seen"} within ${spanWords(w.span)}`;
  const learn = w.learn ? `; it is told once the ${keyWords(w.key)} is known for ${spanWords(w.learn)}` : "";
  const value = (key: string) => { const f = keyWord(key); return f.known ? withArticle(f.word) : `a value of ${f.word}`; };
  return w.of ? `${value(w.of)} ${when} ${per}${learn}` : `${w.key.length === 1 ? value(w.key[0]!) : withArticle(keyWords(w.key))} ${when}${learn}`;
}

/** What a window counts and how many it takes, in one sentence; without a number the scenario's condition weighs it another way. */
export function windowSentence(w: Window): string {
  const need = needOf(w);
  const per = `for the same ${keyWords(w.key)}`;
  const within = `within ${spanWords(w.span)}`;
  const of = keyWords([w.of ?? ""]);
  const events = need ? `${need.words} ${plural(need.n, "event")}` : "how many events come";
  const figure = (name: string) => sentence(need ? `the ${name} of ${of} ${per} ${within} is ${need.words} ${count(need.n)}` : `the ${name} of ${of} ${per} ${within}`);
  switch (w.kind) {
    case "sliding": return sentence(`${events} ${per} ${within}`);
    case "leaky": return sentence(`${need ? `${need.words} ${plural(need.n, "event")}` : "how many events"} ${per} more than run off, which are ${count(w.limit ?? 100)} in ${spanWords(w.span)}`);
    case "distinct": return sentence(`${need ? `${need.words} ${count(need.n)}` : "how many"} ${differentWords(w.of ?? "", need?.n)} ${per} ${within}`);
    case "ratio": return sentence(`${need ? `${need.words} ${need.n / 10}%` : "which share"} of the events ${per} ${within} are hits, counted from ${plural(w.least_events ?? 10, "event")} on`);
    case "sequence": case "all_of": return sentence(stepsWords(w, need, `${per} ${within}`));
    case "first_seen": return sentence(firstSeenWords(w, need, per));
    case "sum": case "average": case "median": return figure(w.kind);
    case "percentile": return figure(w.percent ? `${nth(w.percent)} percentile` : "percentile");
    default: return sentence(`${events} ${per} ${within} of the first one`);
  }
}
