import { expect, test } from "vitest";
import { approvalWhat, approvalWhy, lapses } from "./approval-words";

const waits = { source: "edr", event_type: "process", event_time: "2019-05-16T00:00:00Z", threat_level: "critical" as const, score: 95, persona: "sentinel", classification: "UNCLASS", titles: ["LSASS read"], mitigations: [{ action: "isolate_host", target_kind: "host", target: "DC1.insecurebank.local", ttl: 60, gating: "require_approval" as const }] };
const approval = { id: "apr_1", decision_id: "a-1", mitigations_hash: "", status: "waiting", created_at: "2026-01-01T00:00:00Z", expires_at: "2026-01-02T00:00:00Z", for: waits };

test("what waits is named by what would be done, to whom, and why", () => {
  expect(approvalWhat(approval)).toBe("Isolate DC1.insecurebank.local");
  expect(approvalWhy(approval)).toBe("LSASS read");
  expect(approvalWhy({ ...approval, for: { ...waits, titles: [] } })).toBe("process from edr");
  expect(approvalWhat({ ...approval, for: undefined })).toMatch(/can’t be told/);
});

test("how soon it lapses", () => {
  const at = (ms: number) => lapses(new Date(ms).toISOString(), 0);
  expect([-1, 59_000, 90 * 60_000, 23.9 * 3_600_000, 50 * 3_600_000].map(at)).toEqual(["lapsed", "lapses in 1 min", "lapses in 1 h", "lapses in 23 h", "lapses in 2 d 2 h"]);
});
