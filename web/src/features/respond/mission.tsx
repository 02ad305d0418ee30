// One mission: its limits, what was spent of them, and its end.
import { Alert, Button, Group, Modal, Progress, Stack, Text, Textarea } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { buildUrl } from "@/api/client";
import { useApi, useWrite } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Answer, Curl, Failed, Icon, Id, InTenant, KeyValue, PageHeader, Panel, percent, personaFull, ringWord, Time, Who, type Target } from "@/ui";
import { actionOf } from "./logic";
import { phaseOf, whyNot, type Mission } from "./mission-logic";
import { PhaseBadge } from "./missions";
import { Left, useNow } from "./pieces";
import { tell } from "./queries";

const list: Target & { label: string } = { to: "/missions", label: "Missions" };

export default function MissionPage() {
  const { id = "" } = useParams({ strict: false });
  const { param } = useTenant();
  const q = useApi("/api/v1/missions/{id}", { path: { id }, query: { tenant: param } }, { refetchInterval: 15_000 });
  return <Answer of={q} what="The mission could not be read.">{(m) => <One key={id} of={m} />}</Answer>;
}

function One({ of: m }: { of: Mission }) {
  const now = useNow();
  const { param } = useTenant();
  const edit = useEdit();
  const may = useHas()("missions:write");
  const [ending, setEnding] = useState(false);
  const phase = phaseOf(m, now);
  const id = m.mission_id ?? "";
  return (
    <>
      <PageHeader
        back={list} title={m.title} tab={`${m.title}: mission`} badges={<PhaseBadge of={m} now={now} />}
        lead={phase === "active" ? <>Ends in <Left until={m.expires_at} />. {m.reason && whyNot[m.reason]}</> : phase === "planned" ? <>Begins <Time at={m.starts_at} />, ends <Time at={m.expires_at} />.</> : m.ended_at ? <>Ended before its time, <Time at={m.ended_at} relative />.</> : <>Over since <Time at={m.expires_at} />.</>}
        actions={<Curl path={buildUrl("/api/v1/missions/{id}", { id }, { tenant: param })} />}
      />
      {may && phase !== "over" && <Group mb="md">{edit.on ? <Button color="red" variant="light" leftSection={<Icon name="close" size={14} />} onClick={() => setEnding(true)}>End it now</Button> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to end it</Button>}</Group>}
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Panel title="What it allows">
            {m.allowed_actions.length === 0 ? <Text size="sm">Nothing: decisions under it only record.</Text> : <KeyValue rows={m.allowed_actions.map((a) => [actionOf(a).label, actionOf(a).means || "Named by the doctrine."])} />}
          </Panel>
          <Panel title="Its limits">
            <Stack gap="sm">
              <KeyValue rows={[
                ["Time", <span key="t"><Time at={m.starts_at} /> to <Time at={m.expires_at} /></span>], ["Mitigations", m.budget_cap === undefined ? `${m.spent} so far, no cap` : `${m.spent} of ${m.budget_cap}`],
                ["Impact", m.blast_radius_cap === undefined ? "no cap of its own" : `above ${percent(m.blast_radius_cap)} a person must approve`], ["Persona", m.persona ? personaFull(m.persona) : "any"], ["Ring", m.classification ? ringWord(m.classification) : "any"],
              ]} />
              {m.budget_cap !== undefined && m.budget_cap > 0 && <Progress value={Math.min(100, (m.spent / m.budget_cap) * 100)} color={m.spent >= m.budget_cap ? "red" : undefined} aria-label={`Budget: ${m.spent} of ${m.budget_cap}`} />}
            </Stack>
          </Panel>
        </Stack>
        <Stack gap="md" miw={0}>
          <Panel title="Facts">
            <KeyValue rows={[
              ["Made by", <Who key="w" id={m.created_by} />], ["Made", <Time key="c" at={m.created_at} />], ["Audit", <A key="a" to="/audit" search={{ target: id }}>who made and ended it</A>],
              ["ID", <Id key="i" value={id} />], ["Limits’ hash", <Id key="h" value={m.hash} short label="the limits' hash" />], ["Signature", <Id key="s" value={m.signature} short label="the signature" />],
            ]} />
          </Panel>
        </Stack>
      </div>
      {ending && <End of={m} close={() => setEnding(false)} />}
    </>
  );
}

function End({ of: m, close }: { of: Mission; close: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const end = useWrite("post", "/api/v1/missions/{id}/end", ["/api/v1/missions", "/api/v1/audit"]);
  const [reason, setReason] = useState(edit.reason.slice(0, 200));
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    await end.mutateAsync({ path: { id: m.mission_id ?? "" }, query: { tenant: param }, body: { reason: reason.trim() } });
    tell("The mission is ended", "It is in the tenant’s log with your reason.");
    close();
  };
  return (
    <Modal opened onClose={close} title={`End “${m.title}”`} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <Alert color="yellow" variant="light" p="xs" icon={<Icon name="alert" />}>This can’t be undone. Decisions that name it propose nothing from now on; what it has set in force stays until it ends.</Alert>
          <Textarea label="Reason" description="Kept in the log and in the audit." value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={200} required data-autofocus />
          {end.error && <Failed error={end.error} what="It was not ended." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" color="red.9" loading={end.isPending} disabled={!reason.trim()}>End it</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
