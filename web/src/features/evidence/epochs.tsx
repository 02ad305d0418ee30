// The log of logs over time: what each epoch holds, and how far witnesses have followed.
import "./evidence.css";
import { Group, Stack, Text } from "@mantine/core";
import { usePages } from "@/api/hooks";
import { A, Answer, count, Curl, DataTable, Download, Empty, Failed, Id, PageHeader, Panel, plural, Time, type Column } from "@/ui";
import { holds, isBehind, sentence, type Epoch, type RootStatus } from "./logic";
import { Level, Parts, Say } from "./pieces";
import { useRoot } from "./queries";

const columns: Column<Epoch>[] = [
  { id: "index", head: "Epoch", width: "76px", right: true, cell: (e) => count(e.index) },
  { id: "at", head: "Closed", width: "150px", cell: (e) => <Time at={e.at} /> },
  { id: "holds", head: "What it holds of your log", width: "minmax(180px, 3fr)", cell: (e) => <Text span inherit c={e.kind === "epoch" && !e.own ? "dimmed" : undefined}>{holds(e)}</Text> },
  { id: "level", head: "Proven by", width: "110px", cell: (e) => <Level value={e.level} /> },
  { id: "tenants", head: "Logs in it", width: "80px", right: true, from: 760, cell: (e) => (e.tenants ? count(e.tenants) : "") },
  { id: "root", head: "Root", width: "minmax(150px, 1fr)", from: 960, cell: (e) => e.root && <Id value={e.root} short label="the root" /> },
];

export default function Epochs() {
  const status = useRoot();
  const q = usePages("/api/v1/evidence/epochs", { query: { limit: 100 } }, { refetchInterval: 15_000 });
  return (
    <>
      <PageHeader title="Epochs" tab="Epochs" lead="About once a second, while there is work, the checkpoints of all logs go into one epoch of the log of logs." actions={<><Curl path={q.url} /><Download name="epochs" rows={q.rows} columns={(["index", "kind", "at", "level", "tenants", "root"] as const).map((name) => ({ name, value: (e: Epoch) => e[name] }))} more={q.hasNextPage} /></>} />
      <Parts here="/evidence/epochs" />
      <Stack gap="md">
        <Answer of={status} what="The state of the log of logs could not be read.">{(s) => <Panel><Stands of={s} /></Panel>}</Answer>
        {q.error && <Failed error={q.error} what="The epochs could not be read." retry={() => void q.refetch()} />}
        {!(q.error && q.rows.length === 0) && (
          <DataTable
            label="Epochs" rows={q.rows} columns={columns} rowKey={(e) => String(e.index)} open={(e) => ({ to: "/evidence/epochs/$index", params: { index: String(e.index) } })} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
            narrow={{ below: 520, height: 62, cell: (e) => <><Group gap={6} wrap="nowrap" justify="space-between"><Text size="sm" fw={600} truncate>{count(e.index)} <Text span size="xs" c="dimmed"><Time at={e.at} /></Text></Text><Level value={e.level} /></Group><Text size="xs" truncate>{holds(e)}</Text></> }}
            empty={<Empty icon="clock" title="No epoch yet">The first comes with the first entry of any log.</Empty>}
          />
        )}
      </Stack>
    </>
  );
}

function Stands({ of: s }: { of: RootStatus }) {
  if (s.alarm) return <Say tone="critical" title="Nothing is anchored any more"><Text size="sm">{sentence(s.alarm)}</Text></Say>;
  const lag = s.size - s.cosigned_size;
  if (s.witnesses.length === 0) return <Say tone="good" title={`${plural(s.size, "entry", "entries")}, each signed`}><Text size="sm" c="dimmed">Nobody outside has cosigned them: there is no witness. <A to="/evidence/witnesses" inherit underline="always">Add one</A></Text></Say>;
  if (isBehind(s)) return <Say tone="wait" title={lag === 0 ? "Too few witnesses answer" : `The witnesses are behind by ${plural(lag, "entry", "entries")}`}><Text size="sm" c="dimmed">{s.cosigned_at ? <>A quorum cosigned last <Time at={s.cosigned_at} relative />. </> : "A quorum never cosigned. "}<A to="/evidence/witnesses" inherit underline="always">See which</A></Text></Say>;
  return <Say tone="good" title={lag === 0 ? `All ${plural(s.size, "entry", "entries")} are witnessed` : `${count(s.cosigned_size)} of ${plural(s.size, "entry", "entries")} are witnessed`}><Text size="sm" c="dimmed">Cosigned last <Time at={s.cosigned_at} relative />.</Text></Say>;
}
