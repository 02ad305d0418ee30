// The organisation and the server that it runs on.
import { Anchor, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useApi } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useHas, useIdentity } from "@/app/session";
import { useTenants } from "@/app/tenant";
import { A, Answer, Badge, count, Curl, Icon, Id, KeyValue, PageHeader, Panel, plural, span } from "@/ui";
import { checkWords, healthSentence, switchOf } from "./logic";
import "./settings.css";

type Health = Schemas["DetailedHealth"];

export default function Organisation() {
  const me = useIdentity();
  const q = useApi("/health/detailed", {}, { refetchInterval: 15_000 });
  return (
    <>
      <PageHeader title={me.org_name} tab="Organisation" lead="The organisation, and the server that it runs on." actions={<Curl path="/health/detailed" />} />
      <Answer of={q} what="The state of the server could not be read.">{(h) => <Board of={h} />}</Answer>
    </>
  );
}

function Board({ of: h }: { of: Health }) {
  const s = healthSentence(h);
  return (
    <Stack gap="md">
      <Group gap="sm" className="sentence">
        <Badge tone={s.good ? "good" : "critical"} icon={s.good ? "check" : "alert"}>{h.status === "ready" ? "in service" : h.status.replaceAll("_", " ")}</Badge>
        <Text size="xl" fw={650}>{s.text}</Text>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Ours />
        <Server of={h} />
      </SimpleGrid>
      <Switches of={h.modules} />
      <Checks of={h.checks} />
    </Stack>
  );
}

function Ours() {
  const me = useIdentity();
  const has = useHas();
  const tenants = useTenants();
  const off = tenants.filter((t) => t.status !== "active");
  const people = useApi("/api/v1/people", { query: { limit: 500 } }, { enabled: has("people:read") });
  const n = people.data?.items.filter((p) => p.kind === "person" && p.status === "active").length ?? 0;
  const services = people.data?.items.filter((p) => p.kind === "service" && p.status === "active").length ?? 0;
  return (
    <Panel title="Organisation">
      <KeyValue rows={[
        ["Name", me.org_name],
        ["Tenants", tenants.length > 0 && <><A to="/settings/tenants">{plural(tenants.length, "tenant")}</A>{off.length > 0 && `, ${count(off.length)} not active`}</>],
        ["People", people.data && <><A to="/settings/people">{n === 1 ? "1 person" : `${count(n)} people`}</A>{services > 0 && ` and ${plural(services, "service account")}`} active{people.data.next_cursor && ", and more"}</>],
        ["Use", has("usage:read") && <A to="/settings/usage" search={{ tenant: "all" }}>Decisions of each tenant, against limits</A>],
        ["Organisation", <Id key="i" value={me.org_id} />],
      ]} />
    </Panel>
  );
}

function Server({ of: h }: { of: Health }) {
  const has = useHas();
  const contract = useApi("/api/v1/contracts/status", {}, { enabled: has("rules:read") });
  return (
    <Panel title="Server">
      <KeyValue rows={[
        ["Version", h.version],
        ["Running for", span(h.uptime_s * 1000)],
        ["API", contract.data && <>version {contract.data.version}, {contract.data.equal ? "as published with the source" : "not the one published with the source"}: <Anchor href="/docs" size="sm">documentation</Anchor></>],
        ["Contract", <Id key="h" value={h.contract_hash} short />],
        ["Built with", h.go],
      ]} />
    </Panel>
  );
}

function Switches({ of }: { of: Health["modules"] }) {
  return (
    <Panel title="What is on and off, and why it matters" flush>
      <ul className="plain-list">
        {of.map(switchOf).map((s) => (
          <li key={s.name}>
            <Group gap="xs" mb={2}><Text size="sm" fw={600}>{s.name}</Text><Badge tone={s.good ? "good" : "wait"} icon={s.good ? "check" : "alert"}>{s.state}</Badge></Group>
            <Text size="sm">{s.why}</Text>
            {s.how && <Text size="xs" c="dimmed">{s.how}</Text>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Checks({ of }: { of: Health["checks"] }) {
  return (
    <Panel title="Checks" aside={<Text size="xs" c="dimmed">asked again every 15 seconds</Text>} flush>
      <ul className="plain-list">
        {of.map((c) => {
          const w = checkWords(c.name);
          return (
            <li key={c.name}>
              <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
                <div><Text size="sm"><b>{w.name}</b> {w.means}</Text>{c.reason && <Text size="sm" style={{ overflowWrap: "anywhere" }}><Icon name="info" size={12} /> {c.reason}{c.advisory && !c.ok && ". The server stays in service."}</Text>}</div>
                <Group gap={8} wrap="nowrap"><Text size="xs" c="dimmed" className="num">{c.latency_ms < 1 ? "under 1 ms" : span(c.latency_ms)}</Text><Badge tone={c.ok ? "good" : c.advisory ? "wait" : "critical"} icon={c.ok ? "check" : "alert"}>{c.ok ? "works" : c.advisory ? "look" : "fails"}</Badge></Group>
              </Group>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
