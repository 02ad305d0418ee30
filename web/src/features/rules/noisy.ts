// What can be done about a scenario that fires too often; pure.
import type { Schemas } from "@/api/client";
import type { Scenario } from "./logic";

export interface Target {
  kind: string;
  value: string;
  decisions: number;
}

/** Against whom a scenario's own actions were proposed most, among what some decisions are about. */
export function mostHit(about: readonly Schemas["DecisionAbout"][], s: Pick<Scenario, "mitigations">): Target[] {
  const own = new Set(s.mitigations.map((m) => m.action));
  const by = new Map<string, Target>();
  for (const d of about) {
    const hit = new Map(d.mitigations.filter((m) => own.has(m.action) && m.target !== "").map((m) => [`${m.target_kind} ${m.target}`, m]));
    for (const [key, m] of hit) {
      const t = by.get(key) ?? { kind: m.target_kind, value: m.target, decisions: 0 };
      t.decisions++;
      by.set(key, t);
    }
  }
  return [...by.values()].sort((a, b) => b.decisions - a.decisions || a.value.localeCompare(b.value));
}

/** The kinds of targets that fields of events name. */
const kindOf: Record<string, string> = { src_ip: "ip", user: "user", host: "host" };

/** The part of a condition that leaves somebody out, as the document takes it: who is hit most of those that the field names. */
export function leavingOut(s: Pick<Scenario, "mitigations">, hit: readonly Target[] = []): string {
  const field = s.mitigations[0]?.target ?? "user";
  const target = hit.find((t) => t.kind === kindOf[field])?.value;
  const example = field === "src_ip" ? "192.0.2.10" : field === "host" ? "backup-1" : "backup";
  return `${field} != ${JSON.stringify(target ?? example)} && ( … )`;
}

/** Where a scenario begins in its document: its line, from 1 on. */
export function lineOf(document: string, id: string | undefined): number | undefined {
  if (!id) return undefined;
  const at = document.split("\n").findIndex((l) => /^\s*-\s+id:\s*/.test(l) && l.replace(/^\s*-\s+id:\s*/, "").replace(/\s+#.*$/, "").replace(/^["']|["']$/g, "").trim() === id);
  return at < 0 ? undefined : at + 1;
}

/** The lines that a refusal names. */
export const linesIn = (detail: string): Set<number> => new Set([...detail.matchAll(/\bline (\d+)/g)].map((m) => Number(m[1])));

/** "own-20260301-1405": a version that sorts by time. */
export function versionAt(now: Date): string {
  return `own-${now.toISOString().slice(0, 16).replaceAll(/[-:]/g, "").replace("T", "-")}`;
}

type Ruleset = Schemas["RulesetView"];
export const scenariosOf = (r: Ruleset) => r.documents.find((d) => d.kind === "scenarios");

/** The ruleset in force with another document of scenarios, as the API takes it. */
export function withScenarios(r: Ruleset, content: string, version: string): Schemas["NewRuleset"] {
  const name = scenariosOf(r)?.name ?? "own";
  const refs = [...r.documents, ...r.detections].filter((d) => d.kind !== "scenarios").map(({ hash, kind, name: called, version: v }) => ({ hash, kind, name: called, version: v }));
  return { name: r.name, version, documents: [{ kind: "scenarios", name, version, content }], refs };
}
