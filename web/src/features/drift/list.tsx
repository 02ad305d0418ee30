// The list of findings: what waits first.
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { readAll } from "@/api/all";
import { useName } from "@/api/names";
import { useEdit } from "@/app/edit";
import { useHas, useIdentity } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Curl, DataTable, Download, Empty, Failed, FilterBar, PageHeader, plural, Severity, Time, useFilters, usePicked, Who, type Column, type Export, type Field, type Values } from "@/ui";
import "./drift.css";
import { Bulk } from "./bulk";
import { elsewhereInStates } from "./found-logic";
import { FoundLines } from "./found";
import { Card, Change, Flags } from "./pieces";
import { fields, findingsAsk, type Finding } from "./logic";
import { useCount, useFindings } from "./queries";
import { Triage } from "./triage";

/** The last step first: it is what tells settings apart. */
function Setting({ of: path }: { of: string | undefined }) {
  if (!path) return <>the object as a whole</>;
  const at = path.lastIndexOf(" › ");
  return <>{path.slice(at < 0 ? 0 : at + 3)}{at > 0 && <> in {path.slice(0, at)}</>}</>;
}

const columns: Column<Finding>[] = [
  { id: "severity", head: "Severity", width: "84px", cell: (f) => <Severity value={f.severity} /> },
  {
    id: "object", head: "Object and setting", width: "minmax(220px, 6fr)",
    cell: (f) => (
      <div className="finding-what" title={`${f.name || f.object_id}\n${f.label}${f.path ? `: ${f.path}` : ""}`}>
        <A to="/drift/findings/$id" params={{ id: f.id }} search={{ tenant: f.tenant_id }} fw={500} tabIndex={-1} truncate>{f.name || f.object_id}</A>
        <Text size="xs" c="dimmed" truncate>{f.label} · <Setting of={f.path} /></Text>
      </div>
    ),
  },
  { id: "change", head: "Change", width: "minmax(180px, 5fr)", cell: (f) => <Change of={f} lines /> },
  { id: "state", head: "State", width: "136px", cell: (f) => <Flags of={f} /> },
  { id: "seen", head: "First seen", width: "104px", from: 1000, cell: (f) => <Time at={f.first_seen} relative /> },
];
const assigned: Column<Finding> = { id: "assignee", head: "Assigned to", width: "minmax(96px, 1fr)", from: 860, cell: (f) => f.assignee && <Who id={f.assignee} plain /> };

const files: Export<Finding>[] = [
  ...(["id", "tenant_id", "severity", "state", "kind", "source", "type", "label", "object_id", "name", "path", "from", "to", "change", "first_seen", "updated_at", "run", "baseline", "assignee", "until", "group"] as const)
    .map((name) => ({ name, value: (f: Finding) => f[name] })),
];

function NothingFound({ values }: { values: Values }) {
  const waits = !values.state && !values.all;
  const others = useCount({ ...values, all: true }, waits).data;
  const decided = waits && others ? elsewhereInStates(others.by_state) : [];
  const { all: _, ...narrowed } = values;
  if (decided.length > 0) {
    return (
      <Empty icon="check" title={Object.keys(narrowed).length > 0 ? "Nothing of this waits any more" : "Nothing waits any more"}>
        {decided.map((d) => <span key={d.state} style={{ display: "block" }}>{d.words}: <A to="/drift/findings" search={{ ...narrowed, state: d.state } as never}>show {d.n === 1 ? "it" : "them"}</A></span>)}
      </Empty>
    );
  }
  if (Object.values(values).some((v) => v !== undefined)) return <Empty icon="filter" title="Nothing fits these filters">Findings that are resolved show with “Any state”.</Empty>;
  return (
    <Empty icon="check" title="No drift waits for you" command="frostgate inventory run ./export --source directory --name entra">
      Findings appear when a run of inventory differs from its baseline. Observe an export once more:
    </Empty>
  );
}

/** Whose it is can be chosen: one's own, or the one that is in the URL. */
function useShownFields(values: Values): Field[] {
  const me = useIdentity().principal_id;
  const other = typeof values.assignee === "string" && values.assignee !== me ? values.assignee : undefined;
  const name = useName(other);
  return fields.map((f) => (f.key === "assignee" ? { kind: "one", key: f.key, label: f.label, options: [{ value: me, label: "me" }, ...(other ? [{ value: other, label: name?.name ?? other }] : [])] } : f));
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
  const shownFields = useShownFields(values);
  const useful = q.rows.some((f) => f.assignee) ? [...columns.slice(0, -1), assigned, ...columns.slice(-1)] : columns;
  const shown = isAll ? [...useful.slice(0, 1), { id: "tenant", head: "Tenant", width: "minmax(90px, 1fr)", cell: (f: Finding) => name(f.tenant_id) }, ...useful.slice(1)] : useful;
  return (
    <>
      <PageHeader
        title="Findings" tab="Findings" lead={<FoundLines values={values} of={counted.data} />}
        actions={<><Curl path={q.url} /><Download name={`findings-${tenant}`} rows={q.rows} columns={files} all={(tell) => readAll("/api/v1/drift/findings", { ...findingsAsk(values, param).query, values: "whole" }, tell)} /></>}
      />
      <FilterBar fields={shownFields} values={values} set={set} />
      {may && edit.on && counted.data && <Bulk values={values} of={counted.data} hidden={picked.length > 0} />}
      {q.error && <Failed error={q.error} what="The findings could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Findings" rows={q.rows} columns={shown} rowKey={(f) => f.id} open={(f) => ({ to: "/drift/findings/$id", params: { id: f.id }, search: { tenant: f.tenant_id } })}
          selection={may ? { keys: chosen, set: setChosen } : undefined} loading={q.isPending} stale={q.isPlaceholderData} pages={q}
          narrow={{ below: 620, height: 96, cell: (f) => <Card of={f} /> }} rowHeight={52} empty={<NothingFound values={values} />}
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
