// One finding: what changed, since which run, what was decided.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Answer, Badge, ButtonLink, Curl, Icon, Id, JsonView, KeyValue, PageHeader, Panel, Severity, SideBySide, State, Time, type Target } from "@/ui";
import { WhomAsked } from "../inventory/whom";
import { History, Person, Proof, When } from "./history";
import { reasonInWords, sentence, type Detail } from "./logic";
import { useFinding } from "./queries";
import { Triage } from "./triage";
import { Members, SecretNote } from "./values";
import { hasSecret, identified, listChange } from "./values-logic";

const object = (d: Detail) => ({ source: d.source, type: d.type, id: d.object_id });
const list: Target & { label: string } = { to: "/drift/findings", label: "Findings" };

export default function FindingPage() {
  const { id = "" } = useParams({ strict: false });
  const q = useFinding(id);
  return <Answer of={q} what="The finding could not be read.">{(d) => <Finding of={d} />}</Answer>;
}

function Finding({ of: d }: { of: Detail }) {
  const edit = useEdit();
  const may = useHas()("drift:write");
  const { param } = useTenant();
  return (
    <>
      <PageHeader
        back={list} title={d.name || d.object_id} tab={`${d.name || d.object_id}: drift`} badges={<><Severity value={d.severity} /><State value={d.state} note={reasonInWords(d.reason)} /></>}
        lead={d.label} actions={<>
          <Curl path={buildUrl("/api/v1/drift/findings/{id}", { id: d.id }, { tenant: param })} />
          <ButtonLink to="/inventory/graph" search={{ ...object(d), tenant: d.tenant_id }} leftSection={<Icon name="graph" size={14} />}>Blast radius</ButtonLink>
        </>}
      />
      {may && <Group gap={6} mb="md">
        {edit.on ? <Triage findings={[d]} /> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to decide</Button>}
      </Group>}
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <What of={d} />
          <Panel title="History"><History of={d} /></Panel>
        </Stack>
        <Stack gap="md" miw={0}>
          <When of={d} />
          <Facts of={d} />
          <Proof of={d} />
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
  const list = listChange(d.from_value, d.to_value);
  return (
    <Panel title="What changed" flush>
      <Stack gap={4} p="sm">
        <Text fw={500}>{sentence(d)}</Text>
        {d.change && !list && <Text size="sm">{identified(d.change, d.path)}</Text>}
        {d.unverified && <Text size="sm"><Icon name="alert" size={13} /> Later runs could not tell whether it still holds: the type was not read to its end.</Text>}
        {hasSecret(d.from_value, d.to_value) && <SecretNote />}
        {!(d.kind === "removed" && !d.path) && <WhomAsked of={{ ...object(d), tenant: d.tenant_id }} known />}
      </Stack>
      {list ? <Members of={list} names={d.names} path={d.path} /> : <SideBySide left={d.from_value} right={d.to_value} names={d.names} title={d.path || "The object"} />}
    </Panel>
  );
}

function Facts({ of: d }: { of: Detail }) {
  return (
    <Panel title="Facts">
      <KeyValue rows={[
        ["Object", <Group key="o" gap={6} component="span" display="inline-flex"><A to="/inventory/item" search={{ ...object(d), tenant: d.tenant_id }}>{d.name || "as last seen"}</A><Id value={d.object_id} short label="the object's ID" /></Group>],
        ["Setting", d.path],
        ["Stable path", d.keyed_path && d.keyed_path !== d.path && <Id key="k" value={d.keyed_path} />],
        ["Source", <A key="s" to="/drift/findings" search={{ source: d.source, tenant: d.tenant_id }}>{d.source}</A>],
        ["Accepted", d.acceptance && <>until <Time at={d.acceptance.until} /> by <Person id={d.acceptance.by} />{d.acceptance.reason ? `: ${d.acceptance.reason}` : ""} {!d.acceptance.valid && <Badge tone="wait" icon="clock">over</Badge>}</>],
        ["Assigned to", d.assignee && <Person key="a" id={d.assignee} />],
        ["Same change", <A key="g" to="/drift/groups/$key" params={{ key: d.group }} search={{ tenant: d.tenant_id }}>Everything with this change</A>],
        ["Came back", d.flap > 0 && `${d.flap} times`],
        ["Follows", d.reopens && <A key="f" to="/drift/findings/$id" params={{ id: d.reopens }} search={{ tenant: d.tenant_id }}>an earlier finding on this value</A>],
        ["Expected by", <A key="b" to="/drift/baselines/$id" params={{ id: d.baseline }} search={{ tenant: d.tenant_id }}>{d.baseline_kind === "last_run" ? "the run before" : (d.baseline_name ?? "its baseline")}</A>],
        ["Finding", <Id key="i" value={d.id} short />],
        ["Value’s hash", d.to_hash && <Id key="h" value={d.to_hash} short />],
      ]} />
    </Panel>
  );
}
