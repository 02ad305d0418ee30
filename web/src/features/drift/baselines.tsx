// What is expected of each source.
import "./groups.css";
import { Button, Group, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { usePages } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useEdit } from "@/app/edit";
import type { Search } from "@/app/search";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Badge, Curl, DataTable, Download, Empty, Failed, FilterBar, Icon, PageHeader, Time, useFilters, type Column, type Export, type Field, plural } from "@/ui";
import { BaselineForm } from "./baselines-form";

function baselinesLead(rows: readonly Baseline[], more: boolean): string {
  const active = rows.filter((b) => b.active);
  const sources = new Set(active.map((b) => b.source)).size;
  return active.length === 0 ? "No baseline is active: nothing is compared." : `${plural(active.length, "baseline is", "baselines are")} active${more ? " so far" : ""}, of ${plural(sources, "source")}: each run is compared with them.`;
}

export type Baseline = Schemas["BaselineView"];
const target = (b: Baseline) => ({ to: "/drift/baselines/$id", params: { id: b.id } });

/** What each kind expects, in plain words. */
export const kinds: Record<Baseline["kind"], { word: string; means: string }> = {
  last_run: { word: "last run", means: "What the run before saw, type by type." },
  snapshot: { word: "snapshot", means: "One pinned observation." },
  golden: { word: "golden tenant", means: "What the last run of another tenant saw; objects are matched by type, name and template." },
  template: { word: "template", means: "A document of desired state." },
};

export function Active({ of: b }: { of: Pick<Baseline, "active"> }) {
  return b.active ? <Badge tone="good" icon="check" title="Runs are compared with it">active</Badge> : <Badge tone="none" icon="pause" title="Nothing is compared with it">not active</Badge>;
}

const fields: Field[] = [{ kind: "flag", key: "inactive", label: "Those too that are not active" }, { kind: "hidden", key: "source", label: "Source" }];

const columns: Column<Baseline>[] = [
  { id: "name", head: "Name", width: "minmax(140px, 3fr)", cell: (b) => <A {...target(b)} fw={500} tabIndex={-1}>{b.name}</A> },
  { id: "kind", head: "Kind", width: "130px", cell: (b) => <span title={kinds[b.kind].means}>{kinds[b.kind].word}</span> },
  { id: "source", head: "Of source", width: "minmax(120px, 2fr)", cell: (b) => b.source },
  { id: "active", head: "State", width: "110px", cell: (b) => <Active of={b} /> },
  { id: "version", head: "Version", width: "76px", right: true, from: 620, cell: (b) => b.version },
  { id: "updated", head: "Since", width: "112px", from: 720, cell: (b) => <Time at={b.updated_at} relative /> },
  { id: "note", head: "Why", width: "minmax(100px, 3fr)", from: 900, cell: (b) => <span title={b.note}>{b.note}</span> },
];
const files: Export<Baseline>[] = (["id", "name", "kind", "source", "active", "version", "created_at", "updated_at", "by", "note", "snapshot", "entry"] as const).map((name) => ({ name, value: (b: Baseline) => b[name] }));

export default function Baselines() {
  const [values, set] = useFilters(fields);
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const edit = useEdit();
  const has = useHas();
  const { param, id: tenant } = useTenant();
  const q = usePages("/api/v1/drift/baselines", { query: { ...values, tenant: param, limit: 100 } as never });
  const text = (k: string) => (typeof search[k] === "string" ? (search[k] as string) : undefined);
  const make = text("make");
  const open = (kind: string | undefined) => void navigate({ to: ".", search: (o: Search) => ({ ...o, make: kind, snapshot: undefined }), replace: true });
  return (
    <>
      <PageHeader title="Baselines" tab="Baselines" lead={q.rows.length === 0 ? "What is expected of each source." : <>{baselinesLead(q.rows, q.hasNextPage)} Another active one takes the place of the run before, unless both are kept.</>} actions={<><Curl path={q.url} /><Download name={`baselines-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></>} />
      <Group justify="space-between" align="flex-start" mb="xs">
        <FilterBar fields={fields} values={values} set={set} />
        {has("drift:write") && (edit.on ? <Button leftSection={<Icon name="plus" size={14} />} onClick={() => open("snapshot")}>New baseline</Button> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>{make ? "Edit to make the baseline" : "Edit to make one"}</Button>)}
      </Group>
      {q.error && <Failed error={q.error} what="The baselines could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Baselines" rows={q.rows} columns={columns} rowKey={(b) => b.id} open={target} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 520, height: 76, cell: (b) => <><Group gap={6} justify="space-between" wrap="nowrap"><Text size="sm" fw={600} truncate>{b.name}</Text><Active of={b} /></Group><Text size="xs">{kinds[b.kind].word} · {b.source}</Text><Text size="xs" c="dimmed">version {b.version}, <Time at={b.updated_at} relative /></Text></> }}
          empty={<Empty icon="layers" title="No baseline yet" command="frostgate inventory run ./export --source directory --name entra">The first run of a source makes one by itself: from then on each run is compared with the one before.</Empty>}
        />
      )}
      {make && edit.on && <BaselineForm kind={make === "golden" || make === "template" ? make : "snapshot"} source={text("source")} snapshot={text("snapshot")} close={() => open(undefined)} />}
    </>
  );
}
