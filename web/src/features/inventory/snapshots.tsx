// What was seen, by the hash that stands for all of it.
import "./inventory.css";
import { Group, Text } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { useTenant } from "@/app/tenant";
import { A, Badge, count, Curl, DataTable, Download, Empty, Failed, PageHeader, Time, useFilters, type Column, type Export } from "@/ui";
import { sourceField } from "./logic";
import { observe, Parts, SourcePicker } from "./pieces";
import { useSnapshots } from "./queries";

type Row = Schemas["InventorySnapshot"];
const fields = [sourceField];
const target = (s: Row) => ({ to: "/inventory/snapshots/$root", params: { root: s.root } });
const origin = (s: Row) => (s.imported ? <Badge tone="info" icon="download">imported</Badge> : s.run ? <A to="/inventory/runs/$id" params={{ id: s.run }}>its run</A> : "");

const columns: Column<Row>[] = [
  { id: "root", head: "Root hash", width: "minmax(180px, 3fr)", cell: (s) => <A {...target(s)} fw={500} ff="monospace" tabIndex={-1}>{s.root}</A> },
  { id: "source", head: "Source", width: "minmax(120px, 2fr)", cell: (s) => s.source },
  { id: "objects", head: "Objects", width: "90px", right: true, cell: (s) => count(s.objects) },
  { id: "at", head: "First seen", width: "160px", from: 640, cell: (s) => s.at && <Time at={s.at} /> },
  { id: "run", head: "From", width: "110px", from: 760, cell: origin },
];

const files: Export<Row>[] = (["root", "source", "objects", "at", "run", "imported"] as const).map((name) => ({ name, value: (s: Row) => s[name] }));

export default function Snapshots() {
  const [values, set] = useFilters(fields);
  const q = useSnapshots(values);
  const { id: tenant } = useTenant();
  return (
    <>
      <PageHeader title="Snapshots" tab="Snapshots" lead="What a run saw, unchangeable, named by the hash that stands for all of it. Equal observations have one snapshot." actions={<><Curl path={q.url} /><Download name={`snapshots-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></>} />
      <Parts here="/inventory/snapshots" />
      <Group mb="sm"><SourcePicker value={typeof values.source === "string" ? values.source : undefined} set={(v) => set({ source: v })} /></Group>
      {q.error && <Failed error={q.error} what="The snapshots could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Snapshots" rows={q.rows} columns={columns} rowKey={(s) => s.root + s.source} open={target} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 520, height: 76, cell: (s) => <><Text size="sm" fw={600} ff="monospace" truncate>{s.root}</Text><Text size="xs">{s.source} · {count(s.objects)} objects</Text><Text size="xs" c="dimmed">{s.at && <Time at={s.at} />} {s.imported && "imported"}</Text></> }}
          empty={<Empty icon="layers" title="No snapshot yet" command={observe}>Each run that is closed leaves one. Others can be brought along: frostgate inventory import FILE.</Empty>}
        />
      )}
    </>
  );
}
