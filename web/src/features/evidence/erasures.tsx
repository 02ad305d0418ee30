// Erasures: whose data was destroyed, and that every proof stayed valid.
import "./evidence.css";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { usePages } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { A, count, Curl, DataTable, Download, Empty, Failed, Icon, PageHeader, Panel, plural, Time, type Column } from "@/ui";
import type { Schemas } from "@/api/client";
import { Erase } from "./erase-form";
import { keeps } from "./logic";
import { Parts } from "./pieces";
import { useLogs } from "./queries";
import { Prune, Rekey } from "./retention-forms";

type Item = Schemas["ErasureItem"];
const target = (e: Item) => ({ to: "/evidence/erasures/$id", params: { id: e.id } });
const entry = (e: Item) => Number(e.id.split("-")[1]);

const columns: Column<Item>[] = [
  { id: "at", head: "Erased", width: "minmax(150px, 1fr)", cell: (e) => <A {...target(e)} fw={500} tabIndex={-1}><Time at={e.at} /></A> },
  { id: "entry", head: "Entry of your log", width: "130px", right: true, cell: (e) => count(entry(e)) },
  { id: "cert", head: "Certificate", width: "minmax(140px, 2fr)", cell: (e) => (e.artifacts > 1 ? `in ${plural(e.artifacts, "part")}` : "whole") },
];

export default function Erasures() {
  const q = usePages("/api/v1/evidence/erasures", { query: { limit: 100 } });
  const edit = useEdit();
  const may = useHas()("evidence:erase");
  const [asked, setAsked] = useState(false);
  return (
    <>
      <PageHeader
        title="Erasures" tab="Erasures" lead="What was recorded about a person, host or address can be destroyed. That it was recorded, and when, stays provable."
        actions={<>
          <Curl path={q.url} /><Download name="erasures" rows={q.rows} columns={(["id", "at", "artifacts"] as const).map((name) => ({ name, value: (e: Item) => e[name] }))} more={q.hasNextPage} />
          {may && (edit.on ? <Button color="red.9" leftSection={<Icon name="trash" size={14} />} onClick={() => setAsked(true)}>Erase…</Button> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to erase</Button>)}
        </>}
      />
      <Parts here="/evidence/erasures" />
      <Stack gap="md">
        {q.error && <Failed error={q.error} what="The erasures could not be read." retry={() => void q.refetch()} />}
        {!(q.error && q.rows.length === 0) && (
          <DataTable
            label="Erasures" rows={q.rows} columns={columns} rowKey={(e) => e.id} open={target} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
            narrow={{ below: 420, height: 44, cell: (e) => <Group gap={6} wrap="nowrap" justify="space-between"><Text size="sm" fw={600}><Time at={e.at} /></Text><Text size="xs" c="dimmed">entry {count(entry(e))}</Text></Group> }}
            empty={<Empty icon="trash" title="Nothing was erased" command="frostgate evidence erase --subject user:alice@example.com --reason 'Case 4711' --dry-run">Somebody who may erase names the subject and a reason. FrostGate says first what would be destroyed.</Empty>}
          />
        )}
        <Retention />
      </Stack>
      {asked && <Erase close={() => setAsked(false)} />}
    </>
  );
}

function Retention() {
  const own = useLogs().data?.items.find((l) => l.kind === "tenant");
  const edit = useEdit();
  const may = useHas()("evidence:erase") && edit.on;
  const [asked, setAsked] = useState<"prune" | "rekey">();
  if (!own?.retention) return null;
  const r = own.retention;
  return (
    <Panel title="Retention">
      <Stack gap="xs">
        <Text size="sm">Payloads are kept {keeps(r.payload_days)}, the audit {keeps(r.audit_days)}. {r.payload_days + r.audit_days > 0 ? "What is older is deleted each minute; an entry of the log says so, and every proof stays valid." : "Nothing is deleted by itself."}</Text>
        <Text size="sm" c="dimmed">Backups made before an erasure still hold what was erased, sealed. Once the payload keys are renewed and the old master key is gone, nobody can open it there either.</Text>
        {may && (
          <Group gap={6}>
            <Button variant="default" onClick={() => setAsked("prune")}>Delete what is due now</Button>
            <Button variant="default" onClick={() => setAsked("rekey")}>Renew the payload keys</Button>
          </Group>
        )}
      </Stack>
      {asked === "prune" && <Prune close={() => setAsked(undefined)} />}
      {asked === "rekey" && <Rekey close={() => setAsked(undefined)} />}
    </Panel>
  );
}
