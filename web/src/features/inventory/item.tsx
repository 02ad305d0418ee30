// One object: what it holds, whom it reaches, where it came from, when it changed, what it touches.
import "./inventory.css";
import { Group, Stack, Text, Timeline } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import type { Search } from "@/app/search";
import { A, Answer, ButtonLink, count, Curl, Empty, Icon, Id, JsonView, KeyValue, PageHeader, Panel, plural, Severity, State, Time } from "@/ui";
import { graphTarget, itemAsk, nameOf, secretsIn, stateWords, type ItemDetail } from "./logic";
import { ItemState, ObjectLink } from "./pieces";
import { useItem, useNeighbours } from "./queries";
import { Whom } from "./whom";

const list = { to: "/inventory", label: "Inventory" };

export default function ItemPage() {
  const search = useSearch({ strict: false }) as Search;
  const q = useItem();
  if (!search.id) return <Empty icon="box" title="Which object?" command="frostgate inventory show NAME">Open one from the <A to="/inventory">inventory</A>.</Empty>;
  return <Answer of={q} what="The object could not be read.">{(i) => <One of={i} key={i.source + i.type + i.id} />}</Answer>;
}

function One({ of: i }: { of: ItemDetail }) {
  const search = useSearch({ strict: false }) as Search;
  const secrets = secretsIn(i.content);
  return (
    <>
      <PageHeader
        back={list} title={nameOf(i)} tab={nameOf(i)} badges={<ItemState value={i.state} />} lead={i.label}
        actions={<><Curl path={buildUrl("/api/v1/inventory/item", {}, itemAsk({ ...search }, i.tenant_id).query)} /><ButtonLink {...graphTarget(i, i.source)} leftSection={<Icon name="graph" size={14} />}>What it touches</ButtonLink></>}
      />
      {i.state !== "present" && <Text size="sm" mb="md">{stateWords[i.state]} What is shown is what was last seen.</Text>}
      <Whom of={i} />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Panel title="Content" aside={<Text size="xs" c="dimmed">as last seen, <Time at={i.seen_at} /></Text>}>
            {secrets.length > 0 && <Text size="sm" mb="xs"><Icon name="lock" size={13} /> {plural(secrets.length, "secret is", "secrets are")} marked: only a keyed hash is kept, which shows whether a secret changed and never what it is.</Text>}
            {i.content === undefined ? <Text size="sm" c="dimmed">No content is kept.</Text> : <JsonView value={i.content} marks={secrets.map((s) => [s, "Secret: only a keyed hash is kept"] as [string, string])} label="The object's content" maxHeight="70vh" />}
          </Panel>
        </Stack>
        <Stack gap="md" miw={0}>
          <Facts of={i} />
          <Findings of={i} />
          <Names of={i} />
          <Neighbours of={i} />
          <Panel title="Runs that saw it change"><Past of={i} /></Panel>
        </Stack>
      </div>
    </>
  );
}

function Facts({ of: i }: { of: ItemDetail }) {
  const run = (id: string) => <A to="/inventory/runs/$id" params={{ id }}><Id value={id} short label="the run's ID" /></A>;
  return (
    <Panel title="Facts">
      <KeyValue rows={[
        ["ID", <Id key="i" value={i.id} />],
        ["Type", <A key="t" to="/inventory" search={{ type: i.type }}>{i.type}</A>],
        ["Template", i.template],
        ["From", <A key="s" to="/inventory" search={{ source: i.source }}>{i.source}</A>],
        ["First seen", i.first_seen && <>{i.first_at && <><Time at={i.first_at} />, </>}by run {run(i.first_seen)}</>],
        ["Last changed", i.changed_in && i.changed_in !== i.first_seen && <>{i.changed_at && <><Time at={i.changed_at} />, </>}by run {run(i.changed_in)}</>],
        ["Last seen", i.last_seen && <><Time at={i.seen_at} />, by run {run(i.last_seen)}</>],
        ["Content’s hash", <Id key="h" value={i.hash} short />],
      ]} />
    </Panel>
  );
}

function Findings({ of: i }: { of: ItemDetail }) {
  const q = useApi("/api/v1/drift/findings", { query: { object_id: i.id, source: i.source, type: [i.type], all: true, tenant: i.tenant_id, limit: 20 } });
  return (
    <Panel title="Findings" aside={q.data && q.data.items.length > 0 && <A to="/drift/findings" size="xs" search={{ object_id: i.id, source: i.source, all: "true" }}>All in the list</A>}>
      <Answer of={q} what="Its findings could not be read.">
        {(page) => page.items.length === 0 ? <Text size="sm" c="dimmed">No drift was found in it.</Text> : (
          <Stack gap={8}>
            {page.items.map((f) => (
              <div key={f.id}>
                <Group gap={6}><Severity value={f.severity} /><State value={f.state} /><Text size="xs" c="dimmed"><Time at={f.first_seen} relative /></Text></Group>
                <A to="/drift/findings/$id" params={{ id: f.id }} search={{ tenant: f.tenant_id }} style={{ overflowWrap: "anywhere" }}>{f.path || "The object as a whole"}</A>
                <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: "anywhere" }}>{f.change || `${f.from ?? "nothing"} → ${f.to ?? "nothing"}`}</Text>
              </div>
            ))}
          </Stack>
        )}
      </Answer>
    </Panel>
  );
}

/** What the identifiers in it are called. */
function Names({ of: i }: { of: ItemDetail }) {
  const list = Object.entries(i.names ?? {}).sort((a, b) => a[1].localeCompare(b[1]));
  if (list.length === 0) return null;
  return (
    <Panel title="What its identifiers are called" flush>
      <ul className="rows name-rows" tabIndex={0} aria-label="Names of identifiers">{list.map(([id, name]) => <li key={id}><Group gap={8} justify="space-between" wrap="nowrap"><Text size="sm" style={{ overflowWrap: "anywhere" }}>{name}</Text><Id value={id} short label={`the ID of ${name}`} /></Group></li>)}</ul>
    </Panel>
  );
}

function Neighbours({ of: i }: { of: ItemDetail }) {
  const q = useNeighbours({ source: i.source, type: i.type, id: i.id });
  return (
    <Panel title="Neighbours" aside={<A {...graphTarget(i, i.source)} size="xs">As a graph</A>}>
      <Answer of={q} what="What it refers to could not be read.">
        {(n) => n.to_count + n.from_count === 0 ? <Text size="sm" c="dimmed">It refers to nothing that is known, and nothing refers to it.</Text> : (
          <Stack gap="sm">
            {n.from_count > 0 && <Links title={`${plural(n.from_count, "object refers", "objects refer")} to it`} links={n.from} source={n.source} more={n.from_count} />}
            {n.to_count > 0 && <Links title={`It refers to ${count(n.to_count)}`} links={n.to} source={n.source} more={n.to_count} />}
          </Stack>
        )}
      </Answer>
    </Panel>
  );
}

function Links({ title, links, source, more }: { title: string; links: { relation: string; object: Parameters<typeof ObjectLink>[0]["of"] }[]; source: string; more: number }) {
  const seen = links.filter((l) => l.object.state);
  const shown = seen.slice(0, 8);
  const blind = new Map<string, number>();
  for (const l of links) if (!l.object.state) blind.set(`${l.relation} ${l.object.label}`, (blind.get(`${l.relation} ${l.object.label}`) ?? 0) + 1);
  return (
    <div>
      <Text size="sm" fw={500} mb={2}>{title}</Text>
      {shown.map((l, n) => <Text key={n} size="sm" component="div"><Text span size="xs" c="dimmed">{l.relation} {l.object.label}: </Text><ObjectLink of={l.object} source={source} inText /></Text>)}
      {[...blind].map(([what, n]) => <Text key={what} size="sm"><Text span size="xs" c="dimmed">{what}: </Text>{plural(n, "object")} of which the content was not observed</Text>)}
      {more > links.length - seen.length + shown.length && <Text size="xs" c="dimmed">and {count(more - (links.length - seen.length + shown.length))} more</Text>}
    </div>
  );
}

function Past({ of: i }: { of: ItemDetail }) {
  if (i.changes.length === 0) return <Text size="sm" c="dimmed">None: it is as it was when it was first seen.</Text>;
  return (
    <Timeline bulletSize={12} lineWidth={2} active={i.changes.length}>
      {i.changes.map((c, n) => (
        <Timeline.Item key={n} title={<A to="/inventory/runs/$id" params={{ id: c.run }} fw={500}>{c.at ? <Time at={c.at} /> : "A run"}</A>}>
          <Text size="sm" component="div">{c.hash ? <>{c.state === "present" ? "It had other content before" : `It was ${c.state} before`}: <Id value={c.hash} short label="the hash before" /></> : "It was not there before."}</Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
