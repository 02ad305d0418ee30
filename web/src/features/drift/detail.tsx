// One finding: what changed, since which run, what was decided.
import { Button, Group, Stack, Text, Timeline } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useEdit } from "@/app/edit";
import { useIdentity } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Answer, Badge, Curl, Icon, Id, JsonView, KeyValue, PageHeader, Panel, Severity, SideBySide, State, Time, withNames, type Target } from "@/ui";
import { actionWords, between, reasonInWords, sentence, type Detail } from "./logic";
import { useFinding } from "./queries";
import { Triage } from "./triage";

const list: Target & { label: string } = { to: "/drift/findings", label: "Findings" };

export default function FindingPage() {
  const { id = "" } = useParams({ strict: false });
  const q = useFinding(id);
  return <Answer of={q} what="The finding could not be read.">{(d) => <Finding of={d} />}</Answer>;
}

function Finding({ of: d }: { of: Detail }) {
  const edit = useEdit();
  const { param } = useTenant();
  return (
    <>
      <PageHeader
        back={list} title={d.name || d.object_id} tab={`${d.name || d.object_id}: drift`} badges={<><Severity value={d.severity} /><State value={d.state} note={reasonInWords(d.reason)} /></>}
        lead={d.label} actions={<><Curl path={buildUrl("/api/v1/drift/findings/{id}", { id: d.id }, { tenant: param })} /></>}
      />
      <Group gap={6} mb="md">
        {edit.on ? <Triage findings={[d]} /> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to decide</Button>}
      </Group>
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <What of={d} />
          <Panel title="History"><History of={d} /></Panel>
        </Stack>
        <Stack gap="md" miw={0}>
          <When of={d} />
          <Facts of={d} />
          {d.ops.length > 0 && (
            <Panel title="Operations" aside={<Text size="xs" c="dimmed">RFC 6902, the last first</Text>}>
              <JsonView value={d.ops} label="Operations that make the object of before into that of after" maxHeight={280} />
            </Panel>
          )}
        </Stack>
      </div>
    </>
  );
}

function What({ of: d }: { of: Detail }) {
  const secret = /"frostgate-secret:/.test(JSON.stringify([d.from_value, d.to_value]));
  return (
    <Panel title="What changed" flush>
      <Stack gap={4} p="sm">
        <Text fw={500}>{sentence(d)}</Text>
        {d.change && <Text size="sm">{d.change}</Text>}
        {d.unverified && <Text size="sm"><Icon name="alert" size={13} /> Later runs could not tell whether it still holds: the type was not read to its end.</Text>}
        {secret && <Text size="sm" c="dimmed">The value is secret: it is kept as a keyed hash that shows only whether it changed.</Text>}
      </Stack>
      <SideBySide left={d.from_value} right={d.to_value} names={d.names} title={d.path || "The object"} />
    </Panel>
  );
}

function When({ of: d }: { of: Detail }) {
  const b = between(d);
  const run = (r: { run: string; at?: string }) => <><Time at={r.at} /> · <Id value={r.run} short label="the run's ID" /></>;
  return (
    <Panel title="When">
      <Stack gap="xs">
        <Text size="sm">{b ? <>It changed between the two runs: after <Time at={b.from} />, and before <Time at={b.to} />.</> : <>It was there when the run of <Time at={d.after.at} /> looked. Nothing before it can say since when.</>}</Text>
        <KeyValue rows={[
          ["Run before", d.before ? run(d.before) : "none"],
          ["Found by run", run(d.after)],
          ["Last state by run", d.last.run !== d.after.run && run(d.last)],
          ["Same run", <A key="r" to="/drift/findings" search={{ run: d.after.run, all: "true", tenant: d.tenant_id }}>What else that run found</A>],
        ]} />
      </Stack>
    </Panel>
  );
}

function Facts({ of: d }: { of: Detail }) {
  const me = useIdentity();
  return (
    <Panel title="Facts">
      <KeyValue rows={[
        ["Object", <Id key="o" value={d.object_id} short />],
        ["Setting", d.path],
        ["Stable path", d.keyed_path && d.keyed_path !== d.path && <Id key="k" value={d.keyed_path} />],
        ["Source", <A key="s" to="/drift/findings" search={{ source: d.source, tenant: d.tenant_id }}>{d.source}</A>],
        ["Accepted", d.acceptance && <>until <Time at={d.acceptance.until} /> by {who(d.acceptance.by, me.principal_id)}{d.acceptance.reason ? `: ${d.acceptance.reason}` : ""} {!d.acceptance.valid && <Badge tone="wait" icon="clock">over</Badge>}</>],
        ["Assigned to", d.assignee && who(d.assignee, me.principal_id)],
        ["Same change", <A key="g" to="/drift/findings" search={{ group: d.group, all: "true", tenant: "all" }}>In other objects and tenants</A>],
        ["Came back", d.flap > 0 && `${d.flap} times`],
        ["Follows", d.reopens && <A key="f" to="/drift/findings/$id" params={{ id: d.reopens }} search={{ tenant: d.tenant_id }}>an earlier finding on this value</A>],
        ["Baseline", <Id key="b" value={d.baseline} short />],
        ["Finding", <Id key="i" value={d.id} short />],
        ["Value’s hash", d.to_hash && <Id key="h" value={d.to_hash} short />],
      ]} />
    </Panel>
  );
}

const who = (id: string, me: string) => (id === me ? "you" : id);

const bySystem: Record<string, string> = {
  seen: "Found by a run", found: "Found by a run", returned: "As expected again", superseded: "Another change took its place", gone: "The object is gone", back: "Back as it was", expired: "The acceptance ran out", baseline: "The baseline changed", standing: "Seen again; the acceptance stands",
};

function History({ of: d }: { of: Detail }) {
  const me = useIdentity();
  const past = (action: string) => (action in actionWords ? actionWords[action as keyof typeof actionWords].done : undefined);
  return (
    <Timeline bulletSize={14} lineWidth={2} active={d.history.length}>
      {[...d.history].reverse().map((h, i) => (
        <Timeline.Item key={i} title={<Text size="sm" fw={500}>{past(h.action) ? <>{capital(past(h.action)!)} by {h.by ? who(h.by, me.principal_id) : "the server"}</> : (bySystem[h.action] ?? h.action.replaceAll("_", " "))}</Text>}>
          <Text size="sm" component="div">
            {h.reason && <>{capital(reasonInWords(h.reason)!)}. </>}
            {h.note && <>“{withNames(h.note, d.names)}” </>}
            {h.assignee && <>To {who(h.assignee, me.principal_id)}. </>}
            {h.until && <>Until <Time at={h.until} />. </>}
          </Text>
          <Group gap="xs"><Text size="xs" c="dimmed"><Time at={h.at} /></Text><State value={h.state} />{h.entry !== undefined && <Text size="xs" c="dimmed">entry {h.entry} of the log</Text>}</Group>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);
