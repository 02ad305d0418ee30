// What a write makes old.

/** Where things stand: what anybody decides or changes may show in it. */
const posture = "/api/v1/posture";

/** Whether an answer is asked for again after a write: by prefixes of its path, and always where things stand. */
export function forgotten(forget: readonly string[]) {
  return { predicate: (q: { queryKey: readonly unknown[] }) => [posture, ...forget].some((p) => String(q.queryKey[0]).startsWith(p)) };
}
