// One module: its keys, what it attested, and how it ended.
import "./evidence.css";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi, usePages } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas, useIdentity } from "@/app/session";
import { A, Answer, Badge, count, Curl, Empty, Icon, Id, KeyValue, PageHeader, Panel, plural, Time, Who } from "@/ui";
import { keyParts, moduleStates, type Module } from "./logic";
import { NewToken, Revoke } from "./module-forms";
import { ModuleState } from "./modules";
import { EntryLink, Say } from "./pieces";
import { useLogs } from "./queries";

export default function ModulePage() {
  const { id = "" } = useParams({ strict: false });
  const q = useApi("/api/v1/modules/{id}", { path: { id } });
  return <Answer of={q} what="The module could not be read.">{(m) => <One of={m} />}</Answer>;
}

function One({ of: m }: { of: Module }) {
  const log = useLogs().data?.items.find((l) => l.kind === "tenant")?.id;
  return (
    <>
      <PageHeader back={{ to: "/evidence/modules", label: "Modules" }} title={m.name} tab={m.name} badges={<ModuleState of={m} />} lead={moduleStates[m.status].means} actions={<Curl path={buildUrl("/api/v1/modules/{id}", { id: m.id })} />} />
      {m.status === "revoked" ? (
        <Panel><Say tone="wait" title={<>Revoked <Time at={m.revoked_at} relative /> by <Who id={m.revoked_by} plain /></>}><Text size="sm">{m.revoke_reason ? `“${m.revoke_reason}”. ` : ""}What it attested before stays and still verifies.</Text></Say></Panel>
      ) : <Actions of={m} />}
      <div className="two-columns" style={{ marginTop: 16 }}>
        <Stack gap="md" miw={0}>
          <Keys of={m} log={log} />
          <Attested of={m} />
        </Stack>
        <Panel title="Facts">
          <KeyValue rows={[
            ["Kind", m.kind],
            ["May attest", m.types.join(", ")],
            ["Attested last", <Time key="l" at={m.last_attested_at} relative />],
            ["Counter", `${count(m.counter)}; the next must be greater`],
            ["Registered", <><Time at={m.created_at} /> by <Who id={m.created_by} plain /></>],
            ["Last change", log && <EntryLink key="e" log={log} index={m.last_index}>entry {count(m.last_index)} of your log</EntryLink>],
            ["ID", <Id key="i" value={m.id} />],
          ]} />
        </Panel>
      </div>
    </>
  );
}

function Actions({ of: m }: { of: Module }) {
  const edit = useEdit();
  const may = useHas()("modules:write");
  const [asked, setAsked] = useState<"token" | "revoke">();
  if (!may) return null;
  if (!edit.on) return <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to revoke it or to make a token</Button>;
  return (
    <Group gap={6}>
      <Button variant="light" leftSection={<Icon name="key" size={14} />} onClick={() => setAsked("token")}>Make a token</Button>
      <Button variant="default" leftSection={<Icon name="block" size={14} />} onClick={() => setAsked("revoke")}>Revoke the module</Button>
      {asked === "token" && <NewToken of={m} close={() => setAsked(undefined)} />}
      {asked === "revoke" && <Revoke of={m} close={() => setAsked(undefined)} />}
    </Group>
  );
}

const keyWords: Record<Schemas["ModuleKey"]["status"], ["good" | "info" | "none" | "critical", string]> = {
  active: ["good", "signs"], ending: ["info", "replaced, still good"], ended: ["none", "ended"], revoked: ["critical", "revoked"],
};

function Keys({ of: m, log }: { of: Module; log?: string }) {
  const edit = useEdit();
  const may = useHas()("modules:write") && edit.on && m.status !== "revoked";
  const [asked, setAsked] = useState<string>();
  const tenant = useIdentity().tenant_id;
  return (
    <Panel title={plural(m.keys.length, "key")} flush>
      {m.keys.length === 0 ? <Empty icon="key" title="It has not enrolled yet" command="frostgate modules enrol module.key --token-file token.txt">Run this on the module’s machine, with its token and any key of tenant {tenant}. The private key never leaves that machine.</Empty> : (
        <ul className="evidence-rows">
          {[...m.keys].reverse().map((k) => {
            const [tone, word] = keyWords[k.status];
            return (
              <li key={k.id}>
                <Group justify="space-between" gap="xs" wrap="nowrap">
                  <Group gap={8}><Badge tone={tone} icon={tone === "good" ? "check" : tone === "critical" ? "block" : "clock"}>{word}</Badge><span>Key {keyParts(k.vkey).id} <Id value={k.vkey} short label="the key" /></span></Group>
                  {may && (k.status === "active" || k.status === "ending") && <Button size="compact-xs" variant="default" onClick={() => setAsked(k.id)} aria-label={`Revoke key ${keyParts(k.vkey).id}`}>Revoke</Button>}
                </Group>
                <Text size="xs" c="dimmed" component="p" m={0}>Came in <Time at={k.created_at} />{log && <> by <EntryLink log={log} index={k.index} /></>}{k.not_after && <>, good until <Time at={k.not_after} /></>}{k.revoked_at && <>, revoked <Time at={k.revoked_at} /></>}</Text>
              </li>
            );
          })}
        </ul>
      )}
      {asked && <Revoke of={m} keyId={asked} close={() => setAsked(undefined)} />}
    </Panel>
  );
}

function Attested({ of: m }: { of: Module }) {
  const q = usePages("/api/v1/evidence/attestations", { query: { module: m.id, limit: 25 } });
  const may = useHas()("evidence:read");
  if (!may) return null;
  return (
    <Panel title="What it attested" flush aside={<Curl path={q.url} />}>
      <Answer of={{ ...q, data: q.data }} what="Its attestations could not be read.">
        {() => q.rows.length === 0 ? <Empty icon="evidence" title="Nothing yet" command={`frostgate modules attest module.key result.json --type ${m.types[0] ?? "scan"}`}>What is attested is a JSON object; the module signs it and sends it with a counter that only rises.</Empty> : (
          <ul className="evidence-rows">
            {q.rows.map((a) => <li key={a.id}><Group justify="space-between" gap="xs" wrap="nowrap"><span><A to="/evidence/attestations/$id" params={{ id: a.id }} fw={500}>{a.type}</A> <Text span size="xs" c="dimmed">number {count(a.counter)}, entry {count(a.index)}, key {a.key_id.split("+").at(-1)}</Text></span><Text size="xs" c="dimmed"><Time at={a.at} relative /></Text></Group></li>)}
            {q.hasNextPage && <li><Button size="compact-xs" variant="subtle" loading={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>Load more</Button></li>}
          </ul>
        )}
      </Answer>
    </Panel>
  );
}
