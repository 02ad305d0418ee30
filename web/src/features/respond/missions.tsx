// Missions: signed limits under which decisions run.
import { Button, Group, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { usePages } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Badge, Curl, DataTable, Download, Empty, Failed, FilterBar, Icon, PageHeader, Time, useFilters, Who, type Column, type Export } from "@/ui";
import { missionFields } from "./logic";
import { MissionForm } from "./mission-form";
import { allowedText, phaseOf, whyNot, type Mission, type Phase } from "./mission-logic";
import { Left, Parts, useNow } from "./pieces";

const open = (m: Mission) => ({ to: "/missions/$id", params: { id: m.mission_id ?? "" } });
const budget = (m: Mission) => `${m.spent} of ${m.budget_cap ?? "any number"}`;

export function PhaseBadge({ of: m, now }: { of: Mission; now: number }) {
  const phase = phaseOf(m, now);
  if (phase === "active" && !m.valid && m.reason) return <Badge tone="wait" icon="alert" title={whyNot[m.reason]}>{m.reason === "over_budget" ? "budget spent" : "not valid"}</Badge>;
  return phase === "active" ? <Badge tone="good" icon="check">active</Badge> : phase === "planned" ? <Badge tone="info" icon="clock">planned</Badge> : <Badge tone="none" icon="minus">{m.status === "ended" ? "ended" : "over"}</Badge>;
}

const columns = (now: number): Column<Mission>[] => [
  { id: "title", head: "Mission", width: "minmax(150px, 3fr)", cell: (m) => <A {...open(m)} fw={600} tabIndex={-1}>{m.title}</A> },
  { id: "phase", head: "State", width: "118px", cell: (m) => <PhaseBadge of={m} now={now} /> },
  { id: "may", head: "May", width: "minmax(140px, 3fr)", cell: (m) => allowedText(m.allowed_actions) },
  { id: "spent", head: "Done so far", width: "128px", from: 760, cell: budget },
  { id: "for", head: "Persona, ring", width: "150px", from: 980, cell: (m) => `${m.persona ?? "any"}, ${m.classification ?? "any"}` },
  { id: "when", head: "Time", width: "142px", cell: (m) => (phaseOf(m, now) === "planned" ? <>begins <Time at={m.starts_at} relative /></> : phaseOf(m, now) === "active" ? <>ends in <Left until={m.expires_at} /></> : <Time at={m.ended_at ?? m.expires_at} relative />) },
  { id: "by", head: "By", width: "minmax(90px, 1fr)", from: 1100, cell: (m) => <Who id={m.created_by} /> },
];

const files: Export<Mission>[] = (["mission_id", "title", "status", "valid", "reason", "starts_at", "expires_at", "ended_at", "budget_cap", "spent", "blast_radius_cap", "persona", "classification", "created_by", "created_at", "hash"] as const).map((name) => ({ name, value: (m: Mission) => m[name] }));

function Card({ of: m, now }: { of: Mission; now: number }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between"><PhaseBadge of={m} now={now} /><Text span size="xs" c="dimmed">{budget(m)} done</Text></Group>
      <Text size="sm" fw={600} truncate>{m.title}</Text>
      <Text size="xs" c="dimmed" truncate>may {allowedText(m.allowed_actions)}</Text>
    </>
  );
}

export default function Missions() {
  const [values, set] = useFilters(missionFields);
  const { id: tenant, param } = useTenant();
  const phase = typeof values.phase === "string" ? (values.phase as Phase) : undefined;
  const q = usePages("/api/v1/missions", { query: { phase, tenant: param, limit: 100 } }, { refetchInterval: 30_000 });
  const edit = useEdit();
  const may = useHas()("missions:write");
  const navigate = useNavigate();
  const now = useNow(10_000);
  const [making, setMaking] = useState(false);
  const active = q.rows.filter((m) => m.valid).length;
  return (
    <>
      <PageHeader
        title="Missions" tab="Missions" lead={<>A mission is a signed, time-boxed set of limits: what decisions made under it may do, how often, and with how much impact.{q.rows.length > 0 && !phase && <> <Text span fw={600} inherit c="var(--mantine-color-text)">{active === 0 ? "None is" : active === 1 ? "1 is" : `${active} are`} active now.</Text></>}</>}
        actions={<>{may && (edit.on ? <Button leftSection={<Icon name="plus" size={14} />} onClick={() => setMaking(true)}>Make a mission</Button> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to make one</Button>)}<Curl path={q.url} /><Download name={`missions-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></>}
      />
      <Parts label="Limits" of={[{ to: "/missions", label: "Missions", icon: "layers", here: true }, { to: "/roe", label: "Rules of engagement", icon: "rules", here: false }]} />
      <FilterBar fields={missionFields} values={values} set={set} />
      {q.error && <Failed error={q.error} what="The missions could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Missions" rows={q.rows} columns={columns(now)} rowKey={(m) => m.mission_id ?? m.hash} open={open} loading={q.isPending} stale={q.isPlaceholderData}
          hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage} narrow={{ below: 560, height: 78, cell: (m) => <Card of={m} now={now} /> }}
          empty={phase ? <Empty icon="filter" title={`No mission is ${phase === "over" ? "ended" : phase}`}>Others show without the filter.</Empty> : <Empty icon="layers" title="There is no mission yet" command={`frostgate missions create "Night shift" --for 8h --allow block_ip --budget 20`}>Events that name a mission are decided within its limits. Make one in edit mode above, or on the command line:</Empty>}
        />
      )}
      {making && <MissionForm close={() => setMaking(false)} made={(id) => void navigate({ to: "/missions/$id", params: { id }, search: param ? { tenant: param } : {} })} />}
    </>
  );
}
