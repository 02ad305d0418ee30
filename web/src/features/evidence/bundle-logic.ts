// Bundles: what is asked for, and what a verdict says. Pure.
import type { Schemas } from "@/api/client";
import { count, plural } from "@/ui/format";
import { alone, kindWords } from "./logic";

export type What = "decision" | "range" | "subject" | "tenant" | "absence";

export interface Wish {
  what: What;
  id: string;
  from: string;
  to: string;
  kind: "ip" | "user" | "host";
  value: string;
  artifact: string;
  openings: boolean;
}

export const whats: Record<What, { label: string; means: string }> = {
  decision: { label: "One decision", means: "The decision, what it decided on, and the proof that the log holds it." },
  range: { label: "A time", means: "Every entry that was recorded in a time, complete: nothing in between can have been left out." },
  subject: { label: "A person, host or address", means: "Every entry that speaks of it." },
  tenant: { label: "The whole log", means: "From the first entry to the last." },
  absence: { label: "That there was none", means: "That nothing of a kind was recorded in a time: for example no erasure." },
};

/** What is still missing; undefined when the bundle can be made. */
export function missing(w: Wish): string | undefined {
  if (w.what === "decision") return /^[0-9a-z]+-\d+$/i.test(w.id.trim()) ? undefined : "Give the decision’s ID, as the feed shows it.";
  if (w.what === "subject") return w.value.trim() ? undefined : "Give whom or what it is about.";
  if (w.what === "range" && !w.from) return "Give the time from which on.";
  if (w.what === "absence" && !w.artifact) return "Choose what was not recorded.";
  if (w.what === "absence" && !w.from) return "Give the time from which on there was none.";
  if (w.from && w.to && new Date(w.from) >= new Date(w.to)) return "The end must be after the beginning.";
  return undefined;
}

const utc = (local: string) => (local ? new Date(local).toISOString() : undefined);

/** The request for it. */
export function bundleAsk(w: Wish): { path: { id: string }; query: Record<string, string | boolean | undefined> } {
  const openings = w.openings ? {} : { openings: false };
  switch (w.what) {
    case "decision":
      return { path: { id: w.id.trim() }, query: openings };
    case "subject":
      return { path: { id: "subject" }, query: { subject: `${w.kind}:${w.value.trim()}`, ...openings } };
    case "tenant":
      return { path: { id: "tenant" }, query: openings };
    case "range":
      return { path: { id: "range" }, query: { from: utc(w.from), to: utc(w.to), ...openings } };
    case "absence":
      return { path: { id: "absence" }, query: { artifact: w.artifact, from: utc(w.from), to: utc(w.to) } };
  }
}

const quote = (s: string) => (/^[\w:.@/-]+$/.test(s) ? s : `'${s.replaceAll("'", "'\\''")}'`);

/** The same on the command line. */
export function bundleCommand(w: Wish): string {
  const { path, query } = bundleAsk(w);
  const args: string[] = [];
  if (w.what === "decision") args.push("--decision", path.id || "ID");
  if (w.what === "subject") args.push("--subject", String(query.subject));
  if (w.what === "tenant") args.push("--all");
  if (w.what === "absence") args.push("--absent", w.artifact || "erasure");
  for (const end of ["from", "to"] as const) if (query[end]) args.push(`--${end}`, String(query[end]));
  if (!w.openings && w.what !== "absence") args.push("--no-openings");
  return `frostgate evidence bundle ${args.map(quote).join(" ")} --out evidence.bundle`;
}

/** The verdict on a file, with what only bundles tell. */
export type FileVerdict = Schemas["Verdict"] & {
  kind?: string;
  entries?: number;
  first?: number;
  last?: number;
  artifacts?: Record<string, number>;
  payloads?: { opened: number; partial: number; erased: number; pruned: number; withheld: number; missing: number };
  witnesses?: string[];
  failure?: { check: string; detail: string };
};

export function verdictWords(v: FileVerdict): { tone: "good" | "wait" | "critical"; title: string; text: string } {
  if (!v.valid) {
    const bad = v.failure ?? v.checks.find((c) => !c.ok && !c.skipped);
    return { tone: "critical", title: "It does not verify", text: bad ? alone(bad.detail) : "A check failed." };
  }
  const level = v.level === "witnessed" ? `witnessed${v.witnesses?.length ? ` by ${v.witnesses.join(", ")}` : ""}` : v.level === "anchored" ? "anchored in the log of logs" : "in the signed log";
  if (v.verdict === "unpinned") return { tone: "wait", title: "Whole, but nobody vouches for who signed it", text: `Signed by ${v.signer}, which is no key of this server.` };
  return { tone: "good", title: "It is genuine and unchanged", text: `Signed by this server’s key, ${level}.` };
}

/** What a bundle holds, in words. */
export function contents(v: FileVerdict): string[] {
  const out: string[] = [];
  if (v.entries !== undefined) out.push(`${plural(v.entries, "entry", "entries")}${v.entries > 0 && v.first !== undefined && v.last !== undefined ? ` between ${count(v.first)} and ${count(v.last)}` : ""}`);
  for (const [kind, n] of Object.entries(v.artifacts ?? {}).sort((a, b) => b[1] - a[1])) out.push(`${kindWords(kind)}: ${count(n)}`);
  const p = v.payloads;
  if (p) {
    const parts = ([["opened", p.opened], ["opened in part", p.partial], ["erased", p.erased], ["deleted after retention", p.pruned], ["withheld", p.withheld], ["missing", p.missing]] as const).filter(([, n]) => n > 0).map(([word, n]) => `${count(n)} ${word}`);
    if (parts.length > 0) out.push(`Payloads: ${parts.join(", ")}`);
  }
  return out;
}
