import { expect, test } from "vitest";
import { parseExact } from "@/api/exact";
import { drawn, most, nextOf, plan, type Node } from "./jsonlines";

const at = (node: Node, ...names: (string | number)[]): Node => {
  let now = node;
  for (const n of names) {
    const found = now.kind === "plain" ? undefined : now.parts.find((p) => "name" in p && p.name === n);
    if (!found || !("of" in found)) throw new Error(`no ${n}`);
    now = found.of;
  }
  return now;
};

test("a small document is drawn whole", () => {
  const node = plan({ a: [1, { b: null }], c: "x" });
  expect(drawn(node)).toBe(6);
  expect(at(node, "a", 1, "b")).toEqual({ kind: "plain", at: "/a/1/b", value: null });
});

test("a huge one is drawn in part, whatever its form, and what is marked is always there", () => {
  const numbers = Array.from({ length: 150_000 }, (_, i) => i);
  const node = plan({ numbers }, ["/numbers/149000"]);
  expect(drawn(node)).toBeLessThan(most.all + 10);
  expect(at(node, "numbers", 149_000)).toMatchObject({ value: 149_000 });
  const list = at(node, "numbers") as Node & { kind: "list" };
  expect(list.parts.filter((p) => "left" in p)).toEqual([{ left: 149_000 - most.each }, { left: 999 }]);
  expect(drawn(plan(numbers, [], new Map([["", nextOf(list)]])))).toBe(most.each + most.more + 2);

  const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`key ${i}`, { v: i }]));
  expect(drawn(plan(keys))).toBeLessThan(most.all + 10);
  const wide = Array.from({ length: 400 }, () => Array.from({ length: 400 }, () => 0));
  expect(drawn(plan(wide))).toBeLessThan(most.all + 500 * 2);
});

test("a deep one ends somewhere", () => {
  const deep = parseExact(`${"[".repeat(5000)}${"]".repeat(5000)}`);
  expect(drawn(plan(deep))).toBeLessThan(300);
});

test("names with slashes are places, own names are members, long texts are cut until asked for", () => {
  const node = plan(JSON.parse('{"a/b~":{"__proto__":1}}'), ["/a~1b~0/__proto__"]);
  expect(at(node, "a/b~", "__proto__")).toMatchObject({ at: "/a~1b~0/__proto__", value: 1 });
  const long = "x".repeat(most.text + 5);
  expect(plan(long)).toMatchObject({ cut: 5 });
  expect(plan(long, [], new Map([["", long.length]]))).toEqual({ kind: "plain", at: "", value: long });
});
