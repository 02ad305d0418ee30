// A whole object for reading: what it is called and does first, and without what
// says nothing.

import { Num } from "@/api/exact";

type Obj = Record<string, unknown>;
const isObj = (v: unknown): v is Obj => v !== null && typeof v === "object" && !Array.isArray(v) && !(v instanceof Num);

/** What says most of an object comes first, what only the system set last. */
const first = ["state", "isEnabled", "enabled", "accountEnabled", "status", "displayName", "name", "grantControls", "conditions", "sessionControls", "settings", "description"];
const last = ["id", "createdDateTime", "modifiedDateTime", "lastModifiedDateTime", "version"];
const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length + (last.includes(name) ? 1 + last.indexOf(name) : 0));

const empty = (v: unknown) => v === null || v === "" || (Array.isArray(v) && v.length === 0) || (isObj(v) && Object.keys(v).length === 0);

export interface Readable {
  value: unknown;
  /** How many members were left out: empty ones, and names of types. */
  left: number;
}

/** The object in an order for reading; lists of plain values become one text. */
export function forReading(v: unknown): Readable {
  if (Array.isArray(v)) {
    if (v.length > 0 && v.every((x) => x === null || typeof x !== "object" || x instanceof Num)) return { value: v.length === 1 ? v[0] : `${v.length}: ${v.join(", ")}`, left: 0 };
    const parts = v.map(forReading);
    return { value: parts.map((p) => p.value), left: parts.reduce((n, p) => n + p.left, 0) };
  }
  if (!isObj(v)) return { value: v, left: 0 };
  const out: Obj = {};
  let left = 0;
  for (const name of Object.keys(v).sort((a, b) => rank(a) - rank(b))) {
    const part = forReading(v[name]);
    left += part.left;
    if (name.startsWith("@odata.") || empty(v[name])) left++;
    else if (!empty(part.value)) Object.defineProperty(out, name, { value: part.value, enumerable: true });
  }
  return { value: out, left };
}
