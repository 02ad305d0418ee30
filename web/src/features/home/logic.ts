// What the start screen says in one sentence, and the bars over time; pure.
import type { Schemas } from "@/api/client";
import { count, gatingWords, plural } from "@/ui/format";

export type Posture = Schemas["PostureView"];
export type TenantPosture = Schemas["TenantPosture"];
export type Window = "1h" | "24h" | "7d" | "30d" | "all";
export const windows: { value: Window; label: string; words: string }[] = [
  { value: "1h", label: "1 hour", words: "in the last hour" }, { value: "24h", label: "24 hours", words: "in the last 24 hours" }, { value: "7d", label: "7 days", words: "in the last 7 days" },
  { value: "30d", label: "30 days", words: "in the last 30 days" }, { value: "all", label: "All", words: "so far" },
];
export const windowOf = (v: unknown): Window => windows.find((w) => w.value === v)?.value ?? "24h";

/** What is wrong with the server itself, in words for the people who use it; undefined: told in general. */
const checkWords: Record<string, { title: string; means: string }> = {
  database: { title: "The database does not answer.", means: "Nothing can be decided or read until it does." },
  "evidence writer": { title: "Evidence can’t be written.", means: "No decision is made without it: events are refused until it can." },
  "log of logs": { title: "The log of logs is behind.", means: "Decisions go on; their proofs are anchored later." },
  witnesses: { title: "Witnesses are behind.", means: "Fewer of them have countersigned lately than the policy asks. Decisions go on; receipts wait for their countersignatures." },
  "policy engine": { title: "The policy can’t be evaluated.", means: "Events are refused until it can." },
  disk: { title: "The disk is nearly full.", means: "Make room before evidence can’t be written any more." },
};
export const wordsOfCheck = (name: string) => checkWords[name] ?? { title: `${name.charAt(0).toUpperCase()}${name.slice(1)} is not as it should be.`, means: "Ask whoever runs the server to look at its health." };

export interface Known {
  posture: Pick<Posture, "status" | "wrong" | "policy_enforced" | "tenants" | "at">;
  /** The log recomputed; undefined: not looked at. */
  valid?: boolean;
  /** Modules of which no key is good any more. */
  modules?: number;
}

export interface Needs { approvals: number; webhooks: number; drift: number; grave: number; reopened: number; damaged: number; checks: number; modules: number; invalid: number }

const sum = (list: (number | undefined)[]) => list.reduce<number>((a, b) => a + (b ?? 0), 0);

/** What needs a person, by kind. */
export function needsOf(k: Known): Needs {
  const t = k.posture.tenants;
  return {
    approvals: sum(t.map((x) => x.approvals)), webhooks: sum(t.map((x) => x.webhooks?.failing)), drift: sum(t.map((x) => x.drift?.waiting)), grave: sum(t.map((x) => x.drift?.grave)), reopened: sum(t.map((x) => x.drift?.reopened)),
    damaged: t.filter((x) => x.log_damaged).length, checks: k.posture.wrong.length, modules: k.modules ?? 0, invalid: k.valid === false ? 1 : 0,
  };
}

/** How many things need a person: each decision, each finding, each thing that is broken. */
export function howMany(k: Known): number {
  const n = needsOf(k);
  return n.approvals + n.webhooks + n.drift + n.damaged + n.checks + n.modules + n.invalid;
}

/** "4 decisions and 37 findings (3 critical or high) wait for you." What they are, in their order; undefined: nothing does. */
export function whatWaits(k: Known): string | undefined {
  const n = needsOf(k);
  const broken = n.damaged + n.checks + n.invalid;
  const parts = [
    broken > 0 && `${plural(broken, "fault")} of the server`, n.approvals > 0 && plural(n.approvals, "decision"), n.drift > 0 && `${plural(n.drift, "finding")}${n.grave > 0 ? ` (${count(n.grave)} critical or high)` : ""}`,
    n.webhooks > 0 && plural(n.webhooks, "webhook"), n.modules > 0 && plural(n.modules, "module"),
  ].filter((p) => p !== false);
  if (parts.length === 0) return undefined;
  const last = parts.pop()!;
  return `${parts.length > 0 ? `${parts.join(", ")} and ` : ""}${last} ${howMany(k) === 1 ? "waits" : "wait"} for you.`;
}

/** Whether something can't be looked at with this key. */
export const partly = (p: Known["posture"]) => p.tenants.some((t) => t.approvals === undefined || t.drift === undefined || t.webhooks === undefined);

/** What the server does now, before anything that waits. */
function standing(k: Known): string {
  const { posture: p } = k;
  const damaged = p.tenants.filter((t) => t.log_damaged);
  if (p.status === "draining") return "The server is shutting down.";
  if (p.status === "not_ready") return "Not ready: events may be refused.";
  if (damaged.length > 0) return p.tenants.length > 1 ? `The log of ${damaged.length === 1 ? damaged[0]!.name : plural(damaged.length, "tenant")} is damaged: nothing new is recorded there.` : "The log is damaged: nothing new is recorded.";
  if (k.valid === false) return "The evidence does not verify.";
  if (!p.policy_enforced) return "Watching only: policy is not enforced.";
  if (p.tenants.every((t) => !t.last_decision_at)) return "No event came in yet.";
  if (sum(p.tenants.map((t) => t.decisions_24h)) === 0) return "Quiet: no event in the last 24 hours.";
  const off = p.tenants.filter((t) => t.status !== "active").length;
  if (off === p.tenants.length && off === 1) return `The tenant is ${p.tenants[0]!.status}: it takes no events.`;
  return off > 0 ? `Protected, ${count(off)} of ${count(p.tenants.length)} tenants suspended or closing.` : "Protected.";
}

/** "Protected. 3 things need you." */
export function posture(k: Known): string {
  const n = howMany(k);
  const rest = n > 0 ? `${plural(n, "thing")} ${n === 1 ? "needs" : "need"} you.` : partly(k.posture) ? "Nothing that you may look at needs you." : "Nothing needs you.";
  return `${standing(k)} ${rest}`;
}

export const severities = ["critical", "high", "medium", "low", "info"] as const;
export const gatings = ["reject", "require_approval", "allow"] as const;
export type By = "severity" | "gating";
export const partsOf = (by: By): readonly string[] => (by === "severity" ? severities : gatings);
export const partWords = gatingWords;

export interface Bar {
  start: string;
  total: number;
  /** Parts of the whole chart, 0 to 1. */
  x: number;
  width: number;
  parts: { part: string; n: number; from: number; to: number }[];
}

/** How long a bar is, by the length of the window, as the API counts. */
const steps: [limit: number, step: number][] = [[2 * 3_600_000, 60_000], [2 * 86_400_000, 3_600_000], [8 * 86_400_000, 6 * 3_600_000], [Infinity, 86_400_000]];

/** Bars placed by their time; where nothing was decided there is a gap. */
export function barsOf(buckets: readonly Schemas["StatsBucket"][], from: string | undefined, to: string, by: By = "severity"): Bar[] {
  const times = buckets.map((b) => Date.parse(b.start));
  const end = Date.parse(to);
  const given = from ? Date.parse(from) : Math.min(...times, end - 86_400_000);
  const step = from ? steps.find(([limit]) => end - given <= limit)![1] : 86_400_000;
  const start = Math.floor(given / step) * step;
  const all = Math.max(end - start, step);
  const most = mostOf(buckets);
  return buckets.map((b, i) => {
    let at = 0;
    const counts = by === "severity" ? b.by_severity : (b.by_gating ?? {});
    const parts = partsOf(by).map((part) => {
      const n = counts[part] ?? 0;
      const p = { part, n, from: at / most, to: (at + n) / most };
      at += n;
      return p;
    }).filter((p) => p.n > 0);
    return { start: b.start, total: b.total, x: Math.max(0, (times[i]! - start) / all), width: Math.min(step / all, 1), parts };
  });
}

export const mostOf = (buckets: readonly Schemas["StatsBucket"][]) => Math.max(...buckets.map((b) => b.total), 1);

const word = (part: string) => partWords[part] ?? part;

/** What a bar says on hover and to a screen reader. */
export const barText = (b: Bar, local: (at: Date) => string) => `${local(new Date(b.start))}: ${plural(b.total, "decision")} (${b.parts.map((p) => `${count(p.n)} ${word(p.part)}`).join(", ")})`;

/** The largest first. */
export const top = (of: Record<string, number>, n: number): [string, number][] => Object.entries(of).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, n);

/** What one tenant of many needs, in a few words. */
export function tenantNeeds(t: TenantPosture): string[] {
  const out: string[] = [];
  if (t.log_damaged) out.push("its log is damaged");
  if (t.approvals) out.push(`${plural(t.approvals, "approval")} ${t.approvals === 1 ? "waits" : "wait"}`);
  if (t.webhooks?.failing) out.push(`${plural(t.webhooks.failing, "webhook")} ${t.webhooks.failing === 1 ? "fails" : "fail"}`);
  if (t.drift?.waiting) out.push(`${plural(t.drift.waiting, "finding")} of drift`);
  return out;
}
