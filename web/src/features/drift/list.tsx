// The list of findings: what waits first.
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { readAll } from "@/api/all";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Curl, DataTable, Download, Empty, Failed, FilterBar, PageHeader, plural, Severity, Time, useFilters, usePicked, type Column, type Export } from "@/ui";
import { Bulk, useCount } from "./bulk";
import { Card, Change, Flags } from "./pieces";
import { fields, findingsAsk, type Finding } from "./logic";
import { useFindings } from "./queries";
import { Triage } from "./triage";

/** The last step first: it is what tells settings apart. */
function Setting({ of: path }: { of: string | undefined }) {
  if (!path) return <Text span c="dimmed" inherit>the object as a whole</Text>;
  const at = path.lastIndexOf(" › ");
  return <span title={path}>{path.slice(at < 0 ? 0 : at + 3)}{at > 0 && <Text span c="dimmed" inherit> in {path.slice(0, at)}</Text>}</span>;
}

const columns: Column<Finding>[] = [
  { id: "severity", head: "Severity", width: "92px", cell: (f) => <Severity value={f.severity} /> },
  { id: "object", head: "Object", width: "minmax(180px, 5fr)", cell: (f) => <A to="/drift/findings/$id" params={{ id: f.id }} search={{ tenant: f.tenant_id }} fw={500} tabIndex={-1}>{f.name || f.object_id}</A> },
  { id: "label", head: "Type", width: "minmax(120px, 2fr)", from: 860, cell: (f) => <Text span size="sm" c="dimmed" inherit>{f.label}</Text> },
  { id: "path", head: "Setting", width: "minmax(120px, 4fr)", from: 700, cell: (f) => <Setting of={f.path} /> },
  { id: "change", head: "Change", width: "minmax(160px, 4fr)", cell: (f) => <Change of={f} /> },
  { id: "state", head: "State", width: "124px", cell: (f) => <Flags of={f} /> },
  { id: "seen", head: "First seen", width: "112px", from: 980, cell: (f) => <Time at={f.first_seen} relative /> },
];

const files: Export<Finding>[] = [
  ...(["id", "tenant_id", "severity", "state", "kind", "source", "type", "label", "object_id", "name", "path", "from", "to", "change", "first_seen", "updated_at", "run", "baseline", "assignee", "until", "group"] as const)
    .map((name) => ({ name, value: (f: Finding) => f[name] })),
];

function NothingFound({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty icon="filter" title="Nothing fits these filters">Findings that are resolved show with “Any state”.</Empty>;
  return (
    <Empty icon="check" title="No drift waits for you" command="frostgate inventory run ./export --source directory --name entra">
      Findings appear when a run of inventory differs from its baseline. Observe an export once more:
    </Empty>
  );
}

export default function Findings() {
  const [values, set] = useFilters(fields);
  const q = useFindings(values);
  const edit = useEdit();
  const may = useHas()("drift:write");
  const { id: tenant, isAll, param } = useTenant();
  const counted = useCount(values);
  const name = useTenantName();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const picked = usePicked(q.rows, chosen, (f) => f.id);
  const filtered = Object.values(values).some((v) => v !== undefined);
  const useful = values.type ? columns.filter((c) => c.id !== "label") : columns;
  const shown = isAll ? [...useful.slice(0, 1), { id: "tenant", head: "Tenant", width: "minmax(90px, 1fr)", cell: (f: Finding) => name(f.tenant_id) }, ...useful.slice(1)] : useful;
  return (
    <>
      <PageHeader
        title="Findings" tab="Findings" lead={<>{values.state || values.all ? "What differs from what is expected" : "What differs from what is expected and waits for somebody; new and reopened"}{counted.data && <>: {plural(counted.data.total, "finding")}{counted.data.by_tenant.length > 1 ? ` in ${plural(counted.data.by_tenant.length, "tenant")}` : ""}</>}.</>}
        actions={<><Curl path={q.url} /><Download name={`findings-${tenant}`} rows={q.rows} columns={files} all={(tell) => readAll("/api/v1/drift/findings", { ...findingsAsk(values, param).query, values: "whole" }, tell)} /></>}
      />
      <FilterBar fields={fields} values={values} set={set} />
      {may && edit.on && counted.data && <Bulk values={values} of={counted.data} hidden={picked.length > 0} />}
      {q.error && <Failed error={q.error} what="The findings could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Findings" rows={q.rows} columns={shown} rowKey={(f) => f.id} open={(f) => ({ to: "/drift/findings/$id", params: { id: f.id }, search: { tenant: f.tenant_id } })}
          selection={may ? { keys: chosen, set: setChosen } : undefined} loading={q.isPending} stale={q.isPlaceholderData} pages={q}
          narrow={{ below: 620, height: 96, cell: (f) => <Card of={f} /> }} empty={<NothingFound filtered={filtered} />}
        />
      )}
      {picked.length > 0 && (
        <Group className="selection-bar" justify="space-between" role="region" aria-label="Selection">
          <Text size="sm" fw={600}>{plural(picked.length, "finding")} selected</Text>
          <Group gap={6}>
            {edit.on ? <Triage findings={picked} off={q.isPlaceholderData} done={() => setChosen(new Set())} /> : <Button variant="default" onClick={edit.ask}>Edit to decide</Button>}
            <Button variant="subtle" onClick={() => setChosen(new Set())}>Clear</Button>
          </Group>
        </Group>
      )}
    </>
  );
}
