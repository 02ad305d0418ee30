// What waits for approval, in words; also for the start screen. Pure.
import { capital, left, sentenceOf, type Approval } from "./logic";

/** "Isolate DC1.insecurebank.local". */
export const approvalWhat = (a: Approval) => (a.for ? a.for.mitigations.map((m) => capital(sentenceOf(m.action, m.target))).join("; ") || "Nothing is proposed any more" : "Your key may not read this ring");

/** What the rules that fired are called, else what came in. */
export const approvalWhy = (a: Approval) => a.for?.titles.join("; ") || (a.for ? `${a.for.event_type} from ${a.for.source}` : "");

/** "lapses in 23 h", by the largest unit that says enough. */
export function lapses(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  if (ms <= 0) return "lapsed";
  return `lapses in ${ms >= 3_600_000 && ms < 86_400_000 ? `${Math.floor(ms / 3_600_000)} h` : ms < 3_600_000 ? `${Math.max(1, Math.floor(ms / 60_000))} min` : left(ms)}`;
}
