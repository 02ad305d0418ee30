// Where drift stands: what waits, how severe, in what, and what could not be told.
import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { buildUrl } from "@/api/client";
import type { Schemas } from "@/api/client";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Answer, ButtonLink, count, Curl, Empty, Icon, PageHeader, Panel, plural, Severity, State, Time } from "@/ui";
import { severities, states } from "./logic";
import { useSummary } from "./queries";

type Summary = Schemas["DriftSummaryView"];

export default function DriftSummary() {
  const q = useSummary();
  const { param, id } = useTenant();
  const name = useTenantName();
  return (
    <>
      <PageHeader title="Drift" tab="Drift" lead={<>What differs from what is expected in {name(id)}.</>} actions={<><Curl path={buildUrl("/api/v1/drift", {}, { tenant: param })} /><ButtonLink to="/drift/findings" leftSection={<Icon name="list" size={14} />}>Findings</ButtonLink></>} />
      <Answer of={q} what="The summary of drift could not be read.">{(s) => <Board of={s} />}</Answer>
    </>
  );
}

function Board({ of: s }: { of: Summary }) {
  const watched = s.by_tenant.some((t) => t.sources.length > 0);
  if (!watched) {
    return <Empty icon="layers" title="Nothing was observed yet" command="frostgate inventory run ./export --source directory --name entra">Observe an export of a tenant’s configuration. The first run is the baseline; the next ones show what drifted.</Empty>;
  }
  return (
    <Stack gap="md">
      <Group gap="xl" className="sentence">
        <Text size="xl" fw={650}>{s.waiting === 0 ? "Nothing waits." : `${plural(s.waiting, "finding")} ${s.waiting === 1 ? "waits" : "wait"} for a decision.`}</Text>
        <Text size="sm" c="dimmed">{count(s.open)} open in all</Text>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="Severity of what waits">
          <div className="bars">{severities.map((v) => <Bar key={v} label={<Severity value={v} />} n={s.by_severity[v] ?? 0} most={s.waiting} search={{ severity: v }} />)}</div>
        </Panel>
        <Panel title="By state">
          <div className="bars">{states.filter((v) => v in s.by_state).map((v) => <Bar key={v} label={<State value={v} />} n={s.by_state[v] ?? 0} most={Math.max(...Object.values(s.by_state), 1)} search={{ state: v }} />)}</div>
        </Panel>
      </SimpleGrid>
      <Types of={s} />
      <Sources of={s} />
    </Stack>
  );
}

function Bar({ label, n, most, search }: { label: React.ReactNode; n: number; most: number; search: Record<string, string> }) {
  return (
    <div className="bar">
      <span>{label}</span>
      <span className="track" aria-hidden><span style={{ width: `${most > 0 ? Math.max(n > 0 ? 2 : 0, (n / most) * 100) : 0}%` }} /></span>
      {n > 0 ? <A to="/drift/findings" search={search} aria-label={`${n} findings`}>{count(n)}</A> : <Text size="sm" c="dimmed">0</Text>}
    </div>
  );
}

function Types({ of: s }: { of: Summary }) {
  const most = Math.max(...s.by_type.map((t) => t.open), 1);
  const shown = s.by_type.filter((t) => t.open > 0).slice(0, 20);
  if (shown.length === 0) return null;
  return (
    <Panel title="In what" aside={<Text size="xs" c="dimmed">waiting of open</Text>}>
      <div className="bars wide">
        {shown.map((t) => (
          <div className="bar" key={t.type}>
            <A to="/drift/findings" search={{ type: t.label, all: t.waiting === 0 ? "true" : undefined }} truncate>{t.label}</A>
            <span className="track" aria-hidden><span style={{ width: `${(t.open / most) * 100}%`, opacity: 0.4 }} /><span style={{ width: `${(t.waiting / most) * 100}%` }} /></span>
            <Group gap={6} wrap="nowrap" justify="flex-end"><Text size="sm" className="num">{count(t.waiting)} of {count(t.open)}</Text>{t.worst && <Severity value={t.worst} />}</Group>
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Sources({ of: s }: { of: Summary }) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      {s.by_tenant.flatMap((t) => t.sources.map((src) => (
        <Panel key={t.tenant_id + src.source} title={s.by_tenant.length > 1 ? `${t.name}: ${src.source}` : src.source} aside={<Text size="xs" c="dimmed">last run <Time at={src.at} relative /></Text>}>
          <Text size="sm">
            {src.compared ? <>The last run found {plural(src.new, "new finding")}, reopened {count(src.reopened)} and resolved {count(src.resolved)}. </> : "The last run is not compared yet. "}
            <A to="/drift/findings" search={{ run: src.run, all: "true", tenant: t.tenant_id }}>What it found</A>
          </Text>
          {(src.unknown > 0 || src.quarantined > 0 || src.duplicates > 0 || src.incomplete.length > 0) && (
            <Stack gap={2} mt="xs">
              <Text size="sm" fw={500}><Icon name="alert" size={13} /> What it could not tell</Text>
              {src.unknowns.map((u) => <Text key={u.type + u.reason} size="sm" c="dimmed">{u.label}: {plural(u.objects, "object")} ({u.reason.replaceAll("_", " ")})</Text>)}
              {src.quarantined > 0 && <Text size="sm" c="dimmed">{plural(src.quarantined, "file")} could not be read as objects</Text>}
              {src.duplicates > 0 && <Text size="sm" c="dimmed">{plural(src.duplicates, "identity", "identities")} that several objects claim</Text>}
              {src.incomplete.length > 0 && <Text size="sm" c="dimmed">{plural(src.incomplete.length, "type")} not read to the end: drift in them would not all show</Text>}
            </Stack>
          )}
        </Panel>
      )))}
    </SimpleGrid>
  );
}
