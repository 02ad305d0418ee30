import { expect, test } from "vitest";
import { pick } from "./picked";

test("a chosen row stays, in its newest form, when the list no longer has it", () => {
  const key = (r: { id: string; n: number }) => r.id;
  const first = pick(new Map(), [{ id: "a", n: 1 }, { id: "b", n: 1 }], new Set(["b", "x"]), key);
  expect([...first.values()]).toEqual([{ id: "b", n: 1 }]);
  const second = pick(first, [{ id: "c", n: 2 }], new Set(["b", "c"]), key);
  expect([...second.values()]).toEqual([{ id: "b", n: 1 }, { id: "c", n: 2 }]);
  expect(pick(second, [{ id: "b", n: 3 }], new Set(["b"]), key).get("b")).toEqual({ id: "b", n: 3 });
  expect(pick(second, [], new Set(), key).size).toBe(0);
});
