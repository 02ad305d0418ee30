// How much of a document is drawn: an event of a stranger may have 150,000
// members. What is marked is always drawn. Pure.
import { Num } from "@/api/exact";

/** A place in a document: RFC 6901, such as /user/name. */
export type Pointer = string;

export const step = (at: Pointer, name: string | number): Pointer => `${at}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** Values that are drawn at first, in all and of one list or object; and how many more at a click. */
export const most = { all: 2000, each: 500, more: 2000, text: 10_000 };

export type Node =
  | { kind: "plain"; at: Pointer; value: string | number | boolean | null | Num; cut?: number }
  | { kind: "list" | "object"; at: Pointer; size: number; parts: Part[] };

/** A member, or how many are left out where it stands. */
export type Part = { name: string | number; of: Node } | { left: number };

/** For each place the members on the way to something marked. */
function ways(marks: Iterable<Pointer>): Map<Pointer, Set<string>> {
  const out = new Map<Pointer, Set<string>>();
  for (const mark of marks) {
    let at = "";
    for (const name of mark.split("/").slice(1)) {
      out.set(at, (out.get(at) ?? new Set()).add(name.replaceAll("~1", "/").replaceAll("~0", "~")));
      at = `${at}/${name}`;
    }
  }
  return out;
}

/** What is drawn of the value. `more` says how many members (of a text: characters) of a place are asked for. */
export function plan(root: unknown, marks: Iterable<Pointer> = [], more: ReadonlyMap<Pointer, number> = new Map()): Node {
  const way = ways(marks);
  let left = most.all;
  const draw = (value: unknown, at: Pointer, depth: number): Node => {
    left--;
    if (value === null || typeof value !== "object" || value instanceof Num) {
      const plain = (value === undefined ? null : value) as string | number | boolean | null | Num;
      const room = more.get(at) ?? most.text;
      return typeof plain === "string" && plain.length > room ? { kind: "plain", at, value: plain.slice(0, room), cut: plain.length - room } : { kind: "plain", at, value: plain };
    }
    const list = Array.isArray(value);
    const names = list ? undefined : Object.keys(value);
    const size = names ? names.length : (value as unknown[]).length;
    const asked = more.get(at);
    const wanted = way.get(at);
    const parts: Part[] = [];
    let skipped = 0;
    for (let i = 0; i < size; i++) {
      const name = names ? names[i]! : i;
      // What was asked for comes; else as much as there is room for. Depth costs the browser's stack.
      const fits = depth < 200 && (asked !== undefined ? i < asked : i < most.each && left > 0);
      if (!fits && !wanted?.has(String(name))) {
        skipped++;
        // Only what is marked can follow.
        if (!wanted) {
          skipped += size - i - 1;
          break;
        }
        continue;
      }
      if (skipped > 0) parts.push({ left: skipped });
      skipped = 0;
      parts.push({ name, of: draw((value as Record<string | number, unknown>)[name], step(at, name), depth + 1) });
    }
    if (skipped > 0) parts.push({ left: skipped });
    return { kind: list ? "list" : "object", at, size, parts };
  };
  return draw(root, "", 0);
}

/** How many members the next click shows. */
export const nextOf = (node: Node & { kind: "list" | "object" }): number => Math.min(node.size, node.parts.findIndex((p) => "left" in p) + most.more);

/** How many values and gaps are drawn. */
export function drawn(node: Node): number {
  return node.kind === "plain" ? 1 : 1 + node.parts.reduce((n, p) => n + ("left" in p ? 1 : drawn(p.of)), 0);
}
