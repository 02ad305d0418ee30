// Filters in the URL: what they may be, and what a query string makes of them.
import type { Search } from "@/app/search";

interface Rare {
  /** Seldom needed: behind "More filters". */
  more?: boolean;
}

export type Field =
  | ({ kind: "text"; key: string; label: string; placeholder?: string; /** The one that "/" goes to. */ main?: boolean } & Rare)
  | ({ kind: "many"; key: string; label: string; options: { value: string; label: string }[]; /** Takes other values than the options too. */ open?: boolean } & Rare)
  | ({ kind: "one"; key: string; label: string; options: { value: string; label: string }[]; none?: string } & Rare)
  | ({ kind: "flag"; key: string; label: string } & Rare)
  | { kind: "hidden"; key: string; label: string };

export type Values = Record<string, string | string[] | boolean | undefined>;

const list = (v: string | string[] | undefined) => (v === undefined ? [] : Array.isArray(v) ? v : [v]);

/** Takes what the fields know; what is not valid is left out, as if it weren't there. */
export function readFilters(fields: readonly Field[], search: Search): Values {
  const out: Values = {};
  for (const f of fields) {
    const given = list(search[f.key]).map((v) => v.trim()).filter((v) => v !== "" && v.length <= 1024);
    if (given.length === 0) continue;
    if (f.kind === "text" || f.kind === "hidden") out[f.key] = given[0];
    else if (f.kind === "flag") out[f.key] = given[0] === "true" || undefined;
    else {
      const known = given.filter((v) => (f.kind === "many" && f.open) || f.options.some((o) => o.value === v));
      if (known.length > 0) out[f.key] = f.kind === "many" ? [...new Set(known)] : known[0];
    }
  }
  return out;
}

/** The search after a change: empty values go. */
export function writeFilters(search: Search, change: Values): Search {
  const out: Search = { ...search };
  for (const [key, v] of Object.entries(change)) {
    if (v === undefined || v === "" || v === false || (Array.isArray(v) && v.length === 0)) delete out[key];
    else out[key] = v === true ? "true" : v;
  }
  return out;
}

/** The values that a choice has. */
export const chosenOf = (v: Values[string]): string[] => (Array.isArray(v) ? v : typeof v === "string" ? [v] : []);

/** How many filters are set. */
export function activeCount(fields: readonly Field[], values: Values): number {
  return fields.filter((f) => values[f.key] !== undefined).length;
}

/** What stands in the bar (a rare one too while it is set), what is behind its button, and what only shows when it is set. */
export function arrange(fields: readonly Field[], phone: boolean, values: Values = {}): { bar: Field[]; behind: Field[]; said: Field[] } {
  const rare = (f: Field) => f.kind !== "hidden" && (phone ? !(f.kind === "text" && f.main) : f.more === true);
  return { bar: fields.filter((f) => f.kind !== "hidden" && (!rare(f) || (!phone && values[f.key] !== undefined))), behind: fields.filter(rare), said: fields.filter((f) => f.kind === "hidden") };
}
