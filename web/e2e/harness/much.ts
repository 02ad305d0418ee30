// Much at once, made by the ways that anybody has: runs of inventory and batches
// of events.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Server } from "./server";

/** Observes as many named locations twice; the second time none of them is trusted any more. */
export function findingsOf(server: Server, findings: number) {
  const dir = mkdtempSync(join(tmpdir(), "frostgate-many-"));
  try {
    for (const trusted of [true, false]) {
      mkdirSync(join(dir, "export"), { recursive: true });
      const lines = Array.from({ length: findings }, (_, i) => JSON.stringify({ "@odata.type": "#microsoft.graph.ipNamedLocation", id: `office-${String(i).padStart(6, "0")}`, displayName: `Office ${String(i).padStart(6, "0")}`, isTrusted: trusted, ipRanges: [] }));
      writeFileSync(join(dir, "export", "locations.ndjson"), lines.join("\n"));
      server.cli("inventory", "run", join(dir, "export"), "--source", "directory", "--name", "offices");
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Sends n events in batches, about `perSecond` of them a second; whatever is slow is not hurried. */
export async function load(server: Server, n: number, perSecond: number): Promise<void> {
  const size = perSecond / 10;
  for (let sent = 0; sent < n; sent += size) {
    const began = Date.now();
    const lines = Array.from({ length: Math.min(size, n - sent) }, (_, i) => JSON.stringify({ source: "sshd", event_type: "auth", timestamp: new Date().toISOString(), tenant_id: server.tenant, classification: "UNCLASS", persona: "sentinel", payload: { failed_auths: 1, src_ip: `198.51.100.${(sent + i) % 250}`, user: "load", n: sent + i } }));
    const res = await fetch(`${server.url}/api/v1/defend/batch?detail=compact`, { method: "POST", headers: { "X-API-Key": server.admin, "Content-Type": "application/x-ndjson" }, body: lines.join("\n") });
    const answers = (await res.text()).trim().split("\n");
    const refused = answers.filter((a) => a.includes('"problem"'));
    if (!res.ok || refused.length > 0) throw new Error(`${res.status}: ${refused[0] ?? answers[0]}`);
    await new Promise((next) => setTimeout(next, Math.max(0, 100 - (Date.now() - began))));
  }
}
