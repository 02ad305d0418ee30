// Drift: what changed, since when, and what was decided about it.
import { apiQuery, pagesQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";
import { findingsAsk, readFindingFilters } from "./logic";

export const drift: Feature = {
  name: "drift",
  nav: [
    { to: "/drift", label: "Drift", icon: "drift", section: "Configuration", scope: "drift:read", key: "d", keywords: ["summary", "what changed"] },
    { to: "/drift/findings", label: "Findings", icon: "list", section: "Configuration", scope: "drift:read", key: "f", keywords: ["triage", "configuration changes", "differences"] },
    { to: "/drift/groups", label: "Same change", icon: "same", section: "Configuration", scope: "drift:read", keywords: ["fleet", "groups", "many tenants"] },
    { to: "/drift/compare", label: "Compare", icon: "compare", section: "Configuration", scope: "drift:read", keywords: ["diff", "two tenants", "snapshots"] },
    { to: "/drift/baselines", label: "Baselines", icon: "square", section: "Configuration", scope: "drift:read", keywords: ["expected", "golden", "template"] },
  ],
  pages: [
    {
      path: "/drift", tenant: "many", load: () => import("./summary"),
      prefetch: ({ client, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/drift", { query: { tenant } })),
    },
    {
      path: "/drift/findings", tenant: "many", load: () => import("./list"),
      prefetch: ({ client, search, tenant }) => void client.prefetchInfiniteQuery(pagesQuery("/api/v1/drift/findings", findingsAsk(readFindingFilters(search), tenant))),
    },
    {
      path: "/drift/findings/$id", tenant: "one", load: () => import("./detail"),
      prefetch: ({ client, params, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/drift/findings/{id}", { path: { id: params.id ?? "" }, query: { tenant } })),
    },
    { path: "/drift/groups", tenant: "many", load: () => import("./groups") },
    { path: "/drift/groups/$key", tenant: "many", load: () => import("./groups-one") },
    { path: "/drift/compare", tenant: "one", load: () => import("./compare") },
    { path: "/drift/baselines", tenant: "one", load: () => import("./baselines") },
    { path: "/drift/baselines/$id", tenant: "one", load: () => import("./baselines-one") },
  ],
  seeks: [{ what: "findings", icon: "list", scope: "drift:read", to: "/drift/findings", filter: "q", search: { all: "true" } }],
  actions: [
    { label: "Findings about Conditional Access", icon: "drift", scope: "drift:read", to: "/drift/findings", search: { type: "conditional access", all: "true" } },
    { label: "Grave findings that wait", description: "Critical and high", icon: "critical", scope: "drift:read", to: "/drift/findings", search: { severity: "critical" } },
  ],
  open: (text) => (/^fnd_[0-9a-z]{6,}$/i.test(text) ? { label: `Open finding ${text}`, to: `/drift/findings/${text}` } : undefined),
};
