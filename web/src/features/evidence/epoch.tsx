// One entry of the log of logs, with its proof.
import "./evidence.css";
import { Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { A, Answer, count, Curl, Id, KeyValue, PageHeader, Panel, plural, Time } from "@/ui";
import { holds, keyParts, levelWords, readCheckpoint } from "./logic";
import { EntryLink, Level, SaveButton } from "./pieces";
import { useLogs, useRoot } from "./queries";

export default function EpochPage() {
  const { index = "" } = useParams({ strict: false });
  const q = useApi("/api/v1/evidence/epochs/{index}", { path: { index } });
  return <Answer of={q} what="The epoch could not be read.">{(e) => <One of={e} />}</Answer>;
}

function One({ of: e }: { of: Schemas["EpochDetail"] }) {
  const own = useLogs().data?.items.find((l) => l.kind === "tenant");
  const status = useRoot();
  const names = new Map((status.data?.witnesses ?? []).map((w) => [w.vkey.split("+")[1] ?? "", w.name]));
  const title = e.kind === "epoch" ? `Epoch ${count(e.index)}` : e.kind === "key" ? "A log key changed" : "The beginning of the log of logs";
  const checkpoint = readCheckpoint(e.proof.slice(e.proof.indexOf("\n\n") + 2));
  return (
    <>
      <PageHeader back={{ to: "/evidence/epochs", label: "Epochs" }} title={title} tab={title} badges={<Level value={e.level} />} lead={<Time at={e.at} />} actions={<Curl path={buildUrl("/api/v1/evidence/epochs/{index}", { index: e.index })} />} />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Panel title="What it holds">
            <Stack gap="xs">
              <Text fw={600}>{holds(e)}</Text>
              {e.own && own && <Text size="sm">From <EntryLink log={own.id} index={e.own.since} /> to <EntryLink log={own.id} index={e.own.size - 1} />: who has this epoch can prove that they stood in your log at <Time at={e.at} />, and that nobody changed them since.</Text>}
              {e.kind === "key" && <Text size="sm"><A to="/evidence/keys" inherit>Keys that sign the logs</A></Text>}
              <pre className="evidence-note" tabIndex={0} role="region" aria-label="The entry’s text">{e.entry}</pre>
            </Stack>
          </Panel>
          <Panel title="Proof" aside={<SaveButton name={`epoch-${e.index}.tlog-proof`} text={e.proof} label="Download" />}>
            <Stack gap="xs">
              <Text size="sm">That the log of logs holds this entry, against the checkpoint at its end.</Text>
              <pre className="evidence-note" tabIndex={0} role="region" aria-label="The proof" style={{ maxHeight: 320, overflow: "auto" }}>{e.proof}</pre>
            </Stack>
          </Panel>
        </Stack>
        <Panel title="Facts">
          <KeyValue rows={[
            ["Proven by", levelWords[e.level].means],
            ["Logs in it", e.tenants !== undefined && count(e.tenants)],
            ["Your place", e.own && `number ${e.own.slot}, always the same`],
            ["Root", e.root && <Id key="r" value={e.root} short label="the root" />],
            ["Key", e.vkey && <Id key="k" value={e.vkey} short label={`key ${keyParts(e.vkey).id}`} />],
            ["Checkpoint", checkpoint && `of ${plural(checkpoint.size, "entry", "entries")}`],
            ...(checkpoint?.signatures ?? []).map((s, i): [string, React.ReactNode] => [i === 0 ? "Signed by" : "and by", <span key={s.key}>{names.has(s.key) ? `witness ${names.get(s.key)}` : s.kind === "signature" ? "this server" : s.name} <Text span size="xs" c="dimmed">({s.key})</Text>{s.at && <Text span size="xs" c="dimmed"> <Time at={s.at} /></Text>}</span>]),
          ]} />
        </Panel>
      </div>
    </>
  );
}
