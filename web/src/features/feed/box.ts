// What has come by the stream: counted whole, shown in steps that a person and
// a browser can follow. Pure.
import { sample, type Row } from "./logic";

/** Rows that one step (a quarter of a second) adds at most, and that are kept. */
export const perStep = 10;
export const kept = 2000;
/** The rate is that of the last so many ms. */
const over = 4000;

export interface Counted {
  rows: Row[];
  /** All that came since the list was opened. */
  came: number;
  /** Came, and not shown yet because the list is held. */
  held: number;
  /** Left out because too many came at once. */
  skipped: number;
  /** Were shown, and are no more in the list: it holds the newest only. */
  gone: number;
  perSecond: number;
  /** Of those, how many were shown; equal where nothing was left out. */
  shownPerSecond: number;
}

export const nothing: Counted = { rows: [], came: 0, held: 0, skipped: 0, gone: 0, perSecond: 0, shownPerSecond: 0 };

interface Step {
  at: number;
  came: number;
  shown: number;
}

export class Box {
  counted = nothing;
  private waiting: Row[] = [];
  private fresh = 0; // came since the last step
  private overflow = 0; // held back so many that the oldest had to go
  private steps: Step[] = [];

  push(row: Row) {
    this.waiting.push(row);
    this.fresh++;
    // What waits is bounded too; it is cut seldom, not with each row.
    if (this.waiting.length > 2 * kept) this.overflow += this.waiting.splice(0, this.waiting.length - kept).length;
  }

  /**
   * The list was read anew, up to the row `top`: what had been missing when the
   * reading began is in it, and what came by the stream until then is not needed twice.
   */
  caughtUp(missed: Pick<Counted, "skipped" | "gone">, top: number) {
    const later = (r: Row) => r.index > top;
    this.waiting = this.waiting.filter(later);
    this.overflow = 0; // older than all that waits
    const { rows, skipped, gone } = this.counted;
    this.counted = { ...this.counted, rows: rows.filter(later), held: Math.min(this.counted.held, this.waiting.length), skipped: skipped - missed.skipped, gone: gone - missed.gone };
  }

  /** One step; whether there is something new to show. */
  advance(hold: boolean, now: number): boolean {
    const before = this.counted;
    const came = before.came + this.fresh;
    let { rows, skipped, gone } = before;
    let shown = 0;
    if (!hold && this.waiting.length + this.overflow > 0) {
      const some = sample(this.waiting, before.held > 0 ? kept : perStep);
      shown = some.length;
      skipped += this.waiting.length + this.overflow - shown;
      const all = [...some.toReversed(), ...rows];
      rows = all.slice(0, kept);
      gone += all.length - rows.length;
      this.waiting = [];
      this.overflow = 0;
    }
    this.steps.push({ at: now, came: this.fresh, shown: before.held > 0 ? this.fresh : shown });
    this.fresh = 0;
    while (now - this.steps[0]!.at > over) this.steps.shift();
    const rate = (of: (s: Step) => number) => Math.round((this.steps.reduce((n, s) => n + of(s), 0) * 1000) / over);
    const next = { rows, came, skipped, gone, held: this.waiting.length + this.overflow, perSecond: rate((s) => s.came), shownPerSecond: rate((s) => s.shown) };
    const changed = (Object.keys(next) as (keyof Counted)[]).some((k) => next[k] !== before[k]);
    if (changed) this.counted = next;
    return changed;
  }
}
