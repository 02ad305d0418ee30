// The first lines of a list of findings: what it is, and what its newest run
// could not tell. Pure.
import type { Schemas } from "@/api/client";
import { count, plural } from "@/ui/format";
import type { Values } from "@/ui/filters";
import { untold } from "./logic";

export type FoundRuns = Schemas["FindingRuns"];
export type FoundRun = FoundRuns["items"][number];

const many = (v: Values[string]): string[] => (Array.isArray(v) ? v : typeof v === "string" ? [v] : []);

/** "13 findings of Conditional Access wait for a decision". */
export function listSentence(v: Values, total: number, tenants: number): string {
  const states = many(v.state);
  const adjectives = [states.join(" or "), many(v.severity).join(" or ")].filter(Boolean).join(", ");
  const what = `${count(total)} ${adjectives ? `${adjectives} ` : ""}${total === 1 ? "finding" : "findings"}${typeof v.type === "string" ? ` of ${v.type}` : ""}${tenants > 1 ? ` in ${plural(tenants, "tenant")}` : ""}`;
  if (states.length > 0) return what;
  return v.all ? `${what}, in any state` : `${what} ${total === 1 ? "waits" : "wait"} for a decision`;
}

/** What the run could not tell, kind by kind; of several types each is named. */
export function untoldSentences(r: Pick<FoundRun, "unknowns">): string[] {
  return r.unknowns.map((u) => `${u.objects > 0 ? `${plural(u.objects, "object")} of ${u.label}` : u.label} could not be told: ${untold(u.reason)}`);
}

/** What else waits for nobody in an empty list: how many, and in which state they are. */
export function elsewhereInStates(byState: Readonly<Record<string, number>>): { state: string; n: number; words: string }[] {
  const words: Record<string, [string, string]> = {
    acknowledged: ["was acknowledged and stays open", "were acknowledged and stay open"], denied: ["was denied and must be undone", "were denied and must be undone"],
    accepted: ["is accepted until a day", "are accepted until a day"], resolved: ["is as expected again", "are as expected again"],
  };
  return Object.entries(words).flatMap(([state, [one, more]]) => {
    const n = byState[state] ?? 0;
    return n > 0 ? [{ state, n, words: `${plural(n, "finding")} ${n === 1 ? one : more}` }] : [];
  });
}
