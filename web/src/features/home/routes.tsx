// The start: where things stand, and what needs a person.
import { apiQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";
import { windowOf } from "./logic";

export const home: Feature = {
  name: "home",
  nav: [{ to: "/", label: "Home", icon: "shield", section: "Overview", scope: "decisions:read", key: "h", keywords: ["start", "posture", "inbox", "overview"] }],
  pages: [{ path: "/", load: () => import("./page"), prefetch: ({ client, search }) => void client.prefetchQuery(apiQuery("/api/v1/stats", { query: { window: windowOf(search.window) } })) }],
};
