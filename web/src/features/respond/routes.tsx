// What is in force, what is never blocked, what waits, and the limits of it all.
import { apiQuery, pagesQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";

const scope = "enforcements:read";
const one = "one" as const;

export const respond: Feature = {
  name: "respond",
  nav: [
    { to: "/enforcements", label: "Enforcements", icon: "block", section: "Respond", scope, key: "b", keywords: ["blocks", "isolations", "in force", "revoke", "unblock"] },
    { to: "/approvals", label: "Approvals", icon: "hand", section: "Respond", scope, key: "w", keywords: ["waiting", "pending", "gates"] },
    { to: "/allowlists", label: "Allow-list", icon: "shield", section: "Respond", scope, keywords: ["never block", "whitelist", "exceptions", "spare"] },
    { to: "/missions", label: "Missions", icon: "flag", section: "Respond", scope: "missions:read", key: "m", keywords: ["envelope", "budget", "rules of engagement", "rings"] },
  ],
  pages: [
    {
      path: "/enforcements", tenant: one, load: () => import("./enforcements"),
      prefetch: ({ client, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/enforcements/totals", { query: { tenant } })),
    },
    {
      path: "/enforcements/$id", tenant: one, load: () => import("./enforcement"),
      prefetch: ({ client, params, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/enforcements/{id}", { path: { id: params.id ?? "" }, query: { tenant } })),
    },
    { path: "/approvals", tenant: one, load: () => import("./approvals"), prefetch: ({ client, tenant }) => void client.prefetchInfiniteQuery(pagesQuery("/api/v1/approvals", { query: { tenant, limit: 50 } })) },
    { path: "/allowlists", tenant: one, load: () => import("./allowlists") },
    { path: "/missions", tenant: one, load: () => import("./missions") },
    { path: "/missions/$id", tenant: one, load: () => import("./mission") },
    { path: "/roe", tenant: one, load: () => import("./roe"), prefetch: ({ client, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/roe/policy", { query: { tenant } })) },
  ],
  seeks: [{ what: "enforcements", icon: "block", scope, to: "/enforcements", filter: "q" }],
  actions: [
    { label: "Enforcements that are over", description: "Expired and revoked", icon: "history", scope, to: "/enforcements", search: { view: "history" } },
    { label: "Enforcements that were revoked", icon: "undo", scope, to: "/enforcements", search: { view: "history", state: "revoked" } },
    { label: "Rules of engagement", description: "Rings, personas, what may be done", icon: "book", scope: "rules:read", to: "/roe", keywords: ["doctrine", "rings", "classification", "personas"] },
  ],
  open: (text) => (/^enf_[0-9a-f]+-\d+-\d+$/i.test(text) ? { label: `Open enforcement ${text}`, to: `/enforcements/${text}` } : /^msn_[0-9a-f]+$/i.test(text) ? { label: `Open mission ${text}`, to: `/missions/${text}` } : undefined),
};
