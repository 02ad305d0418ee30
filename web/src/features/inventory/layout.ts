// Where the objects of a graph stand: the object in the middle, what feels a
// change of it to the right by distance, what it refers to on the left. Pure.
import type { Schemas } from "@/api/client";
import type { GraphObject } from "./logic";

export interface Spot { key: string; object: GraphObject; x: number; y: number; start: boolean }
export interface Tie { key: string; from: string; to: string; relation: string }
export interface Plan { spots: Spot[]; ties: Tie[]; /** Objects that found no room. */ left: number }

const across = 380;
const down = 88;
/** More would be a hairball; the table has them all. */
export const room = 120;

export const keyOf = (o: { type: string; id: string }) => `${o.type}\n${o.id}`;

export function plan(radius: Pick<Schemas["BlastRadius"], "object" | "affected" | "total">, refersTo: readonly { relation: string; object: GraphObject }[]): Plan {
  const start = keyOf(radius.object);
  const columns = new Map<number, GraphObject[]>([[0, [radius.object]]]);
  const ties = new Map<string, Tie>();
  const seen = new Set([start]);
  const put = (column: number, o: GraphObject) => {
    if (seen.has(keyOf(o))) return true;
    if (seen.size >= room) return false;
    seen.add(keyOf(o));
    columns.set(column, [...(columns.get(column) ?? []), o]);
    return true;
  };
  const tie = (from: string, to: string, relation: string) => {
    const had = [...ties.values()].find((t) => t.from === from && t.to === to);
    if (had) {
      if (!had.relation.split(", ").includes(relation)) had.relation += `, ${relation}`;
    } else ties.set(`${from}>${to}`, { key: `${from}>${to}`, from, to, relation });
  };
  for (const a of radius.affected) {
    if (!put(a.distance, a.object)) continue;
    let before = start;
    for (const step of a.path) {
      const at = keyOf(step.object);
      if (!seen.has(at)) break;
      if (step.backwards) tie(at, before, step.relation);
      else tie(before, at, step.relation);
      before = at;
    }
  }
  for (const l of refersTo) {
    if (put(-1, l.object)) tie(start, keyOf(l.object), l.relation);
  }
  const spots: Spot[] = [];
  for (const [column, list] of columns) {
    list.forEach((object, i) => spots.push({ key: keyOf(object), object, x: column * across, y: (i - (list.length - 1) / 2) * down, start: keyOf(object) === start }));
  }
  const all = new Set([start, ...radius.affected.map((a) => keyOf(a.object)), ...refersTo.map((l) => keyOf(l.object))]);
  return { spots, ties: [...ties.values()], left: Math.max(0, all.size - seen.size) };
}
