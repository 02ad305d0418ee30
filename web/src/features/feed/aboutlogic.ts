// Whom a decision is about, in a line; and how lists ask for it, some at a time.
// Rows of lists name nobody: what they are about is opened for those in view.
import type { Schemas } from "@/api/client";

export type AboutOf = Schemas["DecisionAbout"];

/** Whom it is against, else whom the event names; and who else is in it. */
export function aboutWords(a: Pick<AboutOf, "subjects" | "mitigations">): { main: string; rest: string } {
  const of = (kind: string) => a.subjects.filter((s) => s.kind === kind).map((s) => s.value);
  const targets = [...new Set(a.mitigations.map((m) => m.target).filter((t) => t !== ""))];
  const named = [...of("user"), ...of("host"), ...of("ip")];
  const main = targets.length > 0 ? targets : [...of("host"), ...named].slice(0, 1);
  return { main: main.join(", "), rest: named.filter((n) => !main.includes(n)).join(", ") };
}

/** At most so many are asked for at once, as the API takes them. */
export const atOnce = 100;

/**
 * Collects single questions for a moment and asks them as one; one request at a
 * time. What the answer leaves out is null: it can't be told.
 */
export function collector<T>(ask: (ids: string[]) => Promise<Map<string, T>>, wait = 60) {
  const waiting = new Map<string, { done: (v: T | null) => void; fail: (e: unknown) => void }[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  const run = async () => {
    timer = undefined;
    if (busy || waiting.size === 0) return;
    busy = true;
    // The newest questions first: those are of the rows in view.
    const some = [...waiting].slice(-atOnce);
    for (const [id] of some) waiting.delete(id);
    try {
      const found = await ask(some.map(([id]) => id));
      for (const [id, all] of some) all.forEach((w) => w.done(found.get(id) ?? null));
    } catch (e) {
      for (const [, all] of some) all.forEach((w) => w.fail(e));
    }
    busy = false;
    if (waiting.size > 0) timer ??= setTimeout(() => void run(), wait);
  };
  return (id: string) =>
    new Promise<T | null>((done, fail) => {
      waiting.set(id, [...(waiting.get(id) ?? []), { done, fail }]);
      if (!busy) timer ??= setTimeout(() => void run(), wait);
    });
}
