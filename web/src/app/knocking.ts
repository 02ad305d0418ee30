// Asking at intervals that grow, until somebody says that it is enough.

export interface Pace {
  /** ms until it asks the next time; each time half as long again, to 15 s. */
  wait: number;
}

/** Asks after `pace.wait` ms and goes on. Returns how to stop: nothing is asked afterwards, also when an answer was still awaited. */
export function knocking(look: () => Promise<unknown>, pace: Pace): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => void look().then(next, next), pace.wait);
    pace.wait = Math.min(pace.wait * 1.5, 15_000);
  };
  next();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
