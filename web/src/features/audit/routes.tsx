// The audit: who changed, read or was denied what.
import { pagesQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";
import { auditAsk } from "./logic";

const scope = "audit:read";

export const audit: Feature = {
  name: "audit",
  nav: [{ to: "/audit", label: "Audit", icon: "audit", section: "Proof", scope, key: "a", keywords: ["who did", "log of changes", "denied", "export"] }],
  pages: [
    { path: "/audit", tenant: "many", load: () => import("./page"), prefetch: ({ client, search, tenant }) => void client.prefetchInfiniteQuery(pagesQuery("/api/v1/audit", { query: { ...auditAsk(search, tenant), limit: 100 } })) },
    { path: "/audit/$id", tenant: "one", load: () => import("./entry") },
  ],
  seeks: [{ what: "the audit", icon: "audit", scope, to: "/audit", filter: "q" }],
  actions: [
    { label: "Requests that were denied", icon: "lock", scope, to: "/audit", search: { outcome: "denied" } },
    { label: "What FrostGate did by itself", icon: "audit", scope, to: "/audit", search: { principal: "system" } },
  ],
};
