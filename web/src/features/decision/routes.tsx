// One decision: why, and the proof of it.
import { apiQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";

export const decision: Feature = {
  name: "decision",
  nav: [],
  pages: [
    {
      path: "/decisions/$id", tenant: "many", load: () => import("./page"),
      prefetch: ({ client, params, tenant }) => void client.prefetchQuery(apiQuery("/api/v1/decisions/{id}", { path: { id: params.id ?? "" }, query: { tenant } })),
    },
  ],
  open: (text) => (/^[0-9a-f]{16}-\d+$/.test(text) ? { label: `Open decision ${text}`, to: `/decisions/${text}` } : undefined),
};
