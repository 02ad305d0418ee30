// One ruleset: what it is made of, how it differs from the one in force, and
// switching to it.
import "./rules.css";
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Answer, Badge, Curl, Failed, Icon, Id, InTenant, KeyValue, PageHeader, Panel, Time, Who } from "@/ui";
import { tell, useActivate } from "./queries";
import { PutBack, TakeOut } from "./sources";

type Ruleset = Schemas["RulesetView"];
type Active = Schemas["ActiveRuleset"];
interface Doc {
  hash: string;
  kind: string;
  name: string;
  version: string;
}

const docs = (r: Ruleset): Doc[] => [...r.detections, ...r.documents].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name));
const order = ["detections", "tuning", "scenarios", "policy", "doctrine"];
const means: Record<string, string> = {
  detections: "Sigma rules", tuning: "What this tenant changed about them, and its filters", scenarios: "What is counted over time", policy: "What the policy admits (Rego)", doctrine: "Rules of engagement: what may be done, and who must approve",
};

export default function RulesetPage() {
  const { hash = "" } = useParams({ strict: false });
  const { param } = useTenant();
  const q = useApi("/api/v1/rulesets/{hash}", { path: { hash }, query: { tenant: param } });
  const active = useApi("/api/v1/rulesets/active", { query: { tenant: param } });
  return <Answer of={q} what="The ruleset could not be read.">{(r) => <One of={r} active={active.data} key={r.hash} />}</Answer>;
}

function One({ of: r, active }: { of: Ruleset; active?: Active }) {
  const { param } = useTenant();
  const edit = useEdit();
  const may = useHas()("rules:write");
  const [asked, setAsked] = useState(false);
  const inForce = active?.ruleset.hash === r.hash;
  return (
    <>
      <PageHeader
        back={{ to: "/rules/rulesets", label: "Rulesets" }} title={`Ruleset ${r.name} ${r.version}`} tab={`Ruleset ${r.version}`} badges={active && (inForce ? <Badge tone="good" icon="check">in force</Badge> : <Badge tone="none" icon="pause">not in force</Badge>)}
        lead={<>Stored <Time at={r.created_at} /> by <Who id={r.created_by} none="the server" plain />. It never changes: its hash is that of its documents.</>} actions={<Curl path={buildUrl("/api/v1/rulesets/{hash}", { hash: r.hash }, { tenant: param })} />}
      />
      {may && active && !inForce && <Group mb="md">{edit.on ? <Button leftSection={<Icon name="undo" size={14} />} onClick={() => setAsked(true)}>Have it decide</Button> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to have it decide</Button>}</Group>}
      <div className="two-columns">
        <Panel title="What it is made of" flush aside={may && edit.on && inForce ? <PutBack there={r.detections.some((d) => d.name === "builtin")} /> : undefined}>
          <ul className="row-list">
            {docs(r).map((d) => (
              <li key={d.hash + d.name}>
                <Group justify="space-between" gap="xs"><A to="/rules/documents/$hash" params={{ hash: d.hash }} search={{ kind: d.kind }} fw={600}>{d.kind === d.name ? d.kind : `${d.kind} ${d.name}`}</A><Group gap={8}><Text size="xs" c="dimmed">version {d.version}</Text>{may && edit.on && inForce && d.kind === "detections" && <TakeOut name={d.name} />}</Group></Group>
                <Text size="sm" c="dimmed">{means[d.kind] ?? d.kind}{d.kind === "detections" && inForce && <>: <A to="/rules" search={{ source: d.name }} underline="always">its rules in the list</A></>}</Text>
              </li>
            ))}
          </ul>
        </Panel>
        <Stack gap="md" miw={0}>
          {active && !inForce && <Difference from={active.ruleset} to={r} />}
          <Panel title="Facts"><KeyValue rows={[["Hash", <Id key="h" value={r.hash} />], ["Of", r.platform ? "the platform: every tenant may use it" : "this tenant"], ["In force", active && (inForce ? <>since <Time at={active.updated_at} />{active.updated_by && <> by <Who id={active.updated_by} plain /></>}</> : <>no; <A key="a" to="/rules/rulesets/$hash" params={{ hash: active.ruleset.hash }}>{active.ruleset.name} {active.ruleset.version}</A> is</>)]]} /></Panel>
        </Stack>
      </div>
      {asked && active && <Activate of={r} active={active} close={() => setAsked(false)} />}
    </>
  );
}

function Difference({ from, to }: { from: Ruleset; to: Ruleset }) {
  const before = docs(from);
  const after = docs(to);
  const key = (d: Doc) => (d.kind === d.name ? d.kind : `${d.kind} ${d.name}`);
  const rows = [
    ...after.filter((d) => !before.some((b) => key(b) === key(d))).map((d) => ({ what: key(d), said: "comes in", hash: d.hash, kind: d.kind })),
    ...before.filter((d) => !after.some((a) => key(a) === key(d))).map((d) => ({ what: key(d), said: "goes", hash: d.hash, kind: d.kind })),
    ...after.filter((d) => before.some((b) => key(b) === key(d) && b.hash !== d.hash)).map((d) => ({ what: key(d), said: "has other content", hash: d.hash, kind: d.kind })),
  ];
  return (
    <Panel title="Against the one in force" flush={rows.length > 0}>
      {rows.length === 0 ? <Text size="sm">The same documents.</Text> : <ul className="row-list">{rows.map((r) => <li key={r.what + r.said}><A to="/rules/documents/$hash" params={{ hash: r.hash }} search={{ kind: r.kind }}>{r.what}</A> {r.said}</li>)}</ul>}
    </Panel>
  );
}

function Activate({ of: r, active, close }: { of: Ruleset; active: Active; close: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const write = useActivate();
  const [reason, setReason] = useState(edit.reason);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    await write.mutateAsync({ query: { tenant: param }, body: { hash: r.hash, generation: active.follows_platform ? 0 : active.generation, reason: reason.trim() } });
    tell("It decides from the next event on", `Ruleset ${r.name} ${r.version}. The one before stays in the list.`);
    close();
  };
  const moved = write.error?.problem.code === "conflict";
  return (
    <Modal opened onClose={close} title={`Have ${r.name} ${r.version} decide`} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <Text size="sm">It takes the place of {active.ruleset.name} {active.ruleset.version} between two events, with its tuning and filters. {active.follows_platform && "From then on this tenant no longer moves with the platform’s."}</Text>
          <Difference from={active.ruleset} to={r} />
          <Textarea label="Reason" value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={1000} required data-autofocus />
          {write.error && (moved ? <Alert color="yellow" title="Another ruleset was put in force meanwhile" role="alert">{write.error.problem.detail} Nothing was changed by you.</Alert> : <Failed error={write.error} what="Nothing was changed." />)}
          <Group justify="flex-end"><Button variant="default" onClick={close}>{moved ? "Close" : "Cancel"}</Button>{!moved && <Button type="submit" loading={write.isPending} disabled={!reason.trim()}>Have it decide</Button>}</Group>
        </Stack>
      </form>
    </Modal>
  );
}
