// The feed of decisions.
import { pagesQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";
import { decisionsAsk, feedAsk, readFeedFilters, wayOf } from "./logic";

export const feed: Feature = {
  name: "feed",
  nav: [{ to: "/feed", label: "Feed", icon: "feed", section: "Overview", scope: "decisions:read", key: "l", keywords: ["live", "decisions", "events", "stream"] }],
  pages: [
    {
      path: "/feed", tenant: "one", load: () => import("./page"),
      prefetch: ({ client, search, tenant }) => {
        const v = readFeedFilters(search);
        void (wayOf(v) === "feed" ? client.prefetchInfiniteQuery(pagesQuery("/api/v1/feed/live", feedAsk(v, tenant))) : client.prefetchInfiniteQuery(pagesQuery("/api/v1/decisions", decisionsAsk(v, tenant))));
      },
    },
  ],
  actions: [
    { label: "Decisions that blocked something", icon: "block", scope: "decisions:read", to: "/feed", search: { action: "blocked" } },
    { label: "Decisions that wait for approval", icon: "hand", scope: "decisions:read", to: "/feed", search: { action: "pending_approval" } },
    { label: "Critical decisions", icon: "critical", scope: "decisions:read", to: "/feed", search: { severity: "critical" } },
  ],
};
