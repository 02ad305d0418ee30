// What comes while the list is looked at: read once, shown in steps, so that
// hundreds a second neither freeze the page nor run away under the reader.
import { useEffect, useReducer, useRef } from "react";
import { buildUrl, type ApiError } from "@/api/client";
import { stream } from "@/api/stream";
import { useIdentity } from "@/app/session";
import type { Values } from "@/ui/filters";
import { Box, nothing, type Counted } from "./box";
import { onState } from "./onstate";
import { feedQuery, passes, type Row } from "./logic";

export interface Live extends Counted {
  state: "off" | "connecting" | "live" | "waiting";
  refused?: ApiError;
  /** When the first of them could come. */
  since?: Date;
  /** The last time that the connection was lost, and came back. */
  gap?: { from: Date; to?: Date };
}

/** `from` is the newest index of the list; undefined: the list is not read yet. `again` reads it anew; the newest index then, undefined if it could not. */
export function useLive(values: Values, from: number | undefined, hold: boolean, tenant: string | undefined, again: () => Promise<number | undefined>): { live: Live; release: () => void; anew: () => Promise<void> } {
  const live = useRef<Live>({ ...nothing, state: "off" });
  const box = useRef(new Box());
  const [, show] = useReducer((n: number) => n + 1, 0);
  const holding = useRef(hold);
  holding.current = hold;
  const anew = useRef(async () => {});
  anew.current = async () => {
    const b = box.current;
    const { skipped, gone } = b.counted;
    const top = await again();
    if (top === undefined || b !== box.current) return;
    b.caughtUp({ skipped, gone }, top);
    live.current = { ...live.current, ...box.current.counted };
    show();
  };
  const key = JSON.stringify(values);
  const ready = from !== undefined;
  const start = useRef(from);
  start.current = from;
  // Who signed in anew goes on.
  const session = useIdentity().created_at;

  useEffect(() => {
    const b = (box.current = new Box());
    live.current = { ...nothing, state: "off" };
    if (!ready) return;
    const asked = JSON.parse(key) as Values;
    const end = new AbortController();
    const last = start.current !== undefined && start.current >= 0 ? String(start.current) : "";
    const tell = (change: Partial<Live>) => {
      live.current = { ...live.current, ...change };
      show();
    };
    void stream(buildUrl("/api/v1/feed/stream", {}, feedQuery(asked, tenant)), last, {
      onEvent: (e) => {
        const row = readRow(e.data);
        if (row && passes(asked, row)) b.push(row);
      },
      onState: (state) => tell({ state, ...onState(live.current, state, new Date()) }),
      onMissed: () => void anew.current(),
      onRefused: (refused) => tell({ refused, state: "off" }),
    }, end.signal);
    const step = setInterval(() => b.advance(holding.current, Date.now()) && tell(b.counted), 250);
    return () => (end.abort(), clearInterval(step));
  }, [key, tenant, ready, session]);

  const release = () => {
    box.current.advance(false, Date.now());
    live.current = { ...live.current, ...box.current.counted };
    show();
  };
  return { live: live.current, release, anew: () => anew.current() };
}

function readRow(data: string): Row | undefined {
  try {
    const r = JSON.parse(data) as Row;
    return typeof r.index === "number" && Array.isArray(r.rules) ? r : undefined;
  } catch {
    return undefined; // a note of the server, not an item
  }
}
