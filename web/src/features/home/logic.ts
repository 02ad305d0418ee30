// What the start screen says in one sentence, and the bars over time; pure.
import type { Schemas } from "@/api/client";
import { count, plural } from "@/ui/format";

export type Window = "1h" | "24h" | "7d" | "30d" | "all";
export const windows: { value: Window; label: string; words: string }[] = [
  { value: "1h", label: "1 hour", words: "in the last hour" }, { value: "24h", label: "24 hours", words: "in the last 24 hours" }, { value: "7d", label: "7 days", words: "in the last 7 days" },
  { value: "30d", label: "30 days", words: "in the last 30 days" }, { value: "all", label: "All", words: "so far" },
];
export const windowOf = (v: unknown): Window => windows.find((w) => w.value === v)?.value ?? "24h";

export interface Known {
  window: Window;
  decisions: number;
  approvals?: number;
  webhooks?: number;
  drift?: number;
  /** The log recomputed; undefined: not looked at. */
  valid?: boolean;
}

/** How many things need a person: what drifted is one thing, however many findings wait. */
export const needs = (k: Known) => (k.approvals ?? 0) + (k.webhooks ?? 0) + (k.drift ? 1 : 0) + (k.valid === false ? 1 : 0);

/** "Protected. 3 things need you." */
export function posture(k: Known): string {
  const n = needs(k);
  const rest = n === 0 ? "Nothing needs you." : `${plural(n, "thing")} ${n === 1 ? "needs" : "need"} you.`;
  if (k.valid === false) return `The evidence does not verify. ${rest}`;
  if (k.decisions === 0) return `No event came in ${windows.find((w) => w.value === k.window)!.words}. ${rest}`;
  return `Protected. ${rest}`;
}

export const severities = ["critical", "high", "medium", "low", "info"] as const;

export interface Bar {
  start: string;
  total: number;
  /** Parts of the whole chart, 0 to 1. */
  x: number;
  width: number;
  parts: { severity: string; n: number; from: number; to: number }[];
}

/** How long a bar is, by the length of the window, as the API counts. */
const steps: [limit: number, step: number][] = [[2 * 3_600_000, 60_000], [2 * 86_400_000, 3_600_000], [8 * 86_400_000, 6 * 3_600_000], [Infinity, 86_400_000]];

/** Bars placed by their time; where nothing was decided there is a gap. */
export function barsOf(buckets: readonly Schemas["StatsBucket"][], from: string | undefined, to: string): Bar[] {
  const times = buckets.map((b) => Date.parse(b.start));
  const end = Date.parse(to);
  const given = from ? Date.parse(from) : Math.min(...times, end - 86_400_000);
  const step = from ? steps.find(([limit]) => end - given <= limit)![1] : 86_400_000;
  const start = Math.floor(given / step) * step;
  const all = Math.max(end - start, step);
  const most = Math.max(...buckets.map((b) => b.total), 1);
  return buckets.map((b, i) => {
    let at = 0;
    const parts = [...severities].map((severity) => {
      const n = b.by_severity[severity] ?? 0;
      const part = { severity, n, from: at / most, to: (at + n) / most };
      at += n;
      return part;
    }).filter((p) => p.n > 0);
    return { start: b.start, total: b.total, x: Math.max(0, (times[i]! - start) / all), width: Math.min(step / all, 1), parts };
  });
}

/** What a bar says on hover and to a screen reader. */
export const barText = (b: Bar, local: (at: Date) => string) => `${local(new Date(b.start))}: ${plural(b.total, "decision")} (${b.parts.map((p) => `${count(p.n)} ${p.severity}`).join(", ")})`;

/** The largest first. */
export const top = (of: Record<string, number>, n: number): [string, number][] => Object.entries(of).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, n);
