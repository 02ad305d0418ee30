// Rules: what watches the tenant, and how it counts.
import { apiQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";

const scope = "rules:read";
const to = "/rules";

export const rules: Feature = {
  name: "rules",
  nav: [{ to, label: "Rules", icon: "rules", section: "Overview", scope, key: "r", keywords: ["detections", "sigma", "what watches", "correlations", "tuning"] }],
  pages: [
    {
      path: to, tenant: "one", load: () => import("./list"),
      prefetch: ({ client, tenant, search }) => {
        const query = { window: search.window === "24h" || search.window === "7d" || search.window === "all" ? search.window : "30d", tenant } as const;
        void client.prefetchQuery(apiQuery("/api/v1/rules/summary", { query }));
        void client.prefetchQuery(apiQuery("/api/v1/rules/scenarios", { query }));
      },
    },
    { path: "/rules/scenarios/change", tenant: "one", load: () => import("./change") },
    { path: "/rules/scenarios", tenant: "one", load: () => import("./scenarios") },
    { path: "/rules/filters", tenant: "one", load: () => import("./filters") },
    { path: "/rules/check", tenant: "one", load: () => import("./check") },
    { path: "/rules/explain", tenant: "one", load: () => import("./explain") },
    { path: "/rules/rulesets", tenant: "one", load: () => import("./rulesets") },
    { path: "/rules/rulesets/$hash", tenant: "one", load: () => import("./ruleset") },
    { path: "/rules/documents/$hash", tenant: "one", load: () => import("./document") },
    {
      path: "/rules/$id", tenant: "one", load: () => import("./rule"),
      prefetch: ({ client, params, tenant }) => void (params.id && !params.id.startsWith("rule:") && client.prefetchQuery(apiQuery("/api/v1/rules/{id}", { path: { id: params.id }, query: { tenant } }))),
    },
  ],
  seeks: [{ what: "rules", icon: "rules", scope, to, filter: "q" }],
  actions: [
    { label: "Rules that fired", icon: "rules", scope, to, search: { hit: "yes" } },
    { label: "Rules that are silenced", icon: "pause", scope, to, search: { state: "off" } },
    { label: "Scenarios and correlations", icon: "history", scope, to: "/rules/scenarios", keywords: ["brute force", "password spray", "stateful", "windows"] },
    { label: "Change the scenarios", icon: "pencil", scope: "rules:write", to: "/rules/scenarios/change", keywords: ["noisy", "threshold", "document"] },
    { label: "Filters of rules", icon: "filter", scope, to: "/rules/filters", keywords: ["exclusions", "known noise", "exceptions"] },
    { label: "Check or import Sigma rules", icon: "plus", scope: "rules:write", to: "/rules/check" },
    { label: "Which rules match an event", icon: "search", scope, to: "/rules/explain", keywords: ["explain", "test"] },
    { label: "Rulesets", icon: "book", scope, to: "/rules/rulesets", keywords: ["policy", "doctrine", "versions", "roll back"] },
  ],
  open: (text) => (/^(sigma|rule):\S+$/.test(text) ? { label: `Open rule ${text}`, to: `/rules/${encodeURIComponent(text)}` } : undefined),
};
