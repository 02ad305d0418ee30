// One log: its signed checkpoint, how to check it elsewhere, and its entries.
import "./evidence.css";
import { Group, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useApi, usePages } from "@/api/hooks";
import { A, Answer, Badge, count, Curl, DataTable, Download, Empty, Failed, FilterBar, Id, KeyValue, PageHeader, Panel, plural, Time, useFilters, type Column, type Field, InHeader } from "@/ui";
import { kindOptions, kindWords, readCheckpoint, sentence, type Entry, type Log } from "./logic";
import { Commands, Level, Parts, SaveButton, Say, useText } from "./pieces";
import { useLogs, useRoot } from "./queries";

export default function LogPage() {
  const { log = "" } = useParams({ strict: false });
  const q = useLogs();
  return (
    <Answer of={q} what="The log could not be read.">
      {(page) => {
        const found = page.items.find((l) => l.id === log);
        return found ? <One of={found} /> : <Empty icon="list" title="Your tenant has no such log">It may be another tenant’s: sign in with a key of that tenant. <A to="/evidence/logs" inherit>Your logs</A></Empty>;
      }}
    </Answer>
  );
}

function One({ of: l }: { of: Log }) {
  const root = l.kind === "root";
  const title = root ? "The log of logs" : "Your log";
  return (
    <>
      <PageHeader back={{ to: "/evidence/logs", label: "Logs" }} title={title} tab={title} badges={l.problem ? <Badge tone="critical" icon="alert">damaged</Badge> : undefined} lead={<>{plural(l.size, "entry", "entries")}{l.grown_at && <>, the last <Time at={l.grown_at} relative /></>}</>} />
      <Parts here="/evidence/logs" />
      <Stack gap="md">
        {l.problem && <Panel><Say tone="critical" title="Nothing of this log is signed any more"><Text size="sm">{sentence(l.problem)}</Text></Say></Panel>}
        <div className="two-columns">
          {!l.problem && <CheckpointPanel of={l} />}
          <Panel title="Check it elsewhere">
            <Commands of={[
              ["frostgate evidence key > keys.txt", "The keys to pin. Better: get them by another way than this server."],
              [`frostgate evidence export ./log${root ? " --root" : ""} --trust keys.txt`, "The log as plain files, which any reader of the public format takes."],
              ["frostgate evidence fsck ./log --trust keys.txt", "From here on without a network: every entry, every hash, the root and its signature."],
              [`frostgate evidence compare old.note ${noteName(l)} --trust keys.txt`, "Holds the checkpoint against one that you saved before."],
            ]} />
          </Panel>
        </div>
        {root ? <Text size="sm">Its entries are the epochs: <A to="/evidence/epochs" inherit>see them</A>.</Text> : <Entries of={l} />}
      </Stack>
    </>
  );
}

const noteName = (l: Log) => `checkpoint-${l.id}-${l.size}.note`;

function CheckpointPanel({ of: l }: { of: Log }) {
  const url = l.kind === "root" ? "/api/v1/evidence/root/checkpoint" : `/api/v1/evidence/logs/${l.id}/checkpoint`;
  const q = useText(url);
  const keys = useApi("/api/v1/evidence/signing-keys");
  const status = useRoot();
  const known = new Map((keys.data?.items ?? []).map((k) => [k.id, `this server’s key, ${k.state}`]));
  const witnesses = new Map((status.data?.witnesses ?? []).map((w) => [w.vkey.split("+")[1] ?? "", `witness ${w.name}`]));
  return (
    <Panel title="Signed checkpoint" aside={<Curl path={url} />}>
      <Answer of={q} what="The checkpoint could not be read.">
        {(text) => {
          const c = readCheckpoint(text);
          return (
            <Stack gap="sm">
              {c && (
                <KeyValue rows={[
                  ["Log", c.origin], ["Entries", count(c.size)], ["Root", <Id key="r" value={c.root} short label="the root" />],
                  ...c.signatures.map((s, i): [string, React.ReactNode] => [i === 0 ? "Signed by" : "and by", <span key={s.key}>{known.get(s.key) ?? witnesses.get(s.key) ?? s.name} <Text span size="xs" c="dimmed">({s.key})</Text>{s.at && <Text span size="xs" c="dimmed"> <Time at={s.at} /></Text>}</span>]),
                ]} />
              )}
              <pre className="evidence-note" tabIndex={0} role="region" aria-label="The checkpoint as it is signed">{text}</pre>
              <Group gap={6}><SaveButton name={noteName({ ...l, size: c?.size ?? l.size })} text={text} label="Download as a signed note" /></Group>
            </Stack>
          );
        }}
      </Answer>
    </Panel>
  );
}

const fields: Field[] = [
  { kind: "one", key: "kind", label: "Kind", options: kindOptions },
  { kind: "text", key: "below", label: "Entries below number", placeholder: "Below entry…", main: true },
];

const gone = (e: Entry) => (e.payload_gone ? (e.payload_gone.why === "erased" ? "erased" : "deleted") : "kept");

const columns: Column<Entry>[] = [
  { id: "index", head: "Entry", width: "80px", right: true, cell: (e) => count(e.index) },
  { id: "kind", head: "What", width: "minmax(140px, 2fr)", cell: (e) => <Text span fw={500} inherit>{kindWords(e.kind)}</Text> },
  { id: "at", head: "Recorded", width: "150px", cell: (e) => <Time at={e.at} /> },
  { id: "level", head: "Proven by", width: "110px", cell: (e) => <Level value={e.level} /> },
  { id: "payload", head: "Payload", width: "80px", from: 640, cell: (e) => <Text span inherit c={e.payload_gone ? undefined : "dimmed"}>{gone(e)}</Text> },
  { id: "leaf", head: "Hash", width: "minmax(150px, 1fr)", from: 900, cell: (e) => <Id value={e.leaf_hash} short label="the entry’s hash" /> },
];

function Entries({ of: l }: { of: Log }) {
  const [values, set] = useFilters(fields);
  const below = Number(values.below);
  const query = { kind: typeof values.kind === "string" ? values.kind : undefined, below: Number.isInteger(below) && below > 0 ? below : undefined, limit: 100 };
  const q = usePages("/api/v1/evidence/logs/{log}/entries", { path: { log: l.id }, query });
  return (
    <div>
      <FilterBar fields={fields} values={values} set={set} />
      <InHeader><Curl path={q.url} /><Download name={`entries-${l.id}`} rows={q.rows} columns={(["index", "id", "kind", "at", "level", "leaf_hash", "signer"] as const).map((name) => ({ name, value: (e: Entry) => e[name] }))} more={q.hasNextPage} /></InHeader>
      {q.error && <Failed error={q.error} what="The entries could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Entries" rows={q.rows} columns={columns} rowKey={(e) => String(e.index)} open={(e) => ({ to: "/evidence/logs/$log/entries/$index", params: { log: l.id, index: String(e.index) } })}
          loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 520, height: 62, cell: (e) => <><Group gap={6} wrap="nowrap" justify="space-between"><Text size="sm" fw={600} truncate>{count(e.index)} {kindWords(e.kind)}</Text><Level value={e.level} /></Group><Text size="xs" c="dimmed"><Time at={e.at} />{e.payload_gone && `, payload ${gone(e)}`}</Text></> }}
          empty={<Empty icon="filter" title="No entry fits">Every log begins with one entry, so a filter leaves them all out.</Empty>}
        />
      )}
    </div>
  );
}
