// The keys that sign the logs: which, since when, and how to change them.
import "./evidence.css";
import { Stack, Text } from "@mantine/core";
import { useApi } from "@/api/hooks";
import { A, Answer, Badge, count, Curl, Id, KeyValue, PageHeader, Panel, plural, Time } from "@/ui";
import { keyParts, keyStates, type SigningKey } from "./logic";
import { Commands, Parts, SaveButton } from "./pieces";

export default function Keys() {
  const q = useApi("/api/v1/evidence/signing-keys");
  return (
    <>
      <PageHeader title="Keys that sign the logs" tab="Signing keys" lead="Whoever checks evidence pins these. They live outside the database; the log of logs tells when each came and went." actions={<Curl path="/api/v1/evidence/signing-keys" />} />
      <Parts here="/evidence/keys" />
      <Answer of={q} what="The keys could not be read.">{(page) => <All of={page.items} />}</Answer>
    </>
  );
}

/** As verify --trust reads it. */
const trustFile = (keys: readonly SigningKey[]) => [...keys].reverse().filter((k) => k.state !== "revoked").map((k) => `# ${k.state}${k.issued_at ? ` since ${k.issued_at.slice(0, 19)}Z` : ""}\n${k.vkey}\n`).join("");

function All({ of: keys }: { of: SigningKey[] }) {
  const signing = keys.filter((k) => k.state === "active" || k.state === "retiring").length;
  return (
    <div className="two-columns">
      <Stack gap="md" miw={0}>
        {[...keys].reverse().map((k) => <One key={k.id} of={k} />)}
      </Stack>
      <Stack gap="md" miw={0}>
        <Panel title="Pin them">
          <Stack gap="sm">
            <Text size="sm">{plural(signing, "key signs", "keys sign")} now. Give this file to who verifies, by another way than the evidence itself.</Text>
            <div><SaveButton name="keys.txt" text={trustFile(keys)} label="Download keys.txt" /></div>
            <Commands of={[["frostgate evidence verify evidence.bundle --trust keys.txt"]]} />
          </Stack>
        </Panel>
        <Panel title="Change a key">
          <Stack gap="sm">
            <Text size="sm">On the server’s machine, in its data folder; the server reads the keys when it starts. Old evidence keeps verifying.</Text>
            <Commands of={[
              ["frostgate signing-keys issue --data-dir ./state", "A new key signs beside the old one after a restart; hand it to verifiers and witnesses."],
              ["frostgate signing-keys retire ID --data-dir ./state", "Then the old one stops signing; what it signed still verifies."],
              ["frostgate signing-keys revoke ID --data-dir ./state --reason TEXT", "Only when it was stolen: it is trusted for nothing any more."],
            ]} />
          </Stack>
        </Panel>
      </Stack>
    </div>
  );
}

const at = (index: number | undefined, when: string | undefined) => when && <><Time at={when} />{index !== undefined && <>, <A to="/evidence/epochs/$index" params={{ index: String(index) }}>entry {count(index)} of the log of logs</A></>}</>;

function One({ of: k }: { of: SigningKey }) {
  const w = keyStates[k.state];
  const parts = keyParts(k.vkey);
  return (
    <Panel title={`Key ${k.id}`} aside={<Badge tone={w.tone} icon={k.state === "active" ? "check" : k.state === "revoked" ? "block" : "clock"}>{k.state}</Badge>}>
      <Stack gap="xs">
        <Text size="sm">{w.means}{k.reason && ` “${k.reason}”`}</Text>
        <KeyValue rows={[
          ["Name", parts.name],
          ["Public key", <Id key="v" value={k.vkey} />],
          ["Issued", at(k.issued_index, k.issued_at)],
          [k.state === "revoked" ? "Revoked" : "Retired", at(k.ended_index, k.ended_at)],
          ["In this state", k.since && <>since <Time at={k.since} /></>],
        ]} />
      </Stack>
    </Panel>
  );
}
