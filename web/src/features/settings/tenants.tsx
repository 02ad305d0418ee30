// The tenants of the organisation: state, limits, what they use and what waits there.
import { Button, Group, Select, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useApi, usePages, useWrite } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useHas } from "@/app/session";
import { A, count, Curl, DataTable, Download, Empty, Failed, FilterBar, Icon, PageHeader, plural, State, Time, useFilters, type Column, type Export, type Field, personaChoices } from "@/ui";
import { Acts, Ask, tell } from "./pieces";

type Tenant = Schemas["TenantView"];
interface Row extends Tenant {
  decisions?: number;
  waiting?: number;
}

const target = (t: Row) => ({ to: "/settings/tenants/$id", params: { id: t.id } });
const fields: Field[] = [
  { kind: "text", key: "q", label: "Tenant", placeholder: "Name or ID", main: true },
  { kind: "one", key: "status", label: "State", options: [{ value: "active", label: "Active" }, { value: "suspended", label: "Suspended" }, { value: "closing", label: "Closing" }] },
];
const perSecond = (t: Tenant) => t.settings.rates?.defend?.per_second ?? 0;

const columns: Column<Row>[] = [
  { id: "name", head: "Tenant", width: "minmax(150px, 3fr)", cell: (t) => <A {...target(t)} fw={500} tabIndex={-1}>{t.name}</A> },
  { id: "state", head: "State", width: "110px", cell: (t) => <State value={t.status} /> },
  { id: "decisions", head: "Decisions, 30 days", width: "130px", right: true, from: 620, cell: (t) => (t.decisions === undefined ? "" : <A to="/settings/usage" search={{ tenant: t.id }} tabIndex={-1}>{count(t.decisions)}</A>) },
  { id: "drift", head: "Drift that waits", width: "120px", right: true, from: 720, cell: (t) => (t.waiting === undefined ? "" : <A to="/drift/findings" search={{ tenant: t.id }} tabIndex={-1}>{count(t.waiting)}</A>) },
  { id: "limit", head: "Events a second", width: "120px", right: true, from: 820, cell: (t) => `up to ${count(perSecond(t))}` },
  { id: "keeps", head: "Keeps payloads", width: "120px", from: 960, cell: (t) => (t.settings.retention_days ? plural(t.settings.retention_days, "day") : "for good") },
  { id: "created", head: "Since", width: "112px", from: 560, cell: (t) => <Time at={t.created_at} relative /> },
];
const files: Export<Row>[] = [
  { name: "id", value: (t) => t.id }, { name: "name", value: (t) => t.name }, { name: "status", value: (t) => t.status }, { name: "created_at", value: (t) => t.created_at }, { name: "decisions_30_days", value: (t) => t.decisions },
  { name: "drift_waiting", value: (t) => t.waiting }, { name: "events_per_second", value: (t) => perSecond(t) }, { name: "retention_days", value: (t) => t.settings.retention_days }, { name: "log_id", value: (t) => t.log_id },
];

export default function Tenants() {
  const [values, set] = useFilters(fields);
  const has = useHas();
  const q = usePages("/api/v1/tenants", { query: { limit: 500 } });
  const usage = useApi("/api/v1/usage/tenants", {}, { enabled: has("usage:read") });
  const drift = useApi("/api/v1/drift", { query: { tenant: "all" } }, { enabled: has("drift:read") });
  const [making, setMaking] = useState(false);
  const text = typeof values.q === "string" ? values.q.toLowerCase() : "";
  const all: Row[] = q.rows.map((t) => ({ ...t, decisions: usage.data?.items.find((u) => u.tenant_id === t.id)?.decisions, waiting: drift.data?.by_tenant.find((d) => d.tenant_id === t.id)?.waiting }));
  const rows = all.filter((t) => `${t.name} ${t.id}`.toLowerCase().includes(text) && (!values.status || t.status === values.status));
  const off = all.filter((t) => t.status !== "active").length;
  return (
    <>
      <PageHeader title="Tenants" tab="Tenants" lead={q.isPending ? "The isolation units of the organisation." : <>{plural(all.length, "tenant")}{q.hasNextPage && " and more"}, {off === 0 ? "all active" : `${off} not active`}. Nothing of one is seen in another.</>} actions={<><Curl path={q.url} /><Download name="tenants" rows={rows} columns={files} more={q.hasNextPage} /></>} />
      <Group justify="space-between" align="flex-start" mb="xs">
        <div style={{ flex: "1 1 300px" }}><FilterBar fields={fields} values={values} set={set} /></div>
        <Acts scope="tenants:write" to="make a tenant"><Button leftSection={<Icon name="plus" size={14} />} onClick={() => setMaking(true)}>New tenant</Button></Acts>
      </Group>
      {q.error && <Failed error={q.error} what="The tenants could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Tenants" rows={rows} columns={columns} rowKey={(t) => t.id} open={target} loading={q.isPending} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 520, height: 62, cell: (t) => <><Group gap={6} justify="space-between" wrap="nowrap"><Text size="sm" fw={600} truncate>{t.name}</Text><State value={t.status} /></Group><Text size="xs" c="dimmed">{t.decisions !== undefined && `${plural(t.decisions, "decision")} in 30 days`}{t.waiting !== undefined && `, ${plural(t.waiting, "finding")} waiting`}</Text></> }}
          empty={<Empty icon="box" title="No tenant is called so">Clear the filter to see all.</Empty>}
        />
      )}
      {making && <NewTenant close={() => setMaking(false)} />}
    </>
  );
}

function NewTenant({ close }: { close: () => void }) {
  const write = useWrite("post", "/api/v1/tenants", ["/api/v1/tenants", "/api/v1/usage", "/api/v1/drift"]);
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [persona, setPersona] = useState<string | null>("sentinel");
  const run = async () => {
    const t = await write.mutateAsync({ body: { name: name.trim(), settings: { persona: persona === "guardian" ? "guardian" : "sentinel" } } });
    tell(`${t.name} is there`, "It has a log and keys of its own. Give somebody a role in it, and a key.");
    close();
    await navigate({ to: "/settings/tenants/$id", params: { id: t.id }, search: {} });
  };
  return (
    <Ask title="New tenant" write={write} submit="Make it" close={close} run={run} ready={name.trim() !== ""}>
      <Text size="sm" c="dimmed">It gets a log and encryption keys of its own at once. Limits and retention begin at the defaults.</Text>
      <TextInput label="Name" value={name} onChange={(e) => setName(e.currentTarget.value)} maxLength={100} required data-autofocus />
      <Select label="Persona of its decisions" description="Of events that name none." data={personaChoices} value={persona} onChange={setPersona} allowDeselect={false} />
    </Ask>
  );
}
