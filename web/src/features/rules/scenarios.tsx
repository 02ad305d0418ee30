// What is counted over time: scenarios, and correlations of rules.
import "./rules.css";
import { Group, Stack, Text } from "@mantine/core";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useTenant } from "@/app/tenant";
import { A, Answer, count, Curl, Download, Empty, PageHeader, Panel, plural, Severity, Time, type Export } from "@/ui";
import { windowSentence } from "./counted";
import { firedScenarios, logsourceWords, type Rule, type Scenario } from "./logic";
import { LevelOf, Parts, RuleState } from "./pieces";
import { useScenarios } from "./queries";
import { actionIn, lastsWords, Words } from "./scenario";

const files: Export<Scenario>[] = [
  { name: "id", value: (s) => s.id }, { name: "title", value: (s) => s.title }, { name: "points", value: (s) => s.points }, { name: "decisions", value: (s) => s.decisions }, { name: "last_hit", value: (s) => s.last_hit }, { name: "techniques", value: (s) => s.techniques.join(" ") },
  { name: "windows", value: (s) => s.windows.map(windowSentence).join(" ") }, { name: "when", value: (s) => s.when },
];

export default function Scenarios() {
  const q = useScenarios();
  const { param, id } = useTenant();
  const fired = firedScenarios(q.data?.items).length;
  return (
    <>
      <PageHeader
        title={q.data ? `${plural(q.data.items.length, "scenario")} ${q.data.items.length === 1 ? "watches" : "watch"} what single events can’t show` : "Scenarios"} tab="Scenarios" lead={q.data ? `${count(fired)} fired in the last 30 days. Each counts over time and keeps what it counted with the decision.` : "\u00a0"}
        actions={<><Curl path={buildUrl("/api/v1/rules/scenarios", {}, { tenant: param })} /><Download name={`scenarios-${id}`} rows={q.data?.items ?? []} columns={files} /></>}
      />
      <Parts here="/rules/scenarios" />
      <div className="two-columns">
        <Answer of={q} what="The scenarios could not be read.">
          {(list) => (
            <Panel title="Scenarios" flush aside={list.document.hash ? <A size="xs" to="/rules/documents/$hash" params={{ hash: list.document.hash }} search={{ kind: "scenarios" }}>The document</A> : undefined}>
              {list.items.length === 0 ? <Empty icon="history" title="The ruleset has no scenarios">Rules look at single events only.</Empty> : [...list.items].sort((a, b) => b.decisions - a.decisions).map((s) => <One key={s.id} of={s} />)}
            </Panel>
          )}
        </Answer>
        <Stack gap="md" miw={0}>
          <Correlations />
          {q.data && q.data.responses.length > 0 && (
            <Panel title="What follows from rules">
              <Stack gap={6}>{q.data.responses.map((r, i) => <Group key={i} gap={6}><Severity value={r.level} /><Text size="sm">proposes to {actionIn(r.action)}{lastsWords(r.ttl)}</Text></Group>)}<Text size="xs" c="dimmed">What is proposed passes policy and doctrine first; some of it waits for a person.</Text></Stack>
            </Panel>
          )}
        </Stack>
      </div>
    </>
  );
}

function One({ of: s }: { of: Scenario }) {
  return (
    <div className="scenario">
      <Group justify="space-between" gap="xs" mb={4}>
        <A to="/rules/$id" params={{ id: s.id }} fw={600}>{s.title}</A>
        <Text size="xs" c="dimmed">{s.decisions > 0 ? <>{plural(s.decisions, "hit")}, the last <Time at={s.last_hit} relative /></> : "no hit"} · {plural(s.points, "point")}</Text>
      </Group>
      <Words of={s} conditions={false} />
    </div>
  );
}

function Correlations() {
  const { param } = useTenant();
  const q = useApi("/api/v1/rules", { query: { kind: "correlation", window: "30d", limit: 100, tenant: param } });
  const row = (r: Rule) => <li key={r.id}><Group gap={6}><LevelOf of={r} /><RuleState of={r} /></Group><A to="/rules/$id" params={{ id: r.id }}>{r.title}</A><Text size="xs" c="dimmed">{r.decisions > 0 ? <>{plural(r.decisions, "hit")}, the last <Time at={r.last_hit} relative /></> : "no hit"}{logsourceWords(r.logsource)}</Text></li>;
  return (
    <Panel title="Correlations" flush={(q.data?.items.length ?? 0) > 0}>
      <Answer of={q} what="The correlations could not be read.">
        {(page) => page.items.length === 0 ? <Text size="sm">None. A Sigma correlation counts hits of other rules: three failed logins, then one that works. <A to="/rules/check" underline="always">Check and import one</A>.</Text> : <ul className="row-list">{page.items.map(row)}</ul>}
      </Answer>
    </Panel>
  );
}
