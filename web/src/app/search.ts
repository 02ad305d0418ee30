// The query string of the console's own URLs: plain names and values, lists as
// repeated names. What a person can read, they can also write.
export type Search = Record<string, string | string[] | undefined>;

export function parseSearch(text: string): Search {
  const out: Search = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (name === "__proto__") continue;
    const had = Object.hasOwn(out, name) ? out[name] : undefined;
    out[name] = had === undefined ? value : [...(Array.isArray(had) ? had : [had]), value];
  }
  return out;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") q.append(name, String(one));
    }
  }
  const s = q.toString();
  return s ? `?${s}` : "";
}
