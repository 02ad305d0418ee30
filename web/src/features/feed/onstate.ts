// What is known of the stream over time; pure.
import type { Live } from "./live";

/** What a change of the connection says about the time without one. */
export function onState(now: Pick<Live, "state" | "since" | "gap">, state: Live["state"], at: Date): Pick<Live, "since" | "gap"> {
  if (state === "live") return { since: now.since ?? at, gap: now.gap && !now.gap.to ? { ...now.gap, to: at } : now.gap };
  if (state === "waiting" && now.since && (!now.gap || now.gap.to)) return { since: now.since, gap: { from: at } };
  return { since: now.since, gap: now.gap };
}
