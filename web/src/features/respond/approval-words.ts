// What waits for approval, in words; also for the start screen. Pure.
import { left, sentenceOf, type Approval } from "./logic";
import { capital } from "@/ui/format";

/** "Isolate DC1.insecurebank.local". */
export const approvalWhat = (a: Approval) => (a.for ? a.for.mitigations.map((m) => capital(sentenceOf(m.action, m.target))).join("; ") || "Nothing is proposed any more" : "What it is can’t be told: its event was erased, or your key may not read its ring");

/** What the rules that fired are called, else what came in. */
export const approvalWhy = (a: Approval) => a.for?.titles.join("; ") || (a.for ? `${a.for.event_type} from ${a.for.source}` : "");

/** "lapses in 23 h", by the largest unit that says enough. */
export function lapses(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  if (ms <= 0) return "lapsed";
  return `lapses in ${ms >= 3_600_000 && ms < 86_400_000 ? `${Math.floor(ms / 3_600_000)} h` : ms < 3_600_000 ? `${Math.max(1, Math.floor(ms / 60_000))} min` : left(ms)}`;
}

/** What a persona and a ring are, for who didn't set them up. */
export const personaWords: Record<string, string> = {
  guardian: "Guardian: the cautious persona; little may disrupt at once, and more needs a person.", sentinel: "Sentinel: the bolder persona, which is usual; it may disrupt more by itself.",
};
export const ringMeans = "Unclassified, controlled, secret, top secret: the rings of protection, from open to most protected. The higher the ring, the more an action weighs.";
