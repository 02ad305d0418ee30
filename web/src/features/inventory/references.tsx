// Objects without effect, and references that lead nowhere.
import "./inventory.css";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useInfiniteQuery } from "@tanstack/react-query";
import { readAll } from "@/api/all";
import { pagesQuery } from "@/api/hooks";
import { buildUrl, type ApiError, type Schemas } from "@/api/client";
import type { Search } from "@/app/search";
import { useTenant } from "@/app/tenant";
import { A, Answer, Badge, count, Curl, Download, Empty, Failed, Loading, PageHeader, Panel, plural, useFilters } from "@/ui";
import { nameOf, reasonWords, sourceField, type GraphObject } from "./logic";
import { ObjectLink, observe, Parts, SourcePicker } from "./pieces";
import { useCoverage, useSources } from "./queries";

const fields = [sourceField];

export default function References() {
  const [values, set] = useFilters(fields);
  const sources = useSources();
  return (
    <>
      <Answer of={sources} what="The sources could not be read.">
        {(page) => {
          const source = typeof values.source === "string" ? values.source : undefined;
          return page.items.length > 0 ? <Of source={source} set={(v) => set({ source: v })} /> : <><Head /><Empty icon="graph" title="Nothing was observed yet" command={observe}>What refers to what is read from the objects of a run.</Empty></>;
        }}
      </Answer>
    </>
  );
}

function Head({ actions }: { actions?: React.ReactNode }) {
  return (
    <>
      <PageHeader title="References" tab="References" lead="Objects without effect, and references that lead nowhere. For the graph of one object, open the object." actions={actions} />
      <Parts here="/inventory/references" />
    </>
  );
}

function Of({ source, set }: { source?: string; set: (v: string | undefined) => void }) {
  const { param } = useTenant();
  const show = (useSearch({ strict: false }) as Search).show === "broken" ? "broken" : "unassigned";
  return (
    <>
      <Head actions={<Curl path={buildUrl(`/api/v1/inventory/graph/${show}`, {}, { tenant: param, source })} />} />
      <Group gap={6} mb="md"><SourcePicker value={source} set={set} /></Group>
      <Stack gap="md">
        <Broken source={source} />
        <Unassigned source={source} />
      </Stack>
    </>
  );
}

function Broken({ source }: { source?: string }) {
  const { param, id } = useTenant();
  const q = useInfiniteQuery({ ...pagesQuery("/api/v1/inventory/graph/broken", { query: { source, tenant: param, limit: 100 } }) });
  const pages = (q.data?.pages ?? []) as unknown as Schemas["BrokenPage"][];
  const rows = pages.flatMap((p) => p.items);
  const first = pages[0];
  if (q.isPending) return <Loading rows={3} />;
  if (!first) return <Failed error={q.error as ApiError} what="The broken references could not be read." retry={() => void q.refetch()} />;
  const columns = [["source", (r: Schemas["BrokenReference"]) => r.source], ["from", (r: Schemas["BrokenReference"]) => nameOf(r.from)], ["from_type", (r: Schemas["BrokenReference"]) => r.from.type], ["relation", (r: Schemas["BrokenReference"]) => r.relation], ["to", (r: Schemas["BrokenReference"]) => r.to.id], ["to_type", (r: Schemas["BrokenReference"]) => r.to.type]] as const;
  return (
    <Panel title={first.total === 0 ? "No broken reference" : plural(first.total, "broken reference")} flush aside={rows.length > 0 && <Download name={`broken-${id}`} rows={rows} columns={columns.map(([name, value]) => ({ name, value }))} all={(tell) => readAll("/api/v1/inventory/graph/broken", { source, tenant: param }, tell)} />}>
      {first.total === 0 && <Text size="sm" c="dimmed" p="sm">Every reference of which that can be told leads to an object.</Text>}
      {rows.length > 0 && (
        <div className="plain-scroll"><table className="plain-table">
          <thead><tr><th scope="col">Object</th><th scope="col">says</th><th scope="col">what is not there</th></tr></thead>
          <tbody>{rows.map((r, n) => <tr key={n}><td><ObjectLink of={r.from} source={r.source} /><Text size="xs" c="dimmed">{r.from.label}{source ? "" : ` · ${r.source}`}</Text></td><td>{r.relation}</td><td>{nameOf(r.to)}<Text size="xs" c="dimmed">{r.to.label}: read to its end without it</Text></td></tr>)}</tbody>
        </table></div>
      )}
      {q.hasNextPage && <Button variant="subtle" m="xs" loading={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>Load more</Button>}
      {first.unknown.length > 0 && (
        <Stack gap={2} p="sm">
          <Text size="sm" fw={500}>Of these nobody can tell:</Text>
          {first.unknown.map((u) => <Text key={u.source + u.type + u.reason} size="sm" c="dimmed">{plural(u.references, "reference")} to {u.label}{source ? "" : ` in ${u.source}`}: {reasonWords(u.reason)}.</Text>)}
        </Stack>
      )}
    </Panel>
  );
}

function Unassigned({ source }: { source?: string }) {
  const { param, id } = useTenant();
  const coverage = useCoverage(source);
  const q = useInfiniteQuery({ ...pagesQuery("/api/v1/inventory/graph/unassigned", { query: { source, tenant: param, limit: 100 } }) });
  const pages = (q.data?.pages ?? []) as unknown as Schemas["UnassignedPage"][];
  const rows = pages.flatMap((p) => p.items);
  const first = pages[0];
  if (q.isPending) return <Loading rows={5} />;
  if (!first) return <Failed error={q.error as ApiError} what="The objects without assignment could not be read." retry={() => void q.refetch()} />;
  const label = (type: string) => rows.find((o) => o.type === type)?.label ?? coverage.data?.items.find((c) => c.type === type)?.label ?? type;
  const total = Object.values(first.counts).reduce((a, b) => a + b, 0);
  const unread = Object.entries(first.unread);
  return (
    <Panel title={total === 0 ? "Nothing is without assignment" : `${plural(total, "object is", "objects are")} assigned to nobody`} flush aside={rows.length > 0 && <Download name={`unassigned-${id}`} rows={rows} columns={(["source", "type", "label", "id", "name", "state"] as const).map((name) => ({ name, value: (o: GraphObject) => o[name] }))} all={(tell) => readAll("/api/v1/inventory/graph/unassigned", { source, tenant: param }, tell)} />}>
      <Stack gap={6} p="sm">
        <Text size="sm" c="dimmed">{total === 0 ? "No object was found that could be assigned and is not." : "They could be assigned and are not: they have no effect."}</Text>
        {total > 0 && <Group gap={6}>{Object.entries(first.counts).map(([type, n]) => <Badge key={type} tone="none">{label(type)}: {count(n)}</Badge>)}</Group>}
        {unread.length > 0 && <Text size="sm" c="dimmed">The export does not say whether they are assigned: {unread.map(([type, n]) => `${count(n)} of ${label(type)}`).join(", ")}.</Text>}
      </Stack>
      {rows.length > 0 && (
        <div className="plain-scroll"><table className="plain-table">
          <thead><tr><th scope="col">Object</th><th scope="col">Type</th></tr></thead>
          <tbody>{rows.map((o) => <tr key={o.source + o.type + o.id}><td><ObjectLink of={o} source={o.source ?? source ?? ""} /></td><td><A to="/inventory" search={{ source: o.source ?? source, type: o.type }}>{o.label}</A>{!source && <Text size="xs" c="dimmed">{o.source}</Text>}</td></tr>)}</tbody>
        </table></div>
      )}
      {q.hasNextPage && <Button variant="subtle" m="xs" loading={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>Load more</Button>}
    </Panel>
  );
}
