// One decision: why it was made, what it led to, and its proof.
import { List, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Answer, Badge, capital, Curl, Empty, Gating, happenedOn, Icon, Id, JsonView, KeyValue, PageHeader, Panel, personaWord, ringWord, Severity, Time, Tip, type Target } from "@/ui";
import { Action } from "../feed/pieces";
import { Anomaly, Steps, Trace } from "./explain";
import { personaWords, ringMeans } from "../respond/approval-words";
import { fieldOf, inWords, marksOf, percent, titlesOf, valueOf, why, wouldBe, type View } from "./logic";
import { Feedback } from "./feedback";
import { Mitigations } from "./mitigations";
import { Receipt } from "./receipt";
import { Replay } from "./replay";

const list: Target & { label: string } = { to: "/feed", label: "Feed" };

export default function DecisionPage() {
  const { id = "" } = useParams({ strict: false });
  const { param } = useTenant();
  const q = useApi("/api/v1/decisions/{id}", { path: { id }, query: { tenant: param } });
  if (q.error?.problem.status === 410) return <Gone id={id} tenant={param} says={q.error.problem.detail} />;
  return <Answer of={q} what="The decision could not be read.">{(v) => <Decision key={id} of={v} />}</Answer>;
}

/** What is left of a decision whose event was erased or outlived its time. */
function Gone({ id, tenant, says }: { id: string; tenant: string | undefined; says: string }) {
  return (
    <>
      <PageHeader back={list} title="A decision without its event" tab="Decision" lead={<Id value={id} />} actions={<Curl path={buildUrl("/api/v1/decisions/{id}/receipt", { id }, { tenant })} />} />
      <Empty icon="trash" title="Its event was erased" command={`frostgate decisions receipt ${id}`}>{capital(says)}. The receipt still proves that a decision was recorded there:</Empty>
    </>
  );
}

function Decision({ of: v }: { of: View }) {
  const d = v.decision;
  const { param } = useTenant();
  const title = d.explain.trace?.find((t) => t.matched && t.title)?.title ?? `${v.event.event_type} from ${v.event.source}`;
  return (
    <>
      <PageHeader
        back={list} title={title} tab={`${title}: decision`} lead={<>Decided <Time at={d.received_at} /> · {happenedOn(v.event.time, d.received_at) ? <strong>happened <Time at={v.event.time} /></strong> : <>happened <Time at={v.event.time} /></>}</>}
        badges={<><Severity value={d.threat_level === "none" ? "info" : d.threat_level} /><Action value={d.action_taken} /></>}
        actions={<Curl path={buildUrl("/api/v1/decisions/{id}", { id: d.decision_id }, { tenant: param })} />}
      />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Why of={v} />
          <Mitigations of={d} tenant={of(param, d)} />
          <Trace of={d} />
          <Event of={v} />
          <Receipt of={d} tenant={param} />
          <Replay of={d} tenant={of(param, d)} />
          <Feedback of={d} tenant={param} />
        </Stack>
        <Stack gap="md" miw={0}>
          <WouldChange of={v} />
          <Before of={v} />
          <StateFacts of={v} />
          <Facts of={v} />
          <Anomaly of={d} />
          <Steps of={d} />
        </Stack>
      </div>
    </>
  );
}

/** What can't be asked of all tenants is asked of the decision's own. */
const of = (param: string | undefined, d: View["decision"]) => (param === undefined ? undefined : d.tenant_id);

function Why({ of: v }: { of: View }) {
  return (
    <Panel title="Why">
      <Stack gap={6}>
        {why(v.decision).map((s, i) => <Text key={s} fw={i === 0 ? 600 : 400}>{s}</Text>)}
      </Stack>
    </Panel>
  );
}

function Event({ of: v }: { of: View }) {
  const { extra, payload, ...rest } = v.event;
  const event = { ...rest, ...(payload === undefined ? {} : { payload }), ...(extra === undefined ? {} : { extra }) };
  const marks = marksOf(event, v.decision.explain.trace ?? []);
  return (
    <Panel title="Event" aside={marks.length > 0 && <Text size="xs" c="dimmed"><Icon name="rules" size={12} /> marked: what the rules matched</Text>}>
      {payload === undefined && <Text size="sm" mb="xs">The payload was erased, or your key may not read it. The decision and its proof stand.</Text>}
      <JsonView value={event} marks={marks} label="The event, with matched values marked" />
    </Panel>
  );
}

function WouldChange({ of: v }: { of: View }) {
  const all = v.decision.explain.counterfactuals;
  return (
    <Panel title="What would have changed it">
      {all.length === 0 ? <Text size="sm" c="dimmed">No single change of what is known would have led to another outcome.</Text> : (
        <List size="sm" spacing={8} listStyleType="none">
          {all.map((c) => <List.Item key={c.change}>{wouldBe(c, v.decision)}</List.Item>)}
        </List>
      )}
    </Panel>
  );
}

function Before({ of: v }: { of: View }) {
  const { previous_decision_id: id, changes } = v.decision.diff;
  const titles = titlesOf(v.decision);
  return (
    <Panel title="Compared with the one before" flush aside={id && <A to="/decisions/$id" params={{ id }}>Open it</A>}>
      {!id && <Text size="sm" c="dimmed" p="sm">It is the first of this source and event type.</Text>}
      {id && changes.length === 0 && <Text size="sm" c="dimmed" p="sm">The same as the decision before of this source and event type.</Text>}
      {id && changes.length > 0 && (
        <div className="sbs-wrap" tabIndex={0} role="region" aria-label="Changes against the decision before">
          <table className="sbs">
            <thead><tr><th scope="col">What</th><th scope="col">Before</th><th scope="col">Now</th></tr></thead>
            <tbody>{changes.map((c) => <tr key={c.field}><th scope="row">{fieldOf(c.field)}</th><td className="diff-left">{valueOf(c.field, c.from, titles)}</td><td className="diff-right">{valueOf(c.field, c.to, titles)}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function StateFacts({ of: v }: { of: View }) {
  const all = v.decision.explain.state_facts;
  if (all.length === 0) return null;
  return (
    <Panel title="What was known at that moment">
      <KeyValue rows={all.map((f) => [inWords(f.window), <span key={f.window + f.key}><strong>{f.value}</strong>{f.key && <> for {f.key}</>}{f.since && <> since <Time at={f.since} /></>}</span>])} />
    </Panel>
  );
}

function Facts({ of: { event: e, decision: d } }: { of: View }) {
  const rules = useHas()("rules:read");
  return (
    <Panel title="Facts">
      <KeyValue rows={[
        ["Source", <A key="s" to="/feed" search={{ source: e.source }}>{e.source}</A>],
        ["Event type", <A key="t" to="/feed" search={{ event_type: e.event_type }}>{e.event_type}</A>],
        ["Score", `${d.score} points, anomaly ${d.anomaly_score.toFixed(2)}`],
        ["What is proposed", d.mitigations.length > 0 && <Gating key="g" value={d.gating} />],
        ["Policy", <span key="p">{d.policy.allow ? <Badge tone="good" icon="check">admits</Badge> : <Badge tone="critical" icon="block">denies</Badge>} version {rules ? <A to="/rules/documents/$hash" params={{ hash: d.policy.hash }}>{d.policy.version}</A> : d.policy.version} <Id value={d.policy.hash} short label="the policy's hash" /></span>],
        ["Policy answer", d.policy.outcome !== "ok" && inWords(d.policy.outcome)],
        ["Ruleset", <span key="r">version {rules ? <A to="/rules/rulesets/$hash" params={{ hash: d.ruleset.hash }}>{d.ruleset.version}</A> : d.ruleset.version} <Id value={d.ruleset.hash} short label="the ruleset's hash" /></span>],
        ["Persona, ring", <Tip key="pr" label={<>{personaWords[e.persona]}<br />{ringMeans}</>}><span>{personaWord(e.persona)}, {ringWord(e.classification)}</span></Tip>],
        ["Mission", e.mission_id],
        ["Impact", `service ${percent(d.explain.tie_d.service_impact)}, users ${percent(d.explain.tie_d.user_impact)}`],
        ["Clock drift", d.clock_drift_ms !== 0 && `${d.clock_drift_ms} ms`],
        ["Decision", <Id key="d" value={d.decision_id} />],
        ["Event", <Id key="e" value={d.event_id} short />],
        ["Sender’s ID", e.source_event_id && <Id key="x" value={e.source_event_id} />],
      ]} />
    </Panel>
  );
}
