// Targets that are never blocked.
import { Button, Group, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useEdit } from "@/app/edit";
import { useEdited } from "@/app/edited";
import type { Search } from "@/app/search";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Badge, Curl, DataTable, Download, Empty, Failed, FilterBar, Icon, PageHeader, plural, Time, useFilters, Who, type Column, type Export } from "@/ui";
import { AddAllow } from "./allow-add";
import { RemoveAllow } from "./allow-remove";
import { allowFields, kindOf, type AllowEntry } from "./logic";
import { Left, useNow } from "./pieces";
import { useAllowList } from "./queries";

function Until({ of: a, now }: { of: AllowEntry; now: number }) {
  if (a.removed_at) return <Badge tone="none" icon="minus">removed</Badge>;
  if (!a.expires_at) return <>until removed</>;
  if (Date.parse(a.expires_at) <= now) return <Badge tone="none" icon="clock">over</Badge>;
  return <Left until={a.expires_at} />;
}

const columns = (now: number): Column<AllowEntry>[] => [
  { id: "value", head: "Never blocked", width: "minmax(150px, 3fr)", cell: (a) => <Text span fw={600} inherit>{a.value}</Text> },
  { id: "kind", head: "Kind", width: "128px", from: 640, cell: (a) => kindOf(a.kind) },
  { id: "reason", head: "Why", width: "minmax(150px, 4fr)", cell: (a) => <span title={a.reason}>{a.reason}</span> },
  { id: "by", head: "By", width: "minmax(100px, 1fr)", from: 800, cell: (a) => <Who id={a.created_by} /> },
  { id: "at", head: "Since", width: "116px", from: 700, cell: (a) => <Time at={a.created_at} relative /> },
  { id: "until", head: "Ends in", width: "116px", cell: (a) => <Until of={a} now={now} /> },
  { id: "history", head: "", width: "60px", from: 900, cell: (a) => <A to="/audit" search={{ target: a.id }} tabIndex={-1} aria-label={`Audit of ${a.value}`}>audit</A> },
];

const files: Export<AllowEntry>[] = (["id", "kind", "value", "reason", "created_by", "created_at", "expires_at", "removed_at", "removed_by"] as const).map((name) => ({ name, value: (a: AllowEntry) => a[name] }));

function Card({ of: a, now }: { of: AllowEntry; now: number }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between"><Text size="xs" c="dimmed">{kindOf(a.kind)}</Text><Text span size="xs"><Until of={a} now={now} /></Text></Group>
      <Text size="sm" fw={600} truncate>{a.value}</Text>
      <Text size="xs" c="dimmed" truncate>{a.reason}</Text>
    </>
  );
}

export default function AllowLists() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const [values, set] = useFilters(allowFields);
  const q = useAllowList(search);
  const edit = useEdit();
  const may = useHas()("enforcements:write");
  const { id: tenant } = useTenant();
  const now = useNow(10_000);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState(false);
  const picked = q.rows.filter((a) => chosen.has(a.id) && !a.removed_at);
  const wanted = may && typeof search.add === "string";
  const adding = edit.on && wanted;
  const ask = (change: Search) => void navigate({ to: ".", search: (s: Search) => ({ ...s, add: undefined, value: undefined, ...change }), replace: true });
  useEdited(wanted, () => ask({}));
  return (
    <>
      <PageHeader
        title="Allow-list" tab="Allow-list"
        lead="What is never blocked: from the next event on, no mitigation is proposed against an entry’s target. What is in force already stays until it ends or is revoked."
        actions={<>{may && (edit.on ? <Button leftSection={<Icon name="plus" size={14} />} onClick={() => ask({ add: "ip" })}>Add an entry</Button> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to add</Button>)}<Curl path={q.url} /><Download name={`allow-list-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></>}
      />
      <FilterBar fields={allowFields} values={values} set={set} />
      {q.error && <Failed error={q.error} what="The allow-list could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Allow-list" rows={q.rows} columns={columns(now)} rowKey={(a) => a.id} selection={may ? { keys: chosen, set: setChosen } : undefined}
          loading={q.isPending} stale={q.isPlaceholderData} pages={q}
          narrow={{ below: 560, height: 78, cell: (a) => <Card of={a} now={now} /> }}
          empty={Object.values(values).some((v) => v !== undefined) ? <Empty icon="filter" title="No entry fits these filters">Entries that have ended show with “Also ended ones”.</Empty> : <Empty icon="shield" title="Nothing is on the allow-list" command={`frostgate allowlists add ip 192.0.2.10 --reason "Our scanner" --for 720h`}>Put what must never be blocked here: your own scanners, offices, a partner’s network. In edit mode above, or on the command line:</Empty>}
        />
      )}
      {picked.length > 0 && (
        <Group className="selection-bar" justify="space-between" role="region" aria-label="Selection">
          <Text size="sm" fw={600}>{plural(picked.length, "entry", "entries")} selected</Text>
          <Group gap={6}>
            {edit.on ? <Button color="red" variant="light" onClick={() => setRemoving(true)}>Remove</Button> : <Button variant="default" onClick={edit.ask}>Edit to remove</Button>}
            <Button variant="subtle" onClick={() => setChosen(new Set())}>Clear</Button>
          </Group>
        </Group>
      )}
      {removing && picked.length > 0 && <RemoveAllow of={picked} close={() => setRemoving(false)} done={() => setChosen(new Set())} />}
      {adding && <AddAllow kind={String(search.add)} value={typeof search.value === "string" ? search.value : ""} close={() => ask({})} />}
    </>
  );
}
