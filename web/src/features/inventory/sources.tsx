// Where observations come from, and how fresh they are.
import "./inventory.css";
import { Group, SimpleGrid, Text } from "@mantine/core";
import { buildUrl, type Schemas } from "@/api/client";
import { useTenant } from "@/app/tenant";
import { A, Answer, Badge, count, Curl, Empty, PageHeader, Panel, plural, Time } from "@/ui";
import { runSentence } from "./logic";
import { observe, Parts } from "./pieces";
import { useSources } from "./queries";

export default function Sources() {
  const q = useSources();
  const { param } = useTenant();
  return (
    <>
      <PageHeader title="Sources" tab="Sources" lead="Where observations come from. Runs of different sources are never compared by themselves." actions={<Curl path={buildUrl("/api/v1/inventory/sources", {}, { tenant: param })} />} />
      <Parts here="/inventory/sources" />
      <Answer of={q} what="The sources could not be read.">
        {(page) => page.items.length === 0 ? <Empty icon="download" title="No source yet" command={observe}>A source is made by its first run: a kind of reader and a name.</Empty> : (
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">{page.items.map((s) => <Source key={s.source} of={s} />)}</SimpleGrid>
        )}
      </Answer>
    </>
  );
}

const again = (source: string) => {
  const [kind, ...name] = source.split("/");
  return kind === "upload" ? `frostgate inventory run - --source upload --name ${name.join("/")} < objects.ndjson` : `frostgate inventory run ./export --source ${kind} --name ${name.join("/")}`;
};

function Source({ of: s }: { of: Schemas["SourceView"] }) {
  return (
    <Panel title={s.source} aside={s.open ? <Badge tone="info" icon="clock">a run is open</Badge> : undefined}>
      {s.last ? (
        <>
          <Text size="sm"><A to="/inventory/runs/$id" params={{ id: s.last.id }}>The last run</A>, <Time at={s.last.closed_at ?? s.last.started_at} relative />: {runSentence(s.last)}</Text>
          {s.last.quarantined + s.last.duplicates > 0 && <Text size="sm" mt={4}>{s.last.quarantined > 0 && `${plural(s.last.quarantined, "file")} could not be read. `}{s.last.duplicates > 0 && `${plural(s.last.duplicates, "identity is", "identities are")} claimed twice.`}</Text>}
        </>
      ) : <Text size="sm">No run of it was closed yet.</Text>}
      <Group gap="md" mt="xs">
        <A to="/inventory/runs" search={{ source: s.source }}>{count(s.runs)} {s.runs === 1 ? "run" : "runs"}</A>
        <A to="/inventory" search={{ source: s.source }}>Objects</A>
        <A to="/inventory/coverage" search={{ source: s.source }}>Coverage</A>
        <A to="/drift/baselines" search={{ source: s.source }}>Baselines</A>
      </Group>
      <Text size="xs" c="dimmed" mt="xs">Observe it again:</Text>
      <code style={{ fontSize: "0.75rem", overflowWrap: "anywhere" }}>{again(s.source)}</code>
    </Panel>
  );
}
