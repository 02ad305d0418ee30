// Inventory: what configuration there is, how completely it was read, and what touches what.
import { apiQuery, pagesQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";
import { itemAsk, itemsAsk, readItemFilters } from "./logic";

const scope = "inventory:read";

export const inventory: Feature = {
  name: "inventory",
  nav: [{ to: "/inventory", label: "Inventory", icon: "layers", section: "Configuration", scope, key: "i", keywords: ["objects", "items", "what was observed"] }],
  pages: [
    {
      path: "/inventory", tenant: "one", load: () => import("./items"),
      prefetch: ({ client, search, tenant }) => void client.prefetchInfiniteQuery(pagesQuery("/api/v1/inventory/items", itemsAsk(readItemFilters(search), tenant))),
    },
    {
      path: "/inventory/item", tenant: "one", load: () => import("./item"),
      prefetch: ({ client, search, tenant }) => void (search.id && client.prefetchQuery(apiQuery("/api/v1/inventory/item", itemAsk(search, tenant)))),
    },
    {
      path: "/inventory/coverage", tenant: "one", load: () => import("./coverage"),
      prefetch: ({ client, search, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/inventory/coverage", { query: { tenant, source: typeof search.source === "string" ? search.source : undefined } })),
    },
    { path: "/inventory/runs", tenant: "one", load: () => import("./runs") },
    {
      path: "/inventory/runs/$id", tenant: "one", load: () => import("./run"),
      prefetch: ({ client, params, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/inventory/runs/{id}", { path: { id: params.id ?? "" }, query: { tenant } })),
    },
    { path: "/inventory/sources", tenant: "one", load: () => import("./sources"), prefetch: ({ client, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/inventory/sources", { query: { tenant } })) },
    { path: "/inventory/snapshots", tenant: "one", load: () => import("./snapshots") },
    {
      path: "/inventory/snapshots/$root", tenant: "one", load: () => import("./snapshot"),
      prefetch: ({ client, params, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/inventory/snapshots/{root}", { path: { root: params.root ?? "" }, query: { tenant } })),
    },
    { path: "/inventory/graph", tenant: "one", load: () => import("./graph") },
    { path: "/inventory/references", tenant: "one", load: () => import("./references") },
  ],
  seeks: [{ what: "the inventory", icon: "layers", scope, to: "/inventory", filter: "q" }],
  actions: [
    { label: "Coverage", description: "What was not read, and why", icon: "eye", scope, to: "/inventory/coverage", keywords: ["incomplete", "quarantine"] },
    { label: "Runs of inventory", icon: "history", scope, to: "/inventory/runs", keywords: ["observations", "sync"] },
    { label: "Sources of inventory", icon: "download", scope, to: "/inventory/sources" },
    { label: "Snapshots", icon: "camera", scope, to: "/inventory/snapshots", keywords: ["export", "root hash"] },
    { label: "Unassigned objects and broken references", icon: "graph", scope, to: "/inventory/references", keywords: ["graph", "dependencies"] },
    { label: "Objects that are gone", icon: "minus", scope, to: "/inventory", search: { state: "missing" } },
  ],
  open: (text) => (/^run_[0-9a-z]{6,}$/i.test(text) ? { label: `Open run ${text}`, to: `/inventory/runs/${text}` } : undefined),
};
