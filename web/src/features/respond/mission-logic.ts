// Missions and rules of engagement in words; pure.
import type { BodyOf, Schemas } from "@/api/client";
import { actionOf } from "./logic";
import { personaWord, ringWord } from "@/ui/words";
import { inputTime, percent } from "@/ui/format";

export type Mission = Schemas["Mission"];
export type Doctrine = Schemas["Document"];
export type Ring = Schemas["RingView"];
export type Phase = "planned" | "active" | "over";

export function phaseOf(m: Pick<Mission, "status" | "starts_at" | "expires_at">, now: number): Phase {
  if (m.status === "ended" || Date.parse(m.expires_at) <= now) return "over";
  return Date.parse(m.starts_at) > now ? "planned" : "active";
}

export const whyNot: Record<NonNullable<Mission["reason"]>, string> = {
  signature: "Its stored limits are not what was signed: nothing is decided under it.", not_started: "It has not begun.", expired: "Its time is over.", ended: "Somebody ended it before its time.", over_budget: "Its budget is spent: decisions propose nothing more under it.",
};

/** "block or isolate", "nothing". */
export function allowedText(of: readonly string[]): string {
  const names = of.map((a) => actionOf(a).label.toLowerCase());
  if (names.length === 0) return "nothing";
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

/** A ring in plain words. */
export function ringWords(r: Ring): string[] {
  const more = Math.round((r.impact_factor - 1) * 100);
  return [
    more === 0 ? "Impact counts as estimated." : `Impact counts ${more} % more than estimated, so approval is needed sooner.`,
    r.ao_required_for.length === 0 ? "No action needs the authorising official for the ring alone." : `The authorising official must approve: ${r.ao_required_for.map((a) => actionOf(a).label.toLowerCase()).join(", ")}.`,
    r.cross_ring_access.length === 0 ? "From here no other ring’s data is read." : `From here data of ${r.cross_ring_access.map(ringWord).join(", ")} may be read too.`,
    `Kept for ${years(r.retention_days)}, ${r.encryption.replace("at-rest", "encrypted at rest")}; audit: ${r.audit_level}.`,
  ];
}

export const years = (days: number) => (days % 365 === 0 ? (days === 365 ? "1 year" : `${days / 365} years`) : `${days} days`);

/** What the impact makes of a mitigation, by the doctrine's thresholds (in thousandths). */
export function gatesText(g: Doctrine["gates"]): string[] {
  const p = (n: number) => percent(n / 1000);
  return [`Below ${p(g.allow_below)} impact: done at once.`, `From ${p(g.allow_below)}, below ${p(g.approval_below)}: a person must approve.`, `From ${p(g.approval_below)}: refused.`];
}

/** A rule of engagement in a sentence. */
export function ruleText(r: Doctrine["rules"][number]): string {
  const when = [r.when.persona?.length ? `persona ${r.when.persona.map(personaWord).join(" or ")}` : "", r.when.ring?.length ? `ring ${r.when.ring.map(ringWord).join(" or ")}` : ""].filter(Boolean).join(" in ") || "always";
  const then = [
    ...(r.keep ?? []).map((k) => (k.max === 0 ? `never ${actionOf(k.action).label.toLowerCase()}` : `at most ${k.max} × ${actionOf(k.action).label.toLowerCase()} for each decision`)),
    r.ao_required ? "the authorising official is asked" : "",
    r.gating_when_disruptive === "require_approval" ? "what disrupts needs approval" : r.gating_when_disruptive === "reject" ? "what disrupts is refused" : "",
  ].filter(Boolean).join("; ");
  return `${when.charAt(0).toUpperCase()}${when.slice(1)}: ${then}.`;
}

export interface Form {
  title: string;
  id: string;
  starts: string;
  ends: string;
  allowed: string[];
  budget: string;
  blast: string;
  persona: string;
  ring: string;
}

export const emptyForm = (now: number): Form => ({ title: "", id: "", starts: inputTime(new Date(now)), ends: inputTime(new Date(now + 4 * 3_600_000)), allowed: [], budget: "", blast: "", persona: "", ring: "" });

/** What is wrong with the form, by its field. */
export function formProblems(f: Form, now: number): Partial<Record<keyof Form, string>> {
  const out: Partial<Record<keyof Form, string>> = {};
  const starts = Date.parse(f.starts), ends = Date.parse(f.ends);
  if (Number.isNaN(starts)) out.starts = "When does it begin?";
  if (Number.isNaN(ends)) out.ends = "When does it end?";
  else if (ends <= starts) out.ends = "It must end after it begins.";
  else if (ends <= now) out.ends = "Its end is over already.";
  else if (ends - starts > 30 * 86_400_000) out.ends = "A mission lasts 30 days at most.";
  if (f.budget !== "" && !/^\d{1,7}$/.test(f.budget)) out.budget = "A whole number, or empty for no cap.";
  if (f.blast !== "" && !(Number(f.blast) >= 0 && Number(f.blast) <= 100)) out.blast = "0 to 100, or empty for no cap.";
  if (f.id !== "" && !/^[\w.:-]{1,128}$/.test(f.id)) out.id = "Letters, digits and . _ : - only.";
  return out;
}

export function bodyOf(f: Form): BodyOf<"post", "/api/v1/missions"> {
  return {
    title: f.title.trim(), starts_at: new Date(f.starts).toISOString(), expires_at: new Date(f.ends).toISOString(), allowed_actions: f.allowed,
    ...(f.id ? { mission_id: f.id } : {}), ...(f.budget ? { budget_cap: Number(f.budget) } : {}), ...(f.blast ? { blast_radius_cap: Number(f.blast) / 100 } : {}),
    ...(f.persona ? { persona: f.persona as "guardian" } : {}), ...(f.ring ? { classification: f.ring as "CUI" } : {}),
  };
}
