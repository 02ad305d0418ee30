// How much the page moved by itself while it was looked at (layout shift), by
// the browser's own measure.
import type { Page } from "playwright-core";

interface Shift {
  value: number;
  at: number;
  what: string;
}
declare global {
  interface Window {
    layoutShifts?: Shift[];
  }
}

/** Runs in each page before anything else. */
export function watchShifts() {
  const shifts: Shift[] = (window.layoutShifts = []);
  const name = (n: Node | null | undefined) => (n instanceof Element ? `${n.tagName.toLowerCase()}${n.id ? `#${n.id}` : ""}${typeof n.className === "string" && n.className ? `.${n.className.trim().split(/\s+/).join(".")}` : ""}` : "?");
  type Entry = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Node | null }[] };
  new PerformanceObserver((list) => {
    for (const e of list.getEntries() as Entry[]) {
      if (!e.hadRecentInput) shifts.push({ value: e.value, at: e.startTime, what: e.sources.slice(0, 3).map((s) => name(s.node)).join(", ") });
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** The worst window of shifts (gaps under 1 s, at most 5 s), as web.dev defines CLS. */
export function worst(shifts: readonly Shift[]): { value: number; what: string[] } {
  let best = { value: 0, what: [] as string[] };
  let now = { value: 0, what: [] as string[], from: 0, last: 0 };
  for (const s of shifts) {
    if (now.what.length === 0 || s.at - now.last > 1000 || s.at - now.from > 5000) now = { value: 0, what: [], from: s.at, last: s.at };
    now = { ...now, value: now.value + s.value, what: [...now.what, `${s.value.toFixed(3)} ${s.what}`], last: s.at };
    if (now.value > best.value) best = { value: now.value, what: now.what };
  }
  return best;
}

/** Takes what has moved since the page was opened, or since it was asked last. */
export async function takeShifts(page: Page): Promise<{ value: number; what: string[] }> {
  return worst(await page.evaluate(() => window.layoutShifts?.splice(0) ?? []));
}
