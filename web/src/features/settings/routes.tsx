// Settings: the organisation, its tenants, people, keys, use and webhooks.
import type { Feature } from "@/app/feature";

export const settings: Feature = {
  name: "settings",
  nav: [
    { to: "/settings", label: "Organisation", icon: "building", section: "Settings", scope: "ops:read", key: "o", keywords: ["health", "version", "server", "settings"] },
    { to: "/settings/tenants", label: "Tenants", icon: "box", section: "Settings", scope: "tenants:read", key: "t", keywords: ["suspend", "limits", "customers"] },
    { to: "/settings/people", label: "People", icon: "people", section: "Settings", scope: "people:read", key: "u", keywords: ["users", "roles", "service accounts"] },
    { to: "/settings/keys", label: "Keys", icon: "key", section: "Settings", scope: "keys:read", keywords: ["api key", "token", "rotate", "revoke", "leak"] },
    { to: "/settings/usage", label: "Limits and usage", icon: "gauge", section: "Settings", scope: "usage:read", keywords: ["metering", "quota", "billing"] },
    { to: "/settings/webhooks", label: "Webhooks", icon: "link", section: "Settings", scope: "webhooks:read", keywords: ["notify", "deliveries", "messages"] },
    { to: "/settings/access", label: "My access", icon: "user", section: "Settings", keywords: ["who am i", "session", "scopes", "sign out"] },
  ],
  pages: [
    { path: "/settings", load: () => import("./organisation") },
    { path: "/settings/tenants", load: () => import("./tenants") },
    { path: "/settings/tenants/$id", load: () => import("./tenant") },
    { path: "/settings/people", load: () => import("./people") },
    { path: "/settings/people/$id", tenant: "one", load: () => import("./person") },
    { path: "/settings/keys", tenant: "one", load: () => import("./keys") },
    { path: "/settings/keys/$id", tenant: "one", load: () => import("./key") },
    { path: "/settings/usage", tenant: "many", load: () => import("./usage") },
    { path: "/settings/webhooks", tenant: "one", load: () => import("./webhooks") },
    { path: "/settings/webhooks/$id", tenant: "one", load: () => import("./webhook") },
    { path: "/settings/access", load: () => import("./access") },
  ],
  actions: [{ label: "Report a leaked key", icon: "alert", to: "/settings/keys", search: { leaked: "true" }, scope: "keys:read" }],
  open: (text) =>
    /^pr_[0-9a-z]{6,}$/i.test(text) ? { label: `Open person ${text}`, to: `/settings/people/${text}` }
    : /^tn_[0-9a-z]{6,}$/i.test(text) ? { label: `Open tenant ${text}`, to: `/settings/tenants/${text}` }
    : undefined,
};
