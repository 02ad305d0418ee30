// What was seen, by the hash that stands for all of it.
import "./inventory.css";
import { Group, Text } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { useTenant } from "@/app/tenant";
import { A, Badge, count, Curl, DataTable, Download, Empty, Failed, PageHeader, Time, useFilters, type Column, type Export, Id, plural } from "@/ui";
import { sourceField } from "./logic";
import { observe, Parts, SourcePicker } from "./pieces";
import { useSnapshots } from "./queries";

type Row = Schemas["InventorySnapshot"];
const fields = [sourceField];
const target = (s: Row) => ({ to: "/inventory/snapshots/$root", params: { root: s.root } });
const origin = (s: Row) => (s.imported ? <Badge tone="info" icon="download">imported</Badge> : s.run ? <A to="/inventory/runs/$id" params={{ id: s.run }}>its run</A> : "");

const columns: Column<Row>[] = [
  { id: "what", head: "Snapshot", width: "minmax(220px, 4fr)", cell: (s) => <A {...target(s)} fw={500} tabIndex={-1}>{s.source}{s.at && <>, <Time at={s.at} /></>}</A> },
  { id: "objects", head: "Objects", width: "90px", right: true, cell: (s) => count(s.objects) },
  { id: "at", head: "First seen", width: "130px", from: 640, cell: (s) => s.at && <Time at={s.at} relative /> },
  { id: "run", head: "From", width: "110px", from: 760, cell: origin },
  { id: "root", head: "Root hash", width: "170px", from: 900, cell: (s) => <Id value={s.root} short label="the root hash" /> },
];

const files: Export<Row>[] = (["root", "source", "objects", "at", "run", "imported"] as const).map((name) => ({ name, value: (s: Row) => s[name] }));

export default function Snapshots() {
  const [values, set] = useFilters(fields);
  const q = useSnapshots(values);
  const { id: tenant } = useTenant();
  return (
    <>
      <PageHeader title="Snapshots" tab="Snapshots" lead={q.rows[0] ? <>{plural(q.rows.length, "snapshot")}{q.hasNextPage && " and more"}{q.rows[0].at && <>, the newest of <Time at={q.rows[0].at} relative /></>}. Each is what a run saw; equal observations share one.</> : "What a run saw, unchangeable, named by the hash that stands for all of it."} actions={<><Curl path={q.url} /><Download name={`snapshots-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></>} />
      <Parts here="/inventory/snapshots" />
      <Group mb="sm"><SourcePicker value={typeof values.source === "string" ? values.source : undefined} set={(v) => set({ source: v })} /></Group>
      {q.error && <Failed error={q.error} what="The snapshots could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Snapshots" rows={q.rows} columns={columns} rowKey={(s) => s.root + s.source} open={target} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 520, height: 76, cell: (s) => <><Text size="sm" fw={600} truncate>{s.source}{s.at && <>, <Time at={s.at} /></>}</Text><Text size="xs">{plural(s.objects, "object")}{s.imported && ", imported"}</Text><Text size="xs" c="dimmed">Root <Id value={s.root} short label="the root hash" /></Text></> }}
          empty={<Empty icon="layers" title="No snapshot yet" command={observe}>Each run that is closed leaves one. Others can be brought along: frostgate inventory import FILE.</Empty>}
        />
      )}
    </>
  );
}
