// The rules of the ruleset in force.
import "./rules.css";
import { Box, Group, Text } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Search } from "@/app/search";
import { useTenant } from "@/app/tenant";
import { A, count, Curl, DataTable, Download, Empty, Failed, FilterBar, PageHeader, plural, Time, useFilters, type Column, type Export } from "@/ui";
import { techniqueName } from "./attack";
import { fieldsOf, firedBeside, logsourceWords, narrowed, sortOf, watches, windowOf, windowWords, type Rule, type Scenario, type Summary } from "./logic";
import { importCommand, LevelOf, Parts, RuleState } from "./pieces";
import { useRules, useScenarios, useSummary } from "./queries";

const target = (r: Rule) => ({ to: "/rules/$id", params: { id: r.id } });

const columns: Column<Rule>[] = [
  { id: "level", head: "Level", width: "132px", sort: "level", cell: (r) => <LevelOf of={r} /> },
  { id: "title", head: "Rule", width: "minmax(220px, 5fr)", sort: "title", cell: (r) => <A {...target(r)} fw={500} tabIndex={-1}>{r.title}</A> },
  { id: "logsource", head: "Looks at", width: "minmax(130px, 2fr)", from: 760, cell: (r) => (r.kind === "correlation" ? "other rules" : logsourceWords(r.logsource)) },
  { id: "techniques", head: "ATT&CK", width: "minmax(110px, 2fr)", from: 980, cell: (r) => <span title={r.techniques.map((t) => `${t} ${techniqueName(t) ?? ""}`).join("\n")}>{r.techniques.map((t) => techniqueName(t)?.replace(/^.*: /, "") ?? t).join(", ")}</span> },
  { id: "status", head: "Status", width: "96px", from: 1180, cell: (r) => r.status },
  { id: "source", head: "From", width: "minmax(70px, 1fr)", from: 1280, cell: (r) => r.source },
  { id: "state", head: "State", width: "96px", cell: (r) => <RuleState of={r} /> },
  { id: "decisions", head: "Hits", width: "64px", right: true, sort: "decisions", cell: (r) => (r.decisions === 0 ? <Text span c="dimmed" inherit>0</Text> : <A to="/feed" search={{ rule: r.id }} tabIndex={-1}>{count(r.decisions)}</A>) },
  { id: "last", head: "Last hit", width: "112px", from: 680, sort: "last_hit", cell: (r) => <Time at={r.last_hit} relative /> },
];

const files: Export<Rule>[] = [
  ...(["id", "kind", "title", "level", "own_level", "status", "source", "author", "enabled", "served", "tuned", "filters_in_force", "decisions", "last_hit"] as const).map((name) => ({ name, value: (r: Rule) => r[name] })),
  ...(["product", "category", "service"] as const).map((name) => ({ name, value: (r: Rule) => r.logsource[name] })),
  { name: "tactics", value: (r) => r.tactics.join(" ") }, { name: "techniques", value: (r) => r.techniques.join(" ") },
];

/** The list has rules only: the scenario that fired most stands above it, with the way to the others. */
function Fired({ of: [top, ...rest] }: { of: Scenario[] }) {
  if (!top) return null;
  return (
    <>
      Scenario that fired most: <A underline="always" to="/rules/$id" params={{ id: top.id }}>{top.title}</A>, {plural(top.decisions, "hit")}{rest.length > 0 && <>; <A underline="always" to="/rules/scenarios">{count(rest.length)} more fired</A></>}.<br />
    </>
  );
}

function Lead({ of: s, fired }: { of: Summary; fired: Scenario[] | undefined }) {
  return (
    <>
      {fired && <Fired of={fired} />}
      {s.off > 0 && <><A underline="always" to="/rules" search={{ state: "off" }}>{plural(s.off, "silenced rule")}</A>, </>}
      {s.filters > 0 && <><A underline="always" to="/rules/filters">{plural(s.filters, "filter")}</A> {s.filters === 1 ? "holds" : "hold"}, </>}
      {s.unserved > 0 && <><A underline="always" to="/rules" search={{ state: "unserved" }}>{count(s.unserved)}</A> {s.unserved === 1 ? "is" : "are"} reached by no event, </>}
      <A underline="always" to="/rules/scenarios">{plural(s.scenarios, "scenario")}</A>, {plural(s.techniques, "ATT&CK technique")}. Ruleset <A underline="always" to="/rules/rulesets/$hash" params={{ hash: s.ruleset.hash }}>{s.ruleset.name} {s.ruleset.version}</A>{s.ruleset.follows_platform ? ", which comes with the platform" : <>, in force since <Time at={s.ruleset.updated_at} relative /></>}.
    </>
  );
}

/** Rules are few thousand at most: the rest is read by itself, so that counting and downloading are whole. */
function useRest(q: ReturnType<typeof useRules>) {
  const on = q.hasNextPage && !q.isFetchingNextPage && !q.error && !q.isPlaceholderData && q.rows.length < 20_000;
  useEffect(() => {
    if (on) void q.fetchNextPage();
  }, [on, q]);
}

export default function Rules() {
  const search = useSearch({ strict: false }) as Search;
  const window = windowOf({ window: search.window } as never);
  const summary = useSummary(window);
  const fields = fieldsOf(summary.data, search);
  const [values, set] = useFilters(fields);
  const { id: tenant } = useTenant();
  const q = useRules(values);
  useRest(q);
  const scenarios = useScenarios(window);
  const fired = firedBeside(summary, scenarios);
  // One head for both: it doesn't change a moment later.
  const s = scenarios.isPending ? undefined : summary.data;
  const sort = sortOf(values);
  const filtered = narrowed(values);
  return (
    <>
      <PageHeader title={s ? watches(s, fired?.length) : "Rules"} tab="Rules" lead={s ? <Lead of={s} fired={fired} /> : <>{"\u00a0"}<br />{"\u00a0"}</>} actions={<><Curl path={q.url} /><Download name={`rules-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></>} />
      <Parts here="/rules" />
      <FilterBar fields={fields.filter((f) => f.key !== "sort" && f.key !== "asc")} values={values} set={set} />
      {q.error && <Failed error={q.error} what="The rules could not be read." retry={() => void q.refetch()} />}
      {scenarios.error && !q.error && <Box mb="xs"><Failed error={scenarios.error} what="Which scenarios fired could not be read." retry={() => void scenarios.refetch()} /></Box>}
      {!(q.error && q.rows.length === 0) && (
        <>
          <Text size="xs" c="dimmed" mb={4} role="status">{q.isPending || q.rows.length === 0 ? "\u00a0" : <>{filtered ? `${plural(q.rows.length, "rule")}${q.hasNextPage ? " so far" : ""} of ${count(s?.rules ?? 0)}` : plural(q.rows.length, "rule")}; hits {windowWords[window]}.</>}</Text>
          <DataTable
            label="Rules" rows={q.rows} columns={columns} rowKey={(r) => r.id} open={target} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
            sort={{ by: sort.by, desc: sort.desc, set: (by, desc) => set({ sort: by, asc: desc ? undefined : "true" }) }}
            narrow={{ below: 620, height: 82, cell: (r) => <><Group gap={6} wrap="nowrap" justify="space-between"><Group gap={6} wrap="nowrap"><LevelOf of={r} /><RuleState of={r} /></Group><Text span size="xs" c="dimmed">{r.decisions > 0 ? plural(r.decisions, "hit") : "no hit"}</Text></Group><Text size="sm" fw={600} truncate>{r.title}</Text><Text size="xs" c="dimmed" truncate>{r.kind === "correlation" ? "other rules" : logsourceWords(r.logsource)}</Text></> }}
            empty={filtered ? <Empty icon="filter" title="No rule fits these filters">Another word, or fewer filters. <A to="/rules/scenarios" underline="always">Scenarios</A> have a list of their own.</Empty> : <Empty icon="rules" title="No rule is in this ruleset" command={importCommand}>Import a folder or an archive of Sigma rules:</Empty>}
          />
        </>
      )}
    </>
  );
}
