// One attestation: what the module signed, opened, and the proof that the log holds it.
import "./evidence.css";
import { jsonText } from "@/api/exact";
import { Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { A, Answer, Curl, Id, JsonView, KeyValue, PageHeader, Panel, Time } from "@/ui";
import { levelWords, type Entry } from "./logic";
import { Commands, EntryLink, Level, SaveButton } from "./pieces";
import { readStatement } from "./statement";

export default function AttestationPage() {
  const { id = "" } = useParams({ strict: false });
  const q = useApi("/api/v1/evidence/attestations/{id}", { path: { id } });
  return <Answer of={q} what="The attestation could not be read.">{(r) => <One of={r} id={id} />}</Answer>;
}

function One({ of: r, id }: { of: Schemas["Receipt"]; id: string }) {
  const s = readStatement(r.openings);
  const level = (r.level in levelWords ? r.level : "committed") as Entry["level"];
  const title = s?.type ? `Attestation: ${s.type}` : "Attestation";
  const name = `attestation-${id}.json`;
  return (
    <>
      <PageHeader back={s?.module ? { to: "/evidence/modules/$id", params: { id: s.module }, label: "Its module" } : { to: "/evidence/modules", label: "Modules" }} title={title} tab={title} badges={<Level value={level} />} lead={s?.time && <>Signed <Time at={s.time} /></>} actions={<Curl path={buildUrl("/api/v1/evidence/attestations/{id}", { id })} />} />
      <div className="two-columns">
        <Panel title="What is attested">{s ? <JsonView value={s.data} label="What is attested" /> : <Text size="sm">What was signed was erased or deleted after its retention. That it was attested, when, and with which key, is still proven.</Text>}</Panel>
        <Stack gap="md" miw={0}>
          <Panel title="Facts">
            <KeyValue rows={[
              ["Of", s && s.subjects.length > 0 && <Stack key="s" gap={4}>{s.subjects.map((x) => <span key={x.name}>{x.name} {x.digest && <Id value={x.digest} short label="its SHA-256" />}</span>)}</Stack>],
              ["Number", s?.counter],
              ["Module", s?.module && <A key="m" to="/evidence/modules/$id" params={{ id: s.module }}>Open it</A>],
              ["Signed with", s?.keys.map((k) => <Id key={k} value={k} short label="the key" />)],
              ["In the log", <EntryLink key="e" log={r.log} index={r.index}>entry {r.index}</EntryLink>],
              ["Proven by", levelWords[level].means],
            ]} />
          </Panel>
          <Panel title="Take the proof away">
            <Stack gap="sm">
              <div><SaveButton name={name} type="application/json" text={`${jsonText(r, 2)}\n`} label="Download the receipt" /></div>
              <Commands of={[[`frostgate evidence verify ${name} --trust keys.txt`, "Checks it anywhere, without a network; with --module-key the module’s own signature too:"]]} />
            </Stack>
          </Panel>
        </Stack>
      </div>
    </>
  );
}
