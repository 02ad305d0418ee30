// What the evidence screens say, in words: pure, so that tests can hold it.
import type { Schemas } from "@/api/client";
import { count, plural } from "@/ui/format";

export type Log = Schemas["LogView"];
export type Entry = Schemas["LogEntry"];
export type Epoch = Schemas["EpochView"];
export type RootStatus = Schemas["RootStatus"];
export type Witness = Schemas["WitnessView"];
export type Verdict = Schemas["ChainVerdict"];
export type Module = Schemas["ModuleRecord"];
export type SigningKey = Schemas["SigningKey"];
export type Certificate = Schemas["Certificate"];

/** Longer logs are recomputed only when somebody asks: it reads every entry. */
export const small = 20_000;
/** A verification older than this is made again when the overview is opened. */
export const fresh = 10 * 60_000;
/** An entry that waits longer than this for an epoch is told of. */
const patience = 60_000;

const kinds: Record<string, string> = {
  anomaly_model: "Anomaly model", attestation: "Attestation of a module", audit_prune: "Audit entries deleted", break_glass: "Emergency access", decision: "Decision", document: "Document of rules",
  drift_baseline: "Baseline", drift_comparison: "Run compared", drift_rules: "Rules of drift", drift_triage: "Finding decided", erasure: "Erasure", feedback: "Feedback", genesis: "Beginning of the log",
  inventory_run: "Run of inventory", key: "Log key", mission: "Mission", module: "Module changed", prune: "Payloads deleted after retention", rekey: "Payload keys renewed", ruleset: "Ruleset", ruleset_activation: "Ruleset put in force",
};

/** What an entry records, in words. */
export const kindWords = (kind: string): string => kinds[kind] ?? kind.replaceAll("_", " ");
export const kindOptions = Object.entries(kinds).map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));

export const levelWords: Record<Entry["level"], { tone: "wait" | "info" | "good"; means: string }> = {
  committed: { tone: "wait", means: "In the signed log. Its epoch comes within about a second." },
  anchored: { tone: "info", means: "In the signed log, and that log’s checkpoint in the log of logs." },
  witnessed: { tone: "good", means: "Anchored, and enough independent witnesses have cosigned the log of logs." },
};

/** The screen that shows what an entry records, where there is one. */
export function subjectOf(e: Pick<Entry, "kind" | "id">): { to: string; params: Record<string, string>; label: string } | undefined {
  if (e.kind === "decision") return { to: "/decisions/$id", params: { id: e.id }, label: "Open the decision" };
  if (e.kind === "attestation") return { to: "/evidence/attestations/$id", params: { id: e.id }, label: "Open the attestation" };
  if (e.kind === "erasure") return { to: "/evidence/erasures/$id", params: { id: e.id }, label: "Open the certificate" };
  return undefined;
}

export interface Point {
  tone: "critical" | "wait" | "good";
  text: string;
  /** The entry that it is about. */
  entry?: number;
}

export interface Posture {
  tone: Point["tone"];
  title: string;
  points: Point[];
}

/** Whether everything here can be proven; if not, what is wrong first. */
export function posture(own: Log, root: Log | undefined, status: RootStatus, now: Date): Posture {
  const points: Point[] = [];
  const c = own.checked;
  if (own.problem) points.push({ tone: "critical", text: `The log was changed outside FrostGate or is damaged: ${sentence(own.problem)} Nothing more of it is signed.` });
  if (c && !c.valid) points.push({ tone: "critical", text: `The last verification failed${c.first_bad === undefined ? "" : ` at entry ${count(c.first_bad)}`}: ${sentence(c.problem ?? "a row is not what its entry proves")}`, entry: c.first_bad });
  const rootProblem = status.alarm ?? root?.problem;
  if (rootProblem) points.push({ tone: "critical", text: `The log of logs: ${sentence(rootProblem)} Decisions go on; nothing new is anchored.` });
  if (isBehind(status)) points.push({ tone: "wait", text: behind(status) });
  else for (const w of status.witnesses) if (w.error) points.push({ tone: "wait", text: `Witness ${w.name} did not cosign: ${sentence(w.error)} The others are enough.` });
  const waits = own.size - (own.anchored?.size ?? 0);
  if (waits > 0 && !rootProblem && !own.problem && own.grown_at && now.getTime() - new Date(own.grown_at).getTime() > patience) points.push({ tone: "wait", text: `${plural(waits, "entry waits", "entries wait")} to be anchored for longer than usual.` });
  const wrong = points.filter((p) => p.tone === "critical").length;
  if (wrong > 0) return { tone: "critical", title: "Not everything recorded here can be proven", points };
  if (points.length > 0) return { tone: "wait", title: isBehind(status) ? "Everything recorded here can be proven, but the witnesses are behind" : "Everything recorded here can be proven, with a reservation", points };
  return { tone: "good", title: "Everything recorded here can be proven", points };
}

/** "The last 3 entries of the log of logs are". */
export const lastOf = (n: number): string => (n === 1 ? "The last entry of the log of logs is" : `The last ${count(n)} entries of the log of logs are`);

/** Whether too few witnesses cosign; a few entries that wait for them are usual. */
export const isBehind = (s: RootStatus): boolean => s.quorum === "missed" || s.witnesses.filter((w) => !w.error).length < s.needed;

function behind(s: RootStatus): string {
  const bad = s.witnesses.filter((w) => w.error).map((w) => w.name);
  const who = bad.length > 0 ? `${bad.join(", ")} ${bad.length === 1 ? "does" : "do"} not answer as expected` : "they have not cosigned";
  const seen = s.cosigned_size === s.size ? "Nothing waits yet" : s.cosigned_size > 0 ? `${lastOf(s.size - s.cosigned_size)} not witnessed` : "Nothing is witnessed yet";
  return `${seen}: ${who}. Decisions go on, and what is recorded is anchored; it becomes witnessed when they are back.`;
}

/** A text with its full stop. */
export const sentence = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/** A text as a sentence of its own. */
export const alone = (text: string): string => sentence(text.charAt(0).toUpperCase() + text.slice(1));

/** How a witness does. */
export function witnessState(w: Witness, s: RootStatus): { tone: "good" | "wait" | "critical"; word: string; means: string } {
  if (w.error && /older than what was witnessed|conflict|another/.test(w.error)) return { tone: "critical", word: "contradicts", means: "It knows another history of the log of logs. An operator has to look at it." };
  if (w.error) return { tone: "critical", word: "no cosignature", means: "The last time that it was asked, it did not cosign." };
  if (!w.last_ok) return { tone: "wait", word: "not asked yet", means: "It was not asked since the server started." };
  const lag = s.size - w.size;
  if (lag > s.max_lag) return { tone: "wait", word: "behind", means: `${plural(lag, "entry", "entries")} wait for its cosignature.` };
  return { tone: "good", word: lag === 0 ? "up to date" : "keeps up", means: lag === 0 ? "It has cosigned everything." : `${plural(lag, "entry", "entries")} wait for its cosignature, which is usual.` };
}

/** Who must cosign, in words. */
export function policyWords(s: RootStatus): string {
  const n = s.witnesses.length;
  if (s.needed === 0) return "No cosignature is required, so nothing becomes witnessed.";
  if (s.needed === n) return n === 1 ? "Its cosignature is required." : `All ${n} must cosign.`;
  return `At least ${s.needed} of ${n} must cosign (${s.policy}).`;
}

export interface Signature {
  name: string;
  /** Eight hex digits. */
  key: string;
  kind: "signature" | "cosignature" | "unknown";
  /** When a witness cosigned. */
  at?: string;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: string;
  signatures: Signature[];
}

const hex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
const decode = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** Reads a signed checkpoint (C2SP signed note); undefined when it is none. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const [body, tail] = text.split("\n\n");
  const [origin, size, root] = (body ?? "").split("\n");
  if (!origin || !/^\d+$/.test(size ?? "") || !root || tail === undefined) return undefined;
  const signatures = tail.split("\n").filter((l) => l.startsWith("— ")).map((line): Signature => {
    const [, name = "", value = ""] = line.split(" ");
    try {
      const b = decode(value);
      const kind = b.length === 68 ? "signature" : b.length === 76 ? "cosignature" : "unknown";
      const at = kind === "cosignature" ? new Date(Number(new DataView(b.buffer).getBigUint64(4)) * 1000).toISOString() : undefined;
      return { name, key: hex(b.slice(0, 4)), kind, at };
    } catch {
      return { name, key: "", kind: "unknown" };
    }
  });
  try {
    return { origin, size: Number(size), root: hex(decode(root)), signatures };
  } catch {
    return undefined;
  }
}

/** Name and ID of a verifier key: NAME+HASH+KEY. */
export function keyParts(vkey: string): { name: string; id: string } {
  const parts = vkey.split("+");
  return { name: parts[0] ?? vkey, id: parts[1] ?? "" };
}

/** What an epoch holds of one's own log. */
export function holds(e: Epoch): string {
  if (e.kind === "genesis") return "The beginning of the log of logs, with its first key";
  if (e.kind === "key") return `Log key ${keyParts(e.vkey ?? "").id} ${e.action === "issue" ? "issued" : e.action === "retire" ? "retired" : "revoked"}${e.reason ? `: ${e.reason}` : ""}`;
  if (!e.own) return "Nothing new of your log";
  const n = e.own.size - e.own.since;
  return n === 1 ? `Entry ${count(e.own.since)} of your log` : `Entries ${count(e.own.since)}–${count(e.own.size - 1)} of your log (${count(n)})`;
}

export const moduleStates: Record<Module["status"], { tone: "good" | "wait" | "none"; word: string; means: string }> = {
  active: { tone: "good", word: "enrolled", means: "Its attestations are taken." },
  enrolling: { tone: "wait", word: "no key", means: "It has no key that is good now: it has to enrol with a token." },
  revoked: { tone: "none", word: "revoked", means: "Nothing that it signs is taken any more." },
};

export const keyStates: Record<SigningKey["state"], { tone: "good" | "info" | "none" | "critical"; means: string }> = {
  active: { tone: "good", means: "It signs every checkpoint." },
  retiring: { tone: "info", means: "It signs beside the active key, so that who has pinned only it can still verify." },
  retired: { tone: "none", means: "It signs nothing any more; what it signed before still verifies." },
  revoked: { tone: "critical", means: "It is trusted for nothing. What it signed counts only where the log of logs vouches for it." },
};

/** Days of retention in words. */
export const keeps = (days: number): string => (days === 0 ? "for ever" : `for ${plural(days, "day")}`);
