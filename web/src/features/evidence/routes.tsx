// Evidence: what was recorded, and how anybody can check it.
import { apiQuery } from "@/api/hooks";
import type { Feature } from "@/app/feature";

const scope = "evidence:read";

export const evidence: Feature = {
  name: "evidence",
  nav: [
    { to: "/evidence", label: "Evidence", icon: "evidence", section: "Proof", scope, key: "p", keywords: ["proof", "log", "verify", "merkle", "chain"] },
  ],
  pages: [
    { path: "/evidence", load: () => import("./overview"), prefetch: ({ client }) => void client.prefetchQuery(apiQuery("/api/v1/evidence/logs")) },
    { path: "/evidence/logs", load: () => import("./logs") },
    { path: "/evidence/logs/$log", load: () => import("./log") },
    { path: "/evidence/logs/$log/entries/$index", load: () => import("./entry") },
    { path: "/evidence/epochs", load: () => import("./epochs") },
    { path: "/evidence/epochs/$index", load: () => import("./epoch") },
    { path: "/evidence/witnesses", load: () => import("./witnesses") },
    { path: "/evidence/bundles", load: () => import("./bundles") },
    { path: "/evidence/modules", load: () => import("./modules") },
    { path: "/evidence/modules/$id", load: () => import("./module") },
    { path: "/evidence/attestations/$id", load: () => import("./attestation") },
    { path: "/evidence/keys", load: () => import("./keys") },
    { path: "/evidence/erasures", load: () => import("./erasures") },
    { path: "/evidence/erasures/$id", load: () => import("./erasure") },
  ],
  actions: [
    { label: "Make or verify a bundle", icon: "box", scope, to: "/evidence/bundles", keywords: ["auditor", "export", "proof"] },
    { label: "Witnesses", icon: "eye", scope, to: "/evidence/witnesses", keywords: ["cosign", "quorum"] },
    { label: "Modules that sign attestations", icon: "key", scope: "modules:read", to: "/evidence/modules", keywords: ["enrol", "token"] },
    { label: "Keys that sign the logs", icon: "key", scope, to: "/evidence/keys", keywords: ["rotate", "verifier key"] },
    { label: "Erasures", icon: "trash", scope, to: "/evidence/erasures", keywords: ["forget", "gdpr", "delete", "privacy"] },
  ],
  open: (text) => (/^mod_[0-9a-z]{6,}$/i.test(text) ? { label: `Open module ${text}`, to: `/evidence/modules/${text}` } : undefined),
};
