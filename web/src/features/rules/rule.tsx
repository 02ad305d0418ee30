// One rule: what it looks for, when it fired, how it counts here.
import "./rules.css";
import { Group, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useTenant } from "@/app/tenant";
import { A, Answer, count, Curl, Id, KeyValue, PageHeader, Panel, plural, Time } from "@/ui";
import { correlationWords } from "./counted";
import { documentAt, logsourceWords, type RuleDetail } from "./logic";
import { FiltersOf } from "./filters-list";
import { Hits } from "./hits";
import { LevelOf, RuleLink, RuleState, Tactics, Techniques } from "./pieces";
import { useRule } from "./queries";
import { ScenarioPage } from "./scenario";
import { Clauses, Source } from "./text";
import { Tuning } from "./tuning";

export default function RulePage() {
  const { id = "" } = useParams({ strict: false });
  return id.startsWith("rule:") ? <ScenarioPage id={id} /> : <One id={id} key={id} />;
}

function One({ id }: { id: string }) {
  const q = useRule(id);
  return <Answer of={q} what="The rule could not be read: it may belong to an earlier ruleset.">{(r) => <Detail of={r} />}</Answer>;
}

function Detail({ of: r }: { of: RuleDetail }) {
  const { param } = useTenant();
  return (
    <>
      <PageHeader
        back={{ to: "/rules", label: "Rules" }} title={r.title} tab={`${r.title}: rule`} badges={<><LevelOf of={r} /><RuleState of={{ ...r, served: true }} /></>}
        lead={r.kind === "correlation" ? "A correlation: it looks at what other rules find." : <>Looks at <A to="/rules" search={Object.fromEntries(Object.entries(r.logsource).filter(([, v]) => v))} underline="always">{logsourceWords(r.logsource) || "any event"}</A>{r.techniques.length > 0 && <> for <Tactics of={r.tactics} /></>}</>}
        actions={<Curl path={buildUrl("/api/v1/rules/{id}", { id: r.id }, { tenant: param })} />}
      />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <What of={r} />
          <Hits id={r.id} />
          <SourceOf of={r} />
        </Stack>
        <Stack gap="md" miw={0}>
          <Tuning of={r} />
          <FiltersOf of={r} />
          <Feedback of={r} />
          <Facts of={r} />
        </Stack>
      </div>
    </>
  );
}

function What({ of: r }: { of: RuleDetail }) {
  return (
    <Panel title="What it looks for">
      <Stack gap="sm">
        {r.description && <Text size="sm" style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>{r.description.trim().replace(/([^\n])\n(?=[^\n\s*-])/g, "$1 ")}</Text>}
        {r.correlation && <Text size="sm" fw={500}>{correlationWords(r.correlation)}</Text>}
        {r.correlation && <ul className="rule-names">{r.correlation.rules.map((id, i) => <li key={id}><RuleLink id={id} title={r.correlation!.rule_titles[i]} /></li>)}</ul>}
        {r.correlation?.quiet && <Text size="sm" c="dimmed">It serves other correlations only and never fires itself.</Text>}
        {r.looks_for.length > 0 && <Clauses of={r.looks_for} cut={r.looks_for_cut} />}
        {!r.served && <Text size="sm" c="dimmed">No known kind of event is of its log source. It sees events that name it themselves, in a member <code className="cel">{`"logsource"`}</code>.</Text>}
        {r.false_positives.length > 0 && <div><Text size="sm" fw={600}>May be harmless when</Text><ul className="bullets">{r.false_positives.map((f, i) => <li key={i}><Text size="sm" style={{ overflowWrap: "anywhere" }}>{f}</Text></li>)}</ul></div>}
      </Stack>
    </Panel>
  );
}

function SourceOf({ of: r }: { of: RuleDetail }) {
  const d = documentAt(r.text, r.line);
  return (
    <Panel title="Source" flush aside={<Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>{r.file}{!d.whole && `, from line ${d.first}`}</Text>}>
      <Source lines={d.lines} first={d.first} label="The rule as its author wrote it" />
    </Panel>
  );
}

function Feedback({ of: r }: { of: RuleDetail }) {
  const { true_positives: right, false_positives: wrong } = r.feedback;
  const c = r.counts;
  return (
    <Panel title="What people said">
      <Stack gap={6}>
        <Text size="sm">{right + wrong === 0 ? "Nobody has said yet whether it is right. Say it on a decision in which it fired." : `Right in ${plural(right, "decision")}, wrong in ${count(wrong)}: ${Math.round((100 * wrong) / (right + wrong))} % false alarms.`}</Text>
        {c.suppressed + c.shared > 0 && <Text size="sm" c="dimmed">Since <Time at={c.since} relative />, {plural(c.suppressed, "hit")} without points by a filter or its cap, {count(c.shared)} since another rule counts for the same technique.</Text>}
      </Stack>
    </Panel>
  );
}

function Facts({ of: r }: { of: RuleDetail }) {
  return (
    <Panel title="Facts">
      <KeyValue rows={[
        ["ATT&CK", r.techniques.length > 0 && <Techniques key="t" of={r.techniques} />],
        ["Status", r.status && <A key="s" to="/rules" search={{ status: r.status }}>{r.status}</A>],
        ["Author", r.author],
        ["Written", r.date && `${r.date}${r.modified && r.modified !== r.date ? `, changed ${r.modified}` : ""}`],
        ["From", <A key="f" to="/rules" search={{ source: r.source }}>{r.source}</A>],
        ["License", r.license],
        ["Cost", r.cost_ns ? `${count(r.cost_ns)} ns for each event that it is tried on` : undefined],
        ["Other tags", r.tags.filter((t) => !t.startsWith("attack.")).join(", ")],
        ["ID", <Id key="i" value={r.id} />],
        ["Ruleset", <A key="r" to="/rules/rulesets/$hash" params={{ hash: r.ruleset_hash }}>{r.ruleset_hash.slice(0, 12)}</A>],
        ["References", r.references.length > 0 && <ul key="l" className="rule-names">{r.references.map((x) => <li key={x}><Id value={x} label="the address" /></li>)}</ul>],
      ]} />
      {r.references.length > 0 && <Group mt={6}><Text size="xs" c="dimmed">References are not opened from here: nothing is loaded from elsewhere. Copy the address.</Text></Group>}
    </Panel>
  );
}
