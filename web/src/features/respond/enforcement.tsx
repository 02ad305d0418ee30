// One enforcement: what it does, until when, for which decision, and its end.
import { Button, Group, Stack, Text, Timeline } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Answer, ButtonLink, capital, Curl, Icon, Id, KeyValue, PageHeader, Panel, plural, Severity, Time, Who, type Target } from "@/ui";
import { actionOf, asked, heldTruth, kindOf, kinds, stateOf, type Enforcement } from "./logic";
import { Does, EnforcementBadge, Left, useNow } from "./pieces";
import { useEnforcement } from "./queries";
import { RevokeDialog } from "./revoke";
import { RevokeOne } from "./revoke-one";

const list: Target & { label: string } = { to: "/enforcements", label: "Enforcements" };

export default function EnforcementPage() {
  const { id = "" } = useParams({ strict: false });
  const q = useEnforcement(id);
  return <Answer of={q} what="The enforcement could not be read.">{(e) => <One key={id} of={e} />}</Answer>;
}

function One({ of: e }: { of: Enforcement }) {
  const state = stateOf(e, useNow());
  const { param } = useTenant();
  const others = useApi("/api/v1/enforcements/targets", { query: { action: e.action, target: e.target, target_kind: e.target_kind, tenant: param } }, { refetchInterval: 15_000 });
  const held = others.data?.items[0];
  const w = actionOf(e.action);
  const title = state === "in force" ? `${e.target} ${w.is}` : held ? `${e.target} ${w.is} still, by others` : `${w.label} ${e.target}: over`;
  return (
    <>
      <PageHeader
        back={list} title={title} tab={`${e.target}: enforcement`} badges={<><Does action={e.action} /><EnforcementBadge state={state} /></>}
        lead={state === "in force" ? <>{asked(e.action)} It ends in <Left until={e.expires_at} />, at <Time at={e.expires_at} />.</> : state === "revoked" ? <>Revoked <Time at={e.revoked_at} relative />{e.revoke_reason && <>: {e.revoke_reason}</>}</> : <>It ended <Time at={e.expires_at} relative />.</>}
        actions={<Curl path={buildUrl("/api/v1/enforcements/{id}", { id: e.id }, { tenant: param })} />}
      />
      <Decide of={e} open={state === "in force"} all={held?.enforcements ?? 0} />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Why of={e} />
          <Panel title="What happened"><Story of={e} state={state} /></Panel>
        </Stack>
        <Stack gap="md" miw={0}>
          <Panel title="Facts">
            <KeyValue rows={[
              ["Target", e.target], ["Kind", kindOf(e.target_kind)], ["What", w.label], ["Rule", e.rule_title ? <span key="r">{e.rule_title} <Text span size="xs" c="dimmed">{e.rule}</Text></span> : e.rule],
              ["Set", <Time key="c" at={e.created_at} />], ["Ends", <Time key="x" at={e.expires_at} />],
              ["Same target", held && held.enforcements > 1 && <A key="s" to="/enforcements" search={{ view: "history", target: e.target, state: "in_force" }}>{plural(held.enforcements, "enforcement")} in force</A>],
              ["All of it", <A key="h" to="/enforcements" search={{ view: "history", target: e.target }}>every enforcement against {e.target}</A>],
              ["Enforcement", <Id key="i" value={e.id} short />],
            ]} />
          </Panel>
          <Panel title="Carried out">
            <Text size="sm">{w.means} That is what those do that ask: firewalls, agents and scripts. {heldTruth}</Text>
          </Panel>
        </Stack>
      </div>
    </>
  );
}

function Decide({ of: e, open, all }: { of: Enforcement; open: boolean; all: number }) {
  const edit = useEdit();
  const may = useHas()("enforcements:write");
  const [asked, setAsked] = useState<"one" | "all">();
  if (!may || (!open && all === 0)) return null;
  if (!edit.on) return <Group mb="md"><Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to revoke</Button></Group>;
  return (
    <Group gap={6} mb="md">
      {open && <Button color="red" variant="light" leftSection={<Icon name="undo" size={14} />} onClick={() => setAsked("one")}>Revoke{all > 1 ? " this one" : ""}</Button>}
      {all > (open ? 1 : 0) && <Button color="red" variant="light" leftSection={<Icon name="undo" size={14} />} onClick={() => setAsked("all")}>Revoke all {all} against {e.target}</Button>}
      {e.target_kind in kinds && <ButtonLink to="/allowlists" search={{ add: e.target_kind, value: e.target }} leftSection={<Icon name="shield" size={14} />}>Never block it</ButtonLink>}
      {asked === "one" && <RevokeOne of={e} others={all - 1} close={() => setAsked(undefined)} />}
      {asked === "all" && <RevokeDialog of={[{ ...e, enforcements: all }]} close={() => setAsked(undefined)} />}
    </Group>
  );
}

function Why({ of: e }: { of: Enforcement }) {
  const may = useHas()("decisions:read");
  const { param } = useTenant();
  const q = useApi("/api/v1/decisions/{id}", { path: { id: e.decision_id }, query: { tenant: param } }, { enabled: may });
  const d = q.data?.decision;
  return (
    <Panel title="Why" aside={<A to="/decisions/$id" params={{ id: e.decision_id }}>Open the decision</A>}>
      <Stack gap={6}>
        <Group gap={6}><Text fw={600}>{e.rule_title || e.rule}</Text>{d && <Severity value={d.threat_level === "none" ? "info" : d.threat_level} />}</Group>
        {d && <Text size="sm">{d.explanation_brief}</Text>}
        {d && q.data && <Text size="sm" c="dimmed">{q.data.event.event_type} from {q.data.event.source}, <Time at={q.data.event.time} />. Confidence {(d.mitigations.find((m) => m.target === e.target)?.confidence ?? 0).toFixed(2)}; {d.mitigations.find((m) => m.target === e.target)?.reversible === false ? "it can’t be undone" : "it can be undone"}.</Text>}
        {q.error && <Text size="sm" c="dimmed">The decision could not be read: {q.error.problem.detail}</Text>}
        {!may && <Text size="sm" c="dimmed">Your key does not read decisions.</Text>}
      </Stack>
    </Panel>
  );
}

function Story({ of: e, state }: { of: Enforcement; state: string }) {
  return (
    <Timeline bulletSize={14} lineWidth={2} active={3}>
      <Timeline.Item title={<Text size="sm" fw={500}>Decided, and set in force</Text>}>
        <Text size="sm">It could run by itself: {actionOf(e.action).verb} {e.target}.</Text>
        <Text size="xs" c="dimmed"><Time at={e.created_at} /></Text>
      </Timeline.Item>
      {state === "in force" && <Timeline.Item lineVariant="dashed" title={<Text size="sm" fw={500}>Ends by itself</Text>}><Text size="xs" c="dimmed"><Time at={e.expires_at} />, in <Left until={e.expires_at} /></Text></Timeline.Item>}
      {state === "expired" && <Timeline.Item title={<Text size="sm" fw={500}>Its time was over</Text>}><Text size="xs" c="dimmed"><Time at={e.expires_at} /></Text></Timeline.Item>}
      {state === "revoked" && (
        <Timeline.Item title={<Text size="sm" fw={500} component="div">Revoked by <Who id={e.revoked_by} /></Text>}>
          <Text size="sm">{e.revoke_reason && `“${capital(e.revoke_reason)}” `}</Text>
          <Group gap="xs"><Text size="xs" c="dimmed" component="div"><Time at={e.revoked_at} /></Text><A size="xs" to="/audit" search={{ target: e.id }}>in the audit</A></Group>
        </Timeline.Item>
      )}
    </Timeline>
  );
}
