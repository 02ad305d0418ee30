// Who outside watches the log of logs, and whether they keep up.
import "./evidence.css";
import { Stack, Text } from "@mantine/core";
import { useApi } from "@/api/hooks";
import { A, Answer, Badge, count, Curl, Empty, Id, KeyValue, PageHeader, Panel, Time } from "@/ui";
import { isBehind, keyParts, lastOf, policyWords, sentence, witnessState, type RootStatus } from "./logic";
import { Commands, Parts, Say } from "./pieces";
import { useRoot } from "./queries";

export default function Witnesses() {
  const q = useRoot();
  return (
    <>
      <PageHeader title="Witnesses" tab="Witnesses" lead="Independent servers that cosign the log of logs, and refuse when its history was changed." actions={<Curl path="/api/v1/evidence/root" />} />
      <Parts here="/evidence/witnesses" />
      <Answer of={q} what="The state of the witnesses could not be read.">{(s) => (s.witnesses.length === 0 ? <None of={s} /> : <Some of={s} />)}</Answer>
    </>
  );
}

const policyFile = (vkey: string) => `log ${vkey}
witness one witness.example/one+… https://witness.example/one
witness two witness.example/two+… https://witness.example/two
group both 2 one two
quorum both`;

function None({ of: s }: { of: RootStatus }) {
  const key = useApi("/api/v1/evidence/key");
  return (
    <div className="two-columns">
      <Panel>
        <Empty icon="eye" title="Nobody outside watches yet" command="frostgate serve --evidence-witness-policy policy.txt">
          Everything is signed and anchored, but only this server says so. With a witness, a database that was rolled back or rewritten, even with this server’s own keys, is noticed at once. Name the witnesses in a file and start the server with it:
        </Empty>
      </Panel>
      <Panel title="The file">
        <Stack gap="xs">
          <pre className="evidence-note" tabIndex={0} role="region" aria-label="A policy of witnesses">{policyFile(key.data?.vkey ?? `${s.origin}+…`)}</pre>
          <Text size="xs" c="dimmed">Each witness has to know this log: give its operator the name <Id value={s.origin} label="the log’s name" /> and <A to="/evidence/keys" inherit>the key</A>. Without enough cosignatures decisions go on; only the level of proof waits.</Text>
        </Stack>
      </Panel>
    </div>
  );
}

function Some({ of: s }: { of: RootStatus }) {
  const lag = s.size - s.cosigned_size;
  return (
    <Stack gap="md">
      <Panel>
        {s.alarm ? <Say tone="critical" title="The witnesses know another history"><Text size="sm">{sentence(s.alarm)} Nothing is anchored until an operator has looked at it.</Text></Say>
          : isBehind(s) ? <Say tone="wait" title={s.cosigned_size === 0 ? "The witnesses have not cosigned anything yet" : lag === 0 ? "Too few witnesses answer" : `The witnesses are behind: ${lastOf(lag).replace("The", "the")} not witnessed`}><Text size="sm">{policyWords(s)} Decisions go on, and what is recorded is anchored. It becomes witnessed when enough of them are back.</Text></Say>
            : <Say tone="good" title={lag === 0 ? "Everything is witnessed" : `Witnessed up to entry ${count(s.cosigned_size)} of ${count(s.size)}`}><Text size="sm" c="dimmed">{policyWords(s)} Cosigned last <Time at={s.cosigned_at} relative />.</Text></Say>}
      </Panel>
      <div className="evidence-cards">{s.witnesses.map((w) => <One key={w.name} of={w} status={s} />)}</div>
      <Panel title="Check it elsewhere">
        <Commands of={[["frostgate evidence verify evidence.bundle --trust policy.txt", "With the policy as trust, a bundle that not enough witnesses have cosigned is refused:"]]} />
      </Panel>
    </Stack>
  );
}

function One({ of: w, status: s }: { of: RootStatus["witnesses"][number]; status: RootStatus }) {
  const state = witnessState(w, s);
  const key = keyParts(w.vkey);
  return (
    <Panel title={w.name} aside={<Badge tone={state.tone} icon={state.tone === "good" ? "check" : "alert"}>{state.word}</Badge>}>
      <Stack gap="xs">
        <Text size="sm">{state.means}</Text>
        {w.error && <Text size="sm" style={{ overflowWrap: "anywhere" }}>What happened: {sentence(w.error.replace(`witness ${w.name}: `, ""))}</Text>}
        <KeyValue rows={[
          ["Cosigned last", w.last_ok ? <Time key="l" at={w.last_ok} relative /> : "not since the server started"],
          ["Up to entry", w.size > 0 && `${count(w.size)} of ${count(s.size)}`],
          ["Address", w.url],
          ["Key", <span key="k">{key.name} ({key.id}) <Id value={w.vkey} short label="the key" /></span>],
        ]} />
      </Stack>
    </Panel>
  );
}
