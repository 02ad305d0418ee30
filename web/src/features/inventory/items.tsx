// The objects that were observed.
import "./inventory.css";
import { Group, Select, Text } from "@mantine/core";
import { readAll } from "@/api/all";
import { useTenant } from "@/app/tenant";
import { A, Curl, DataTable, Download, Empty, Failed, FilterBar, PageHeader, Time, useFilters, type Column, type Export } from "@/ui";
import { allItemFields, inventoryLead, itemFields, itemsAsk, itemTarget, nameOf, typeOptions, type Item } from "./logic";
import { ItemState, observe, Parts, SourcePicker } from "./pieces";
import { useCoverage, useItems } from "./queries";

const columns: Column<Item>[] = [
  { id: "name", head: "Object", width: "minmax(200px, 4fr)", cell: (i) => <A {...itemTarget(i, i.source)} fw={500} tabIndex={-1}>{nameOf(i)}</A> },
  { id: "label", head: "Type", width: "minmax(120px, 2fr)", cell: (i) => <span title={i.type}>{i.label}</span> },
  { id: "source", head: "Source", width: "minmax(110px, 1fr)", from: 900, cell: (i) => i.source },
  { id: "state", head: "State", width: "104px", cell: (i) => <ItemState value={i.state} /> },
  { id: "seen", head: "Last seen", width: "112px", from: 720, cell: (i) => <Time at={i.seen_at} relative /> },
];

const files: Export<Item>[] = (["source", "type", "label", "id", "name", "template", "state", "seen_at", "first_seen", "changed_in", "last_seen", "hash"] as const).map((name) => ({ name, value: (i: Item) => i[name] }));

function Card({ of: i }: { of: Item }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between"><ItemState value={i.state} /><Text span size="xs" c="dimmed"><Time at={i.seen_at} relative /></Text></Group>
      <Text size="sm" fw={600} truncate>{nameOf(i)}</Text>
      <Text size="xs" c="dimmed" truncate>{i.label} · {i.source}</Text>
    </>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty icon="filter" title="No object fits these filters">Names and IDs are searched, not the content.</Empty>;
  return <Empty icon="box" title="Nothing was observed yet" command={observe}>Observe an export of a tenant’s configuration: a folder of JSON or YAML files. It is read where the command runs.</Empty>;
}

export default function Items() {
  const [values, set] = useFilters(allItemFields);
  const q = useItems(values);
  const coverage = useCoverage();
  const { id: tenant, param } = useTenant();
  const text = (k: string) => (typeof values[k] === "string" ? (values[k] as string) : undefined);
  const types = typeOptions(coverage.data?.items ?? [], text("source"));
  const type = text("type");
  if (type && !types.some((t) => t.value === type)) types.push({ value: type, label: type });
  return (
    <>
      <PageHeader title="Inventory" tab="Inventory" lead={inventoryLead(coverage.data?.items ?? [], text("source"), type) || "Every object of configuration as it was last observed."} actions={<><Curl path={q.url} /><Download name={`inventory-${tenant}`} rows={q.rows} columns={files} all={(tell) => readAll("/api/v1/inventory/items", itemsAsk(values, param).query, tell)} /></>} />
      <Parts here="/inventory" />
      <FilterBar fields={itemFields} values={values} set={set} extra={{ active: [text("source"), type].filter(Boolean).length, node: <>
        <SourcePicker value={text("source")} set={(v) => set({ source: v, type: undefined })} />
        <Select aria-label="Type" placeholder="Any type" data={types} value={type ?? null} onChange={(v) => set({ type: v ?? undefined })} searchable clearable clearButtonProps={{ "aria-label": "Any type" }} w={200} comboboxProps={{ width: "max-content", position: "bottom-start" }} nothingFoundMessage="No such type was observed" />
      </> }} />
      {q.error && <Failed error={q.error} what="The objects could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Objects" rows={q.rows} columns={columns} rowKey={(i) => `${i.source}\n${i.type}\n${i.id}`} open={(i) => itemTarget(i, i.source)}
          loading={q.isPending} stale={q.isPlaceholderData} pages={q}
          narrow={{ below: 560, height: 78, cell: (i) => <Card of={i} /> }} empty={<Nothing filtered={Object.values(values).some((v) => v !== undefined)} />}
        />
      )}
    </>
  );
}
