// The same change in many tenants: one row for each, decided on at once.
import "./groups.css";
import { Group, Text } from "@mantine/core";
import { readAll } from "@/api/all";
import { usePages } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useTenant } from "@/app/tenant";
import { A, Badge, count, Curl, DataTable, Download, Empty, Failed, FilterBar, PageHeader, plural, Severity, State, Time, useFilters, type Column, type Export, type Field } from "@/ui";
import { groupsLead } from "./groups-logic";
import { severities, states } from "./logic";
import { identified } from "./values-logic";

export type GroupRow = Schemas["GroupView"];

const fields: Field[] = [
  { kind: "text", key: "type", label: "Type", placeholder: "Type, e.g. Conditional Access", main: true },
  { kind: "many", key: "severity", label: "Severity", options: severities.map((value) => ({ value, label: value })) },
  { kind: "many", key: "state", label: "State", options: states.map((value) => ({ value, label: value })) },
];

export const target = (g: GroupRow) => ({ to: "/drift/groups/$key", params: { key: g.key } });

/** What happened, in one line. */
export function groupChange(g: Pick<GroupRow, "kind" | "path" | "change" | "from" | "to">): string {
  if (!g.path) return g.kind === "added" ? "an object that was not expected" : g.kind === "removed" ? "an expected object is gone" : (g.change ?? "changed");
  return identified(g.change || (g.kind === "added" ? "added" : g.kind === "removed" ? "removed" : `${g.from ?? "nothing"} → ${g.to ?? "nothing"}`), g.path);
}

const title = (g: GroupRow) => (g.path ? g.path : g.kind === "added" ? "Added" : g.kind === "removed" ? "Removed" : g.kind);

export function StatesOf({ by }: { by: Record<string, number> }) {
  const known = states.filter((s) => (by[s] ?? 0) > 0);
  return <Group gap={4} component="span" display="inline-flex">{known.map((s) => <span key={s} className="state-count"><State value={s} /> {count(by[s] ?? 0)}</span>)}</Group>;
}

function Spread({ of: g }: { of: GroupRow }) {
  return <Badge tone={g.tenants > 1 ? "info" : "none"} icon="building">{plural(g.tenants, "tenant")}</Badge>;
}

const columns: Column<GroupRow>[] = [
  { id: "severity", head: "Severity", width: "92px", cell: (g) => <Severity value={g.severity} /> },
  { id: "what", head: "Change", width: "minmax(220px, 5fr)", cell: (g) => <div className="group-what"><A {...target(g)} fw={600} truncate tabIndex={-1}>{title(g)}</A><Text size="xs" truncate>{groupChange(g)}</Text><Text size="xs" c="dimmed" truncate>{g.label}{g.findings === 1 || !g.path ? ` · ${g.sample.name || g.sample.object_id}` : ""}</Text></div> },
  { id: "tenants", head: "In", width: "104px", cell: (g) => <Spread of={g} /> },
  { id: "findings", head: "Findings", width: "84px", right: true, cell: (g) => count(g.findings) },
  { id: "waiting", head: "Waiting", width: "80px", right: true, cell: (g) => (g.waiting > 0 ? <b>{count(g.waiting)}</b> : <Text span c="dimmed" inherit>0</Text>) },
  { id: "states", head: "States", width: "minmax(120px, 2fr)", from: 980, cell: (g) => <StatesOf by={g.by_state} /> },
  { id: "first", head: "First seen", width: "104px", from: 820, cell: (g) => <Time at={g.first_seen} relative /> },
];

const files: Export<GroupRow>[] = (["key", "severity", "kind", "type", "label", "path", "from", "to", "change", "tenants", "findings", "waiting", "first_seen", "last_seen"] as const).map((name) => ({ name, value: (g: GroupRow) => g[name] }));

function Card({ of: g }: { of: GroupRow }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between"><Group gap={6} wrap="nowrap"><Severity value={g.severity} /><Spread of={g} /></Group><Text span size="xs" c="dimmed">{g.waiting > 0 ? `${count(g.waiting)} of ${count(g.findings)} waiting` : plural(g.findings, "finding")}</Text></Group>
      <Text size="sm" fw={600} truncate>{title(g)}</Text>
      <Text size="xs" truncate>{groupChange(g)}</Text>
      <Text size="xs" c="dimmed" truncate>{g.label}</Text>
    </>
  );
}

export default function Groups() {
  const [values, set] = useFilters(fields);
  const { param, id: tenant, isAll } = useTenant();
  const { type, ...rest } = values;
  const query = { ...rest, ...(type ? { type: [type] } : {}), tenant: param, limit: 100 } as never;
  const q = usePages("/api/v1/drift/groups", { query });
  const filtered = Object.values(values).some((v) => v !== undefined);
  return (
    <>
      <PageHeader
        title="Same change" tab="Same change" lead={<>{groupsLead(q.rows, q.hasNextPage) || "One line for each change, however many objects and tenants have it."} {!isAll && <A to="/drift/groups" search={{ tenant: "all" }} inherit>Look across all tenants</A>}</>}
        actions={<><Curl path={q.url} /><Download name={`groups-${tenant}`} rows={q.rows} columns={files} all={(tell) => readAll("/api/v1/drift/groups", query, tell)} /></>}
      />
      <FilterBar fields={fields} values={values} set={set} />
      {q.error && <Failed error={q.error} what="The groups could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Groups of the same change" rows={q.rows} columns={columns} rowKey={(g) => g.key} open={target} rowHeight={68} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 620, height: 98, cell: (g) => <Card of={g} /> }}
          empty={filtered ? <Empty icon="filter" title="No change fits these filters" /> : <Empty icon="check" title="No drift is open" command="frostgate inventory run ./export --source directory --name entra">Findings of the same change gather here. Observe an export once more:</Empty>}
        />
      )}
    </>
  );
}
