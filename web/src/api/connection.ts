// Whether the server can be reached: every request says so, and screens may ask.
export interface Connection {
  /** When the first request found nobody; undefined while the server answers. */
  since?: number;
  /** When the server answered last. */
  last?: number;
}

let now: Connection = {};
const heard = new Set<() => void>();
const set = (next: Connection) => {
  now = next;
  heard.forEach((f) => f());
};

/** The server answered, whatever it said. */
export function reached(at = Date.now()) {
  if (now.since !== undefined) set({ last: at });
  else now.last = at; // nobody needs to hear of each answer
}

/** No answer came. */
export function lost(at = Date.now()) {
  if (now.since === undefined) set({ ...now, since: at });
}

export const connection = {
  now: () => now,
  listen: (f: () => void) => (heard.add(f), () => void heard.delete(f)),
};
