import { createMemoryHistory, createRootRoute, createRoute, createRouter, retainSearchParams } from "@tanstack/react-router";
import { expect, test } from "vitest";
import { parseSearch, stringifySearch, type Search } from "@/app/search";
import { hrefOf } from "./href";

// What the router itself would build is the measure.
async function routed(at: string, to: string, params?: Record<string, string>, search?: Search) {
  const root = createRootRoute({ search: { middlewares: [retainSearchParams(["tenant" as never])] }, validateSearch: (s: Record<string, unknown>) => s });
  const routes = ["/", "/things", "/things/$id", "/things/$id/parts/$part"].map((path) => createRoute({ getParentRoute: () => root, path }));
  const router = createRouter({ routeTree: root.addChildren(routes), basepath: "/console", history: createMemoryHistory({ initialEntries: [at] }), parseSearch, stringifySearch });
  await router.load();
  return { built: router.buildLocation({ to, params, search: search ?? {} } as never).href, tenant: (router.state.location.search as Search).tenant };
}

test.each<[string, string, Record<string, string> | undefined, Search | undefined]>([
  ["/console/", "/", undefined, undefined],
  ["/console/things", "/things/$id", { id: "a b/c?d#e%" }, undefined],
  ["/console/things?tenant=tn_1&q=x", "/things/$id/parts/$part", { id: "1", part: "sigma:2" }, { q: "a&b", many: ["1", "2"], none: undefined }],
  ["/console/things?tenant=tn_1", "/things", undefined, { tenant: "tn_2" }],
  ["/console/things?tenant=tn_1", "/things", undefined, { tenant: "all", q: "" }],
  ["/console/things?tenant=tn_1", "/things", undefined, undefined],
])("from %s to %s", async (at, to, params, search) => {
  const { built, tenant } = await routed(at, to, params, search);
  const split = (href: string) => ({ path: decodeURIComponent(href.split("?")[0]!), search: Object.fromEntries([...new URLSearchParams(href.split("?")[1])].toSorted()) });
  const ours = hrefOf(to, params, search, tenant);
  expect(split(ours)).toEqual(split(built.startsWith("/console") ? built : `/console${built}`));
});
