// Two values side by side, aligned by key: objects by their names, lists of
// objects by an identity, lists of plain values as sets. Order alone is no change.

import { jsonText, Num } from "@/api/exact";

export type Mark = "same" | "changed" | "added" | "removed";

export interface Line {
  depth: number;
  name: string;
  mark: Mark;
  /** Absent: nothing on that side. A text as it is shown. */
  left?: string;
  right?: string;
}

type Obj = Record<string, unknown>;
const isObj = (v: unknown): v is Obj => v !== null && typeof v === "object" && !Array.isArray(v) && !(v instanceof Num);
/** What the object itself has under the name: nothing that all objects inherit, such as a constructor. */
const own = (o: Obj, name: string): unknown => (Object.hasOwn(o, name) ? o[name] : undefined);
const identities = ["id", "@odata.id", "settingDefinitionId", "name", "displayName", "key", "definitionId"];

/** Canonical text: equal values have it in common. */
export function canon(v: unknown): string {
  if (Array.isArray(v)) return `[${v.map(canon).join(",")}]`;
  if (isObj(v)) return `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canon(own(v, k))}`).join(",")}}`;
  return jsonText(v);
}

/** The name by which the elements of both lists can be told apart, if there is one. */
export function identityOf(a: unknown[], b: unknown[]): string | undefined {
  const all = [...a, ...b];
  if (all.length === 0 || !all.every(isObj)) return undefined;
  return identities.find((k) => [a, b].every((list) => {
    const ids = (list as Obj[]).map((o) => own(o, k));
    return ids.every((x) => typeof x === "string" || typeof x === "number") && new Set(ids).size === ids.length;
  }));
}

function pairs(a: unknown, b: unknown): [string, unknown, unknown][] {
  if (isObj(a) || isObj(b)) {
    const [x, y] = [isObj(a) ? a : {}, isObj(b) ? b : {}];
    return [...new Set([...Object.keys(x), ...Object.keys(y)])].map((k) => [k, own(x, k), own(y, k)]);
  }
  const [x, y] = [Array.isArray(a) ? a : [], Array.isArray(b) ? b : []];
  const key = identityOf(x, y);
  const nameOf = (v: unknown, i: number) => (key ? String(own(v as Obj, key)) : isObj(v) || Array.isArray(v) ? `[${i}]` : canon(v));
  const out = new Map<string, [unknown, unknown]>();
  x.forEach((v, i) => out.set(nameOf(v, i), [v, undefined]));
  y.forEach((v, i) => out.set(nameOf(v, i), [out.get(nameOf(v, i))?.[0], v]));
  return [...out].map(([k, [l, r]]) => [k, l, r]);
}

const shown = (v: unknown): string | undefined => (v === undefined ? undefined : typeof v === "string" ? v : jsonText(v));
const nests = (v: unknown) => (isObj(v) && Object.keys(v).length > 0) || (Array.isArray(v) && v.length > 0);

function markOf(a: unknown, b: unknown): Mark {
  if (a === undefined) return "added";
  if (b === undefined) return "removed";
  return canon(a) === canon(b) ? "same" : "changed";
}

/** The lines of both sides. What can't be compared part by part is one line. */
export function keyedLines(a: unknown, b: unknown, name = "", depth = 0): Line[] {
  const kinds = [a, b].filter((v) => v !== undefined && v !== null);
  const alike = kinds.every(Array.isArray) || kinds.every(isObj);
  if (!alike || !(nests(a) || nests(b))) {
    return [{ depth, name, mark: markOf(a, b), left: shown(a), right: shown(b) }];
  }
  const rows = pairs(a ?? undefined, b ?? undefined);
  const plain = [a, b].some(Array.isArray) && rows.every(([, l, r]) => !nests(l) && !nests(r));
  const inner = rows.flatMap(([k, l, r]) => keyedLines(l, r, plain ? "" : k, depth + (name === "" ? 0 : 1)));
  if (name === "") return inner;
  const mark = markOf(a, b);
  return [{ depth, name, mark: mark === "same" ? "same" : mark, left: a === undefined ? undefined : "", right: b === undefined ? undefined : "" }, ...inner];
}
