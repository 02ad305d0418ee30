// All tenants at a glance, those that need somebody first.
import { Group, Text } from "@mantine/core";
import { A, Badge, count, DataTable, Download, Time, type Column, type Export } from "@/ui";
import { tenantNeeds, type TenantPosture } from "./logic";

const number = (n: number | undefined) => (n === undefined ? <Text span c="dimmed" inherit>not visible</Text> : n === 0 ? <Text span c="dimmed" inherit>0</Text> : <b>{count(n)}</b>);
const home = (t: TenantPosture) => ({ to: "/", search: { tenant: t.tenant_id } });

function Standing({ of: t }: { of: TenantPosture }) {
  if (t.log_damaged) return <Badge tone="critical" icon="alert">log damaged</Badge>;
  if (t.status !== "active") return <Badge tone="wait" icon="pause" title="It takes no events.">{t.status}</Badge>;
  return tenantNeeds(t).length > 0 ? <Badge tone="wait" icon="hand">needs you</Badge> : <Badge tone="good" icon="check">calm</Badge>;
}

const columns: Column<TenantPosture>[] = [
  { id: "name", head: "Tenant", width: "minmax(160px, 2fr)", cell: (t) => <A {...home(t)} fw={600} tabIndex={-1}>{t.name}</A> },
  { id: "state", head: "State", width: "128px", cell: (t) => <Standing of={t} /> },
  { id: "approvals", head: "Approvals", width: "92px", right: true, cell: (t) => (t.approvals ? <A to="/approvals" search={{ tenant: t.tenant_id }} fw={600}>{count(t.approvals)}</A> : number(t.approvals)) },
  { id: "drift", head: "Drift", width: "minmax(150px, 1fr)", right: true, cell: (t) => (t.drift?.waiting ? <A to="/drift/findings" search={{ tenant: t.tenant_id }} fw={600}>{count(t.drift.waiting)}{t.drift.grave > 0 ? `, ${count(t.drift.grave)} critical or high` : ""}</A> : number(t.drift?.waiting)) },
  { id: "webhooks", head: "Webhooks", width: "92px", right: true, from: 700, cell: (t) => number(t.webhooks?.failing) },
  { id: "decisions", head: "In 24 hours", width: "104px", right: true, from: 800, cell: (t) => count(t.decisions_24h ?? 0) },
  { id: "last", head: "Last event", width: "132px", right: true, from: 900, cell: (t) => (t.last_decision_at ? <Time at={t.last_decision_at} relative /> : <Text span c="dimmed" inherit>none yet</Text>) },
];

export const files: Export<TenantPosture>[] = [
  { name: "tenant_id", value: (t) => t.tenant_id }, { name: "name", value: (t) => t.name }, { name: "status", value: (t) => t.status }, { name: "log_damaged", value: (t) => t.log_damaged }, { name: "approvals", value: (t) => t.approvals },
  { name: "drift_waiting", value: (t) => t.drift?.waiting }, { name: "drift_grave", value: (t) => t.drift?.grave }, { name: "drift_open", value: (t) => t.drift?.open },
  { name: "webhooks_failing", value: (t) => t.webhooks?.failing }, { name: "decisions_24h", value: (t) => t.decisions_24h }, { name: "last_decision_at", value: (t) => t.last_decision_at },
];

export function Tenants({ of: list }: { of: TenantPosture[] }) {
  return (
    <DataTable
      label="Tenants" rows={list} columns={columns} rowKey={(t) => t.tenant_id} open={home}
      narrow={{ below: 560, height: 76, cell: (t) => <><Group gap={6} justify="space-between" wrap="nowrap"><Text size="sm" fw={600} truncate>{t.name}</Text><Standing of={t} /></Group><Text size="xs" truncate>{tenantNeeds(t).join(", ") || "nothing waits"}</Text><Text size="xs" c="dimmed">{t.last_decision_at ? <>last event <Time at={t.last_decision_at} relative /></> : "no event yet"}</Text></> }}
    />
  );
}

export function TenantsDownload({ of: list }: { of: TenantPosture[] }) {
  return <Download name="tenants" rows={list} columns={files} />;
}
