// What comes while the list is looked at: read once, shown in steps, so that
// hundreds a second neither freeze the page nor run away under the reader.
import { useEffect, useReducer, useRef } from "react";
import { buildUrl, type ApiError } from "@/api/client";
import { stream } from "@/api/stream";
import type { Values } from "@/ui/filters";
import { feedQuery, passes, sample, type Row } from "./logic";

/** Rows that one step (a quarter of a second) adds at most, and that are kept. */
const perStep = 12;
const kept = 2000;

export interface Live {
  rows: Row[];
  state: "off" | "connecting" | "live" | "waiting";
  refused?: ApiError;
  /** Come, and not shown yet because the list is held. */
  held: number;
  /** Left out because too many came at once. */
  skipped: number;
  perSecond: number;
}

interface Box {
  waiting: Row[];
  times: number[];
  live: Live;
}

const empty = (): Box => ({ waiting: [], times: [], live: { rows: [], state: "off", held: 0, skipped: 0, perSecond: 0 } });

/** `from` is the newest index of the list; undefined: the list is not read yet. */
export function useLive(values: Values, from: number | undefined, hold: boolean, tenant: string | undefined): { live: Live; release: () => void } {
  const box = useRef(empty());
  const [, show] = useReducer((n: number) => n + 1, 0);
  const holding = useRef(hold);
  holding.current = hold;
  const key = JSON.stringify(values);
  const ready = from !== undefined;
  const start = useRef(from);
  start.current = from;

  useEffect(() => {
    box.current = empty();
    if (!ready) return;
    const asked = JSON.parse(key) as Values;
    const end = new AbortController();
    const last = start.current !== undefined && start.current >= 0 ? String(start.current) : "";
    const b = box.current;
    void stream(buildUrl("/api/v1/feed/stream", {}, feedQuery(asked, tenant)), last, {
      onEvent: (e) => {
        const row = readRow(e.data);
        if (!row || !passes(asked, row)) return;
        b.waiting.push(row);
        b.times.push(Date.now());
      },
      onState: (state) => ((b.live = { ...b.live, state }), show()),
      onRefused: (refused) => ((b.live = { ...b.live, refused, state: "off" }), show()),
    }, end.signal);
    const step = setInterval(() => advance(b, holding.current) && show(), 250);
    return () => (end.abort(), clearInterval(step));
  }, [key, ready, tenant]);

  return { live: box.current.live, release: () => (advance(box.current, false), show()) };
}

function readRow(data: string): Row | undefined {
  try {
    const r = JSON.parse(data) as Row;
    return typeof r.index === "number" && Array.isArray(r.rules) ? r : undefined;
  } catch {
    return undefined; // a note of the server, not an item
  }
}

/** One step; whether there is something new to show. */
function advance(b: Box, hold: boolean): boolean {
  const now = Date.now();
  while (b.times.length > 0 && now - b.times[0]! > 4000) b.times.shift();
  const perSecond = Math.round(b.times.length / 4);
  if (hold) {
    // What waits is bounded too: the oldest go, counted.
    const over = Math.max(0, b.waiting.length - kept);
    if (over > 0) b.waiting.splice(0, over);
    const changed = b.live.held !== b.waiting.length || b.live.perSecond !== perSecond || over > 0;
    if (changed) b.live = { ...b.live, held: b.waiting.length, perSecond, skipped: b.live.skipped + over };
    return changed;
  }
  if (b.waiting.length === 0 && b.live.perSecond === perSecond && b.live.held === 0) return false;
  const all = b.waiting.splice(0);
  const most = b.live.held > 0 ? kept : perStep;
  const some = sample(all, most);
  b.live = { ...b.live, held: 0, perSecond, skipped: b.live.skipped + all.length - some.length, rows: [...some.reverse(), ...b.live.rows].slice(0, kept) };
  return true;
}
