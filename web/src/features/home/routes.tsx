// The start: where things stand, and what needs a person.
import { apiQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";

export const home: Feature = {
  name: "home",
  nav: [{ to: "/", label: "Home", icon: "home", section: "Overview", scope: "decisions:read", key: "h", keywords: ["start", "posture", "inbox", "overview"] }],
  pages: [{ path: "/", tenant: "many", load: () => import("./page"), prefetch: ({ client, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/posture", { query: { tenant } })) }],
};
