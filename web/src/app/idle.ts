// What is not needed yet, in moments in which nothing else is to be done.

/**
 * Once the page has been quiet: calls `first`, and then loads what it names, one
 * after the other. A part that does not come is left to whoever needs it. Returns how to stop.
 */
export function afterIdle(first: () => (() => Promise<unknown>)[]): () => void {
  let stopped = false;
  const idle = (then: () => void) => ("requestIdleCallback" in globalThis ? void requestIdleCallback(then, { timeout: 2000 }) : void setTimeout(then, 200));
  const next = (rest: (() => Promise<unknown>)[]) => {
    const [load, ...more] = rest;
    if (stopped || !load) return;
    idle(() => void (stopped ? undefined : load().catch(() => undefined).finally(() => next(more))));
  };
  idle(() => stopped || next(first()));
  return () => {
    stopped = true;
  };
}
