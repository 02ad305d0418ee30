import { afterEach, expect, test, vi } from "vitest";
import { hasName, nameQuery } from "./names";

afterEach(() => vi.unstubAllGlobals());

const ask = (id: string, tenant?: string) => (nameQuery(id, tenant).queryFn as () => Promise<{ name: string } | null>)();

test("names that are asked for at the same time are one request for each tenant", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    const ids = new URL(url, "http://x").searchParams.getAll("id");
    const items = ids.filter((id) => id !== "pr_gone").map((id) => ({ id, name: `Name of ${id}`, kind: "person", active: true }));
    return Promise.resolve(new Response(JSON.stringify({ items }), { status: 200 }));
  });
  const got = await Promise.all([ask("pr_a"), ask("pr_b", "tn_2"), ask("pr_a", "all"), ask("pr_gone"), ask("0123456789ABCDEFabcdefghijkl", "tn_2")]);
  expect(got.map((n) => n?.name)).toEqual(["Name of pr_a", "Name of pr_b", "Name of pr_a", undefined, "Name of 0123456789ABCDEFabcdefghijkl"]);
  expect(asked.sort()).toEqual(["/api/v1/names?id=0123456789ABCDEFabcdefghijkl&tenant=tn_2&limit=500", "/api/v1/names?id=pr_a&id=pr_b&id=pr_gone&limit=500"]);
});

test("a refusal reaches everybody who asked", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ status: 403, code: "forbidden", title: "no", detail: "no" }), { status: 403 })));
  const got = await Promise.allSettled([ask("pr_a"), ask("pr_b")]);
  expect(got.map((r) => r.status)).toEqual(["rejected", "rejected"]);
});

test("what has a name", () => {
  expect(hasName("pr_k3v4frostgate0001aaaa")).toBe(true);
  expect(hasName("0123456789ABCDEFabcdefghijkl")).toBe(true);
  expect(hasName("system")).toBe(false);
  expect(hasName(undefined)).toBe(false);
});
