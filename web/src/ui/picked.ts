import { useRef } from "react";

/** Of what was known before and is in memory now, the rows that are chosen: in the order in which they were chosen first. */
export function pick<T>(known: ReadonlyMap<string, T>, rows: readonly T[], keys: ReadonlySet<string>, rowKey: (row: T) => string): Map<string, T> {
  const out = new Map<string, T>();
  const now = keys.size === 0 ? new Map<string, T>() : new Map(rows.map((r) => [rowKey(r), r] as const));
  for (const key of keys) {
    const row = now.get(key) ?? known.get(key);
    if (row !== undefined) out.set(key, row);
  }
  return out;
}

/** The rows of a selection, also those that a long list no longer has in memory. */
export function usePicked<T>(rows: readonly T[], keys: ReadonlySet<string>, rowKey: (row: T) => string): T[] {
  const known = useRef(new Map<string, T>());
  known.current = pick(known.current, rows, keys, rowKey);
  return [...known.current.values()];
}
