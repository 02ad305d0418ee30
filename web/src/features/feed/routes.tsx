// The feed of decisions.
import { pagesQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";
import { decisionsAsk, feedAsk, orderOf, readFeedFilters, wayOf } from "./logic";

export const feed: Feature = {
  name: "feed",
  nav: [{ to: "/feed", label: "Feed", icon: "feed", section: "Overview", scope: "decisions:read", key: "l", keywords: ["live", "decisions", "events", "stream"] }],
  pages: [
    {
      path: "/feed", tenant: "one", load: () => import("./page"),
      prefetch: ({ client, search, tenant }) => {
        const v = readFeedFilters(search);
        const order = orderOf(search);
        void (wayOf(v, order) === "feed" ? client.prefetchInfiniteQuery(pagesQuery("/api/v1/feed/live", feedAsk(v, tenant))) : client.prefetchInfiniteQuery(pagesQuery("/api/v1/decisions", decisionsAsk(v, tenant, order))));
      },
    },
  ],
  seeks: [{ what: "the feed", icon: "feed", scope: "decisions:read", to: "/feed", filter: "q" }],
  actions: [
    { label: "Decisions that blocked something", icon: "block", scope: "decisions:read", to: "/feed", search: { action: "blocked" } },
    { label: "Decisions that wait for approval", icon: "hand", scope: "decisions:read", to: "/feed", search: { action: "pending_approval" } },
    { label: "The gravest decisions", icon: "critical", scope: "decisions:read", to: "/feed", search: { order: "gravest" } },
    { label: "Critical decisions", icon: "critical", scope: "decisions:read", to: "/feed", search: { severity: "critical" } },
  ],
};
