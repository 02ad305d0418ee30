// One entry of the log: what it records, how it is proven, and the proof to take away.
import "./evidence.css";
import { Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl, type Schemas } from "@/api/client";
import { jsonText, parseExact } from "@/api/exact";
import { useApi } from "@/api/hooks";
import { Answer, Badge, ButtonLink, count, Curl, Icon, Id, JsonView, KeyValue, PageHeader, Panel, Time } from "@/ui";
import { kindWords, levelWords, sentence, subjectOf } from "./logic";
import { Commands, EntryLink, Level, SaveButton, Say } from "./pieces";

export default function EntryPage() {
  const { log = "", index = "" } = useParams({ strict: false });
  const q = useApi("/api/v1/evidence/logs/{log}/entries/{index}", { path: { log, index } });
  return <Answer of={q} what="The entry could not be read.">{(e) => <One of={e} log={log} />}</Answer>;
}

function parsed(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

function One({ of: e, log }: { of: Schemas["LogEntryDetail"]; log: string }) {
  const subject = subjectOf(e);
  const name = `receipt-${e.id}.json`;
  const value = parsed(e.entry);
  return (
    <>
      <PageHeader
        back={{ to: "/evidence/logs/$log", params: { log }, label: "Your log" }} title={`Entry ${count(e.index)}`} tab={`Entry ${e.index}`} badges={e.problem ? <Badge tone="critical" icon="alert">damaged</Badge> : <Level value={e.level} />} lead={<>{kindWords(e.kind)}{e.at && <>, recorded <Time at={e.at} /></>}</>}
        actions={<><Curl path={buildUrl("/api/v1/evidence/logs/{log}/entries/{index}", { log, index: e.index })} />{subject && <ButtonLink to={subject.to} params={subject.params} leftSection={<Icon name="right" size={14} />}>{subject.label}</ButtonLink>}</>}
      />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          {e.problem && <Panel><Say tone="critical" title="This entry can’t be proven any more"><Text size="sm">{sentence(e.problem)}</Text></Say></Panel>}
          <Panel title="What is hashed">
            <Stack gap="xs">
              {value === undefined ? <pre className="evidence-note" tabIndex={0} role="region" aria-label="The entry’s text">{e.entry}</pre> : <JsonView value={value} label="The entry’s text" />}
              <Text size="xs" c="dimmed">{e.problem && "What shows here is what is stored now, not what was recorded. "}It holds nothing personal: the payload stands beside it, sealed, and the entry holds salted commitments to it.</Text>
            </Stack>
          </Panel>
        </Stack>
        <Stack gap="md" miw={0}>
          <Panel title="Facts">
            <KeyValue rows={[
              ["Proven by", e.problem ? "Nothing: there is no receipt." : levelWords[e.level].means],
              [e.problem ? "Hash in the log" : "Hash", <Id key="h" value={e.leaf_hash} short label="the entry’s hash" />],
              ["Signed by", e.signer],
              ["Before it", e.prev !== undefined && <EntryLink key="p" log={log} index={e.prev} />],
              ["Payload", e.payload_gone ? <>{e.payload_gone.why === "erased" ? "erased" : "deleted when its retention was over"}, as <EntryLink log={log} index={e.payload_gone.by} /> says; the proof stays valid</> : "kept"],
              ["ID", <Id key="i" value={e.id} />],
            ]} />
          </Panel>
          {e.receipt && (
            <Panel title="Take the proof away">
              <Stack gap="sm">
                <div><SaveButton name={name} type="application/json" text={`${jsonText(e.receipt, 2)}\n`} label="Download the receipt" /></div>
                <Commands of={[[`frostgate evidence verify ${name} --trust keys.txt`, "Checks it anywhere, without a network:"]]} />
              </Stack>
            </Panel>
          )}
        </Stack>
      </div>
    </>
  );
}
