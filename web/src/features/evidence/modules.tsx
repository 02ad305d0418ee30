// Modules that sign attestations with their own keys.
import "./evidence.css";
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { usePages } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { A, Badge, Curl, DataTable, Download, Empty, Failed, Icon, PageHeader, Time, type Column } from "@/ui";
import { moduleStates, type Module } from "./logic";
import { NewModule } from "./module-forms";
import { Parts } from "./pieces";

const target = (m: Module) => ({ to: "/evidence/modules/$id", params: { id: m.id } });

export function ModuleState({ of: m }: { of: Pick<Module, "status"> }) {
  const w = moduleStates[m.status];
  return <Badge tone={w.tone} icon={m.status === "active" ? "check" : m.status === "revoked" ? "block" : "clock"} title={w.means}>{w.word}</Badge>;
}

const good = (m: Module) => m.keys.filter((k) => k.status === "active" || k.status === "ending").length;

const columns: Column<Module>[] = [
  { id: "name", head: "Module", width: "minmax(140px, 2fr)", cell: (m) => <A {...target(m)} fw={500} tabIndex={-1}>{m.name}</A> },
  { id: "state", head: "State", width: "100px", cell: (m) => <ModuleState of={m} /> },
  { id: "kind", head: "Kind", width: "minmax(80px, 1fr)", from: 640, cell: (m) => m.kind },
  { id: "types", head: "May attest", width: "minmax(100px, 2fr)", from: 760, cell: (m) => m.types.join(", ") },
  { id: "last", head: "Attested last", width: "130px", cell: (m) => <Time at={m.last_attested_at} relative /> },
  { id: "keys", head: "Good keys", width: "80px", right: true, from: 640, cell: good },
  { id: "made", head: "Registered", width: "150px", from: 960, cell: (m) => <Time at={m.created_at} /> },
];

export default function Modules() {
  const q = usePages("/api/v1/modules", { query: { limit: 100 } });
  const edit = useEdit();
  const may = useHas()("modules:write");
  const [asked, setAsked] = useState(false);
  return (
    <>
      <PageHeader
        title="Modules" tab="Modules" lead="Scanners, agents and pipelines that sign what they attest with their own key. Each step of theirs is in the log."
        actions={<>
          <Curl path={q.url} /><Download name="modules" rows={q.rows} columns={(["id", "name", "kind", "status", "counter", "last_attested_at", "created_at"] as const).map((name) => ({ name, value: (m: Module) => m[name] }))} more={q.hasNextPage} />
          {may && (edit.on ? <Button leftSection={<Icon name="plus" size={14} />} onClick={() => setAsked(true)}>Register a module</Button> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to register</Button>)}
        </>}
      />
      <Parts here="/evidence/modules" />
      {q.error && <Failed error={q.error} what="The modules could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Modules" rows={q.rows} columns={columns} rowKey={(m) => m.id} open={target} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 520, height: 62, cell: (m) => <><Group gap={6} wrap="nowrap" justify="space-between"><Text size="sm" fw={600} truncate>{m.name}</Text><ModuleState of={m} /></Group><Text size="xs" c="dimmed">attested <Time at={m.last_attested_at} relative /></Text></> }}
          empty={<Empty icon="graph" title="No module is registered" command="frostgate modules create scanner-1 --kind scanner --types scan">A module attests what it saw or did: a scan, a patch, a build. Register one, then bring its key in with the one-time token that you get.</Empty>}
        />
      )}
      {asked && <NewModule close={() => setAsked(false)} />}
    </>
  );
}
