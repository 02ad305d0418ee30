// The observations, the last first.
import "./inventory.css";
import { Group, Text } from "@mantine/core";
import { readAll } from "@/api/all";
import { useTenant } from "@/app/tenant";
import { A, count, Curl, DataTable, Download, Empty, Failed, FilterBar, PageHeader, State, Time, useFilters, type Column, type Export } from "@/ui";
import { runFields, runSentence, sourceField, type Run } from "./logic";
import { observe, Parts, SourcePicker } from "./pieces";
import { useRuns } from "./queries";

const fields = [...runFields, sourceField];
const target = (r: Run) => ({ to: "/inventory/runs/$id", params: { id: r.id } });

const number = (id: string, head: string, n: (r: Run) => number, from?: number, width = "80px"): Column<Run> => ({ id, head, width, right: true, from, cell: (r) => (r.state !== "closed" ? "" : n(r) === 0 ? <Text span c="dimmed" inherit>0</Text> : count(n(r))) });

const columns: Column<Run>[] = [
  { id: "at", head: "Began", width: "minmax(150px, 2fr)", cell: (r) => <A {...target(r)} fw={500} tabIndex={-1}><Time at={r.started_at} /></A> },
  { id: "source", head: "Source", width: "minmax(120px, 2fr)", cell: (r) => r.source },
  { id: "state", head: "State", width: "100px", cell: (r) => <State value={r.state} note={r.error} /> },
  number("objects", "Objects", (r) => r.objects),
  number("new", "New", (r) => r.new, 640),
  number("changed", "Changed", (r) => r.changed, 640),
  number("missing", "Gone", (r) => r.missing, 700),
  number("unknown", "Unknown", (r) => r.unknown, 900),
  number("quarantined", "Not read", (r) => r.quarantined, 900),
  number("duplicates", "Claimed twice", (r) => r.duplicates, 1300, "108px"),
  { id: "against", head: "Held against", width: "minmax(190px, 3fr)", from: 1080, cell: (r) => <Against of={r} /> },
  { id: "error", head: "Why it broke off", width: "minmax(100px, 2fr)", from: 1250, cell: (r) => <span title={r.error}>{r.error}</span> },
];

const files: Export<Run>[] = (["seq", "id", "source", "state", "started_at", "closed_at", "by", "objects", "new", "changed", "missing", "unknown", "quarantined", "duplicates", "snapshot", "entry", "error"] as const).map((name) => ({ name, value: (r: Run) => r[name] }));
files.push({ name: "held_against", value: (r) => r.against?.map((a) => a.name || a.baseline).join(" ") }, { name: "run_before", value: (r) => r.against?.map((a) => a.before).filter(Boolean).join(" ") });

/** The run before, and each baseline. */
function Against({ of: r }: { of: Run }) {
  const list = r.against ?? [];
  if (list.length === 0) return <Text span c="dimmed" inherit>{r.state === "closed" ? "nothing yet" : ""}</Text>;
  return <span className="against">{list.map((a) => <span key={a.baseline}>{a.kind === "last_run" ? (a.before ? <A to="/inventory/runs/$id" params={{ id: a.before }}>the run before</A> : "no run before it") : <A to="/drift/baselines/$id" params={{ id: a.baseline }}>{a.name || "a baseline"}</A>}{a.new + a.reopened > 0 && `: ${count(a.new + a.reopened)} found`}</span>)}</span>;
}

function Card({ of: r }: { of: Run }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between"><Text size="sm" fw={600}>{r.source}</Text><State value={r.state} /></Group>
      <Text size="xs" c="dimmed"><Time at={r.started_at} /></Text>
      <Text size="xs" lineClamp={2}>{runSentence(r)}</Text>
    </>
  );
}

export default function Runs() {
  const [values, set] = useFilters(fields);
  const q = useRuns(values);
  const { id: tenant, param } = useTenant();
  const filtered = Object.values(values).some((v) => v !== undefined);
  return (
    <>
      <PageHeader title="Runs" tab="Runs" lead="Each run is one observation of one source. Closed, it never changes and stands in the tenant’s log." actions={<><Curl path={q.url} /><Download name={`runs-${tenant}`} rows={q.rows} columns={files} all={(tell) => readAll("/api/v1/inventory/runs", { ...values, tenant: param } as never, tell)} /></>} />
      <Parts here="/inventory/runs" />
      <Group gap={6} align="flex-start" className="picker-row">
        <FilterBar fields={runFields} values={values} set={set} />
        <SourcePicker value={typeof values.source === "string" ? values.source : undefined} set={(v) => set({ source: v })} />
      </Group>
      {q.error && <Failed error={q.error} what="The runs could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Runs" rows={q.rows} columns={columns} rowKey={(r) => r.id} open={target} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 520, height: 96, cell: (r) => <Card of={r} /> }}
          empty={filtered ? <Empty icon="filter" title="No run fits these filters" /> : <Empty icon="history" title="No run yet" command={observe}>A run reads an export and records what it saw.</Empty>}
        />
      )}
    </>
  );
}
