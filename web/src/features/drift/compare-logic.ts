// Two sides of a comparison in the URL: "source:directory/entra" (its last
// run), "source:tn_1:directory/entra" (of another tenant), "snapshot:HASH",
// "snapshot:tn_1:HASH". Pure.
import type { Schemas } from "@/api/client";

export type Side = Schemas["CompareSide"];
export type Compared = Schemas["Compared"];
export type Changed = Compared["items"][number];

export function readSide(text: unknown): Side | undefined {
  const m = /^(source|snapshot):(?:(tn_[^:]+):)?(.+)$/.exec(typeof text === "string" ? text : "");
  if (!m || m[3]!.length > 200) return undefined;
  if (m[1] === "snapshot" && !/^[0-9a-f]{64}$/.test(m[3]!)) return undefined;
  return { ...(m[2] ? { tenant_id: m[2] } : {}), [m[1]!]: m[3] };
}

export function writeSide(s: Side | undefined): string | undefined {
  if (!s || !(s.snapshot || s.source)) return undefined;
  const tenant = s.tenant_id ? `${s.tenant_id}:` : "";
  return s.snapshot ? `snapshot:${tenant}${s.snapshot}` : `source:${tenant}${s.source}`;
}

/** What both sides are called: with what tells them apart and no more. */
export function sideNames(from: Side, to: Side, tenantName: (id: string) => string): [string, string] {
  const tenants = from.tenant_id !== to.tenant_id;
  const sources = from.source !== to.source;
  const name = (s: Side) => {
    const what = [sources || !tenants ? s.source : undefined, tenants && s.tenant_id ? tenantName(s.tenant_id) : undefined].filter(Boolean).join(" of ");
    return tenants || sources || !s.snapshot ? what : `snapshot ${s.snapshot.slice(0, 8)}`;
  };
  return [name(from), name(to)];
}

export interface ObjectChange { key: string; type: string; label: string; name: string; kind: Changed["kind"]; severity: string; ids: { from?: string; to?: string }; changes: Changed[] }

const grave = ["critical", "high", "medium", "low", "informational"];
const rank = (s: string) => (grave.indexOf(s) + grave.length + 1) % (grave.length + 1);

/** Changes gathered by object; the gravest first. */
export function byObject(items: readonly Changed[]): ObjectChange[] {
  const out = new Map<string, ObjectChange>();
  for (const c of items) {
    const key = [c.type, c.id_in_from ?? "", c.id_in_to ?? ""].join("|");
    const had = out.get(key);
    if (had) {
      had.changes.push(c);
      if (rank(c.severity) < rank(had.severity)) had.severity = c.severity;
      if (c.kind === "changed") had.kind = had.kind === "metadata" ? "changed" : had.kind;
    } else out.set(key, { key, type: c.type, label: c.label, name: c.name || c.id_in_to || c.id_in_from || "", kind: c.kind, severity: c.severity, ids: { from: c.id_in_from, to: c.id_in_to }, changes: [c] });
  }
  return [...out.values()].sort((a, b) => rank(a.severity) - rank(b.severity) || a.label.localeCompare(b.label) || a.name.localeCompare(b.name));
}
