// What is in force now, and what was.
import "./respond.css";
import { Button, Group, Text } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useEdit } from "@/app/edit";
import type { Search } from "@/app/search";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Curl, DataTable, Download, Empty, Failed, FilterBar, Icon, PageHeader, plural, Time, useFilters, usePicked, type Column, type Export, InHeader } from "@/ui";
import { headline, heldFields, heldTruth, kindOf, type Held } from "./logic";
import { Does, Left, Parts } from "./pieces";
import { useHeld, useTotals } from "./queries";
import { RevokeDialog } from "./revoke";
import { History } from "./history";

const keyOf = (h: Held) => `${h.action}\n${h.target_kind}\n${h.target}`;
const toLast = (h: Held) => ({ to: "/enforcements/$id", params: { id: h.last.id } });

const columns: Column<Held>[] = [
  { id: "target", head: "Target", width: "minmax(150px, 3fr)", cell: (h) => <A {...toLast(h)} fw={600} tabIndex={-1}>{h.target}</A> },
  { id: "kind", head: "Kind", width: "96px", from: 900, cell: (h) => <Text span c="dimmed" inherit>{kindOf(h.target_kind)}</Text> },
  { id: "action", head: "What", width: "138px", cell: (h) => <Does action={h.action} /> },
  { id: "why", head: "Why", width: "minmax(160px, 4fr)", cell: (h) => <A to="/decisions/$id" params={{ id: h.last.decision_id }} tabIndex={-1}>{h.last.rule_title || h.last.rule}</A> },
  { id: "count", head: "Decisions", width: "84px", from: 760, cell: (h) => h.enforcements },
  { id: "since", head: "Since", width: "116px", from: 820, cell: (h) => <Time at={h.since} relative /> },
  { id: "left", head: "Ends in", width: "112px", cell: (h) => <Left until={h.until} /> },
];

const files: Export<Held>[] = [
  ...(["action", "target_kind", "target", "enforcements", "since", "until"] as const).map((name) => ({ name, value: (h: Held) => h[name] })),
  { name: "rule", value: (h) => h.last.rule }, { name: "decision", value: (h) => h.last.decision_id }, { name: "enforcement", value: (h) => h.last.id },
];

function Card({ of: h }: { of: Held }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between"><Does action={h.action} /><Text span size="xs">ends in <Left until={h.until} /></Text></Group>
      <Text size="sm" fw={600} truncate>{h.target}</Text>
      <Text size="xs" c="dimmed" truncate>{h.last.rule_title || h.last.rule} · {plural(h.enforcements, "decision")}</Text>
    </>
  );
}

export default function Enforcements() {
  const search = useSearch({ strict: false }) as Search;
  const past = search.view === "history";
  const totals = useTotals();
  const t = totals.data;
  return (
    <>
      <PageHeader
        title="Enforcements" tab="Enforcements"
        lead={t ? <><Text span fw={600} c="var(--mantine-color-text)" inherit data-testid="headline">{headline(t)}</Text>{t.first_ends && <> The first of {plural(t.enforcements, "enforcement")} ends in <Left until={t.first_ends} />.</>}</> : "What decisions have set in force."}
      />
      <Parts label="Enforcements" of={[{ to: "/enforcements", label: "In force", icon: "block", here: !past }, { to: "/enforcements", search: { view: "history" }, label: "History", icon: "history", here: past }]} />
      {totals.error && <Failed error={totals.error} what="What is in force could not be counted." retry={() => void totals.refetch()} />}
      {!totals.error && (past ? <History search={search} /> : <InForce search={search} />)}
    </>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty icon="filter" title="Nothing in force fits these filters">What has ended is under History.</Empty>;
  return (
    <Empty icon="check" title="Nothing is in force" command={`frostgate ingest /var/log/auth.log`}>
      When a decision allows a mitigation, such as blocking an address, it shows here until it ends. Events come in from files, agents and the API:
    </Empty>
  );
}

function InForce({ search }: { search: Search }) {
  const [values, set] = useFilters(heldFields);
  const q = useHeld(search);
  const edit = useEdit();
  const may = useHas()("enforcements:write");
  const { id: tenant } = useTenant();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [ending, setEnding] = useState<readonly Held[]>();
  const picked = usePicked(q.rows, chosen, keyOf);
  return (
    <>
      <FilterBar fields={heldFields} values={values} set={set} />
      <InHeader><Curl path={q.url} /><Download name={`enforcements-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></InHeader>
      {q.error && <Failed error={q.error} what="What is in force could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="In force" rows={q.rows} columns={columns} rowKey={keyOf} open={toLast} selection={may ? { keys: chosen, set: setChosen } : undefined}
          loading={q.isPending} stale={q.isPlaceholderData} pages={q}
          narrow={{ below: 620, height: 82, cell: (h) => <Card of={h} /> }} empty={<Nothing filtered={Object.values(values).some((v) => v !== undefined)} />}
        />
      )}
      {q.rows.length > 0 && <Text size="xs" c="dimmed" mt="xs" maw={760}><Icon name="info" size={12} /> {heldTruth}</Text>}
      {picked.length > 0 && (
        <Group className="selection-bar" justify="space-between" role="region" aria-label="Selection">
          <Text size="sm" fw={600}>{plural(picked.length, "target")} selected</Text>
          <Group gap={6}>
            {edit.on ? <Button color="red" variant="light" onClick={() => setEnding(picked)}>Revoke</Button> : <Button variant="default" onClick={edit.ask}>Edit to revoke</Button>}
            <Button variant="subtle" onClick={() => setChosen(new Set())}>Clear</Button>
          </Group>
        </Group>
      )}
      {ending && <RevokeDialog of={ending} close={() => setEnding(undefined)} done={() => setChosen(new Set())} />}
    </>
  );
}
