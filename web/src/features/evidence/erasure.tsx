// The certificate of an erasure.
import "./evidence.css";
import { jsonText } from "@/api/exact";
import { Alert, Group, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import { Answer, ButtonLink, count, Curl, Icon, Id, KeyValue, PageHeader, Panel, plural, Time, Who, ringWord } from "@/ui";
import type { Certificate } from "./logic";
import { Commands, EntryLink, SaveButton, Say } from "./pieces";

export default function ErasurePage() {
  const { id = "" } = useParams({ strict: false });
  const q = useApi("/api/v1/evidence/erasures/{id}", { path: { id } });
  return <Answer of={q} what="The certificate could not be read.">{(c) => <One of={c} id={id} />}</Answer>;
}

/** Clear copies beside the log. */
export function Copies({ of: c }: { of: Certificate }) {
  if (c.copies.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>Copies beside the log</Text>
      <ul className="evidence-points">{c.copies.map((x) => <li key={x.what}>{x.what.replaceAll("_", " ")}: {plural(x.rows, "row")}, {x.kept ? `kept, because ${x.kept}` : c.dry_run ? "would be removed" : "removed"}</li>)}</ul>
    </div>
  );
}

const subjectWords: Record<string, string> = { ip: "an address", user: "a user", host: "a host" };

function One({ of: c, id }: { of: Certificate; id: string }) {
  const title = `${plural(c.payloads, "payload")} about ${subjectWords[c.subject_kind] ?? c.subject_kind} destroyed`;
  const file = `certificate-${id}.json`;
  return (
    <>
      <PageHeader back={{ to: "/evidence/erasures", label: "Erasures" }} title="Certificate of an erasure" tab="Erasure" lead={<>{c.at && <Time at={c.at} />} by <Who id={c.requested_by} plain /></>} actions={<><Curl path={buildUrl("/api/v1/evidence/erasures/{id}", { id })} /><ButtonLink to="/evidence/bundles" search={{ what: "tenant" }} leftSection={<Icon name="box" size={14} />}>Bundle</ButtonLink></>} />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Panel>
            <Say tone={c.complete ? "good" : "wait"} title={title}>
              <Text size="sm">{c.complete ? "All proofs stay valid: that something was decided, when and by which rules can still be shown. What it was about can’t be read here by anybody any more; of backups see below." : "It was interrupted: ask for the same again, and the rest is destroyed."}</Text>
            </Say>
            {c.warning && <Alert color="yellow" variant="light" p="xs" mt="sm">{c.warning}</Alert>}
          </Panel>
          {c.indexes.length > 0 && (
            <Panel title="Entries whose payload is gone" flush>
              <ul className="evidence-rows">{c.indexes.slice(0, 50).map(([first = 0, last = first]) => <li key={first}>{first === last ? <EntryLink log={c.log} index={first} /> : <><EntryLink log={c.log} index={first} /> to <EntryLink log={c.log} index={last} /> ({count(last - first + 1)})</>}</li>)}{c.indexes.length > 50 && <li>and {count(c.indexes.length - 50)} more runs, which the certificate names</li>}</ul>
            </Panel>
          )}
          <Panel title="Beside the log and in backups"><Stack gap="xs"><Copies of={c} /><Text size="sm">{c.backups}</Text></Stack></Panel>
        </Stack>
        <Stack gap="md" miw={0}>
          <Panel title="Facts">
            <KeyValue rows={[
              ["Reason", `“${c.reason}”`],
              ["Subject", <span key="s">{subjectWords[c.subject_kind] ?? c.subject_kind}; its value stands nowhere. <Id value={c.subject} short label="its code" /></span>],
              ["Gone before", c.already_gone > 0 && plural(c.already_gone, "decision")],
              ["Payload keys", c.key_versions.map((k) => `${k.ring ? ringWord(k.ring) : "of no ring"}, version ${k.version}`).join("; ")],
              ["In the log", c.receipt && <EntryLink key="e" log={c.log} index={c.receipt.index} />],
              ["Certificate", <Id key="i" value={id} />],
            ]} />
          </Panel>
          {c.receipt && (
            <Panel title="Take the certificate away">
              <Stack gap="sm">
                <Group><SaveButton name={file} type="application/json" text={`${jsonText(c.receipt, 2)}\n`} label="Download the certificate" /></Group>
                <Commands of={[[`frostgate evidence verify ${file} --trust keys.txt`, "Checks it anywhere, without a network:"]]} />
              </Stack>
            </Panel>
          )}
        </Stack>
      </div>
    </>
  );
}
