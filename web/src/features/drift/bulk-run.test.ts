import { expect, test, vi } from "vitest";
import { ApiError } from "@/api/client";
import { decideAll, mayGoOn, type Going, type Part } from "./bulk-run";

const a: Part = { tenant: "a", name: "A", after: "" };
const b: Part = { tenant: "b", name: "B", after: "" };
const problem = (status: number, more = {}) => new ApiError({ status, code: "x", title: "x", detail: "x", ...more });
const never = () => false;

test("all parts of all tenants, each with a key of its own", async () => {
  const sent: string[] = [];
  const used = new Set<string>();
  const g = await decideAll({
    parts: [a, b], keys: new Map(), stopped: never, tell: () => undefined, wait: async () => undefined,
    send: async (p, key) => (sent.push(`${p.tenant}${p.after}`), used.add(key), { count: 2, skipped: 1, next: p.tenant === "a" && p.after === "" ? "2" : undefined }),
  });
  expect(sent).toEqual(["a", "a2", "b"]);
  expect(used.size).toBe(3);
  expect(g).toMatchObject({ done: 6, skipped: 3, over: true, refused: [] });
});

test("nothing more is sent after it was stopped", async () => {
  let stop = false;
  const send = vi.fn(async () => ((stop = true), { count: 1, skipped: 0, next: "more" }));
  const g = await decideAll({ parts: [a, b], keys: new Map(), stopped: () => stop, tell: () => undefined, wait: async () => undefined, send });
  expect(send).toHaveBeenCalledOnce();
  expect(g).toMatchObject({ done: 1, stopped: true, over: true });
});

test("a part whose answer was lost is sent again with the same key, and what was done counts on", async () => {
  const keys = new Map<string, string>();
  const tried: [string, string][] = [];
  let away = true;
  const send = async (p: Part, key: string) => {
    tried.push([p.after, key]);
    if (p.after === "1" && away) throw problem(0);
    return { count: 1, skipped: 0, next: p.after === "" ? "1" : undefined };
  };
  const more = { keys, stopped: never, tell: () => undefined, wait: async () => undefined, send };
  const first = await decideAll({ parts: [a], ...more });
  expect(first.refused.map((r) => r.after)).toEqual(["1"]);
  expect(mayGoOn(first)).toBe(true);
  away = false;
  const second: Going = await decideAll({ parts: first.refused, from: first, ...more });
  expect(tried.map(([after]) => after)).toEqual(["", "1", "1"]);
  expect(tried[2]![1]).toBe(tried[1]![1]);
  expect(tried[1]![1]).not.toBe(tried[0]![1]);
  expect(second).toMatchObject({ done: 2, refused: [] });
});

test("what is too fast is asked again when it may be, and a refusal of one tenant does not keep the others", async () => {
  const waited: number[] = [];
  let fast = true;
  const g = await decideAll({
    parts: [a, b], keys: new Map(), stopped: never, tell: () => undefined, wait: async (ms) => void waited.push(ms),
    send: async (p) => {
      if (p.tenant === "a") throw problem(403);
      if (fast) throw ((fast = false), problem(429, { retry_after_s: 3 }));
      return { count: 4, skipped: 0 };
    },
  });
  expect(waited).toEqual([3000]);
  expect(g).toMatchObject({ done: 4, refused: [{ tenant: "a" }] });
  expect(mayGoOn(g)).toBe(false);
});
