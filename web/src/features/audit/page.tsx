// The audit as a list.
import "./audit.css";
import { Button, Group, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { usePages } from "@/api/hooks";
import type { Search } from "@/app/search";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Badge, Curl, DataTable, Empty, Failed, FilterBar, PageHeader, Time, useFilters, type Column } from "@/ui";
import { auditAsk, auditLead, doneText, fields, fromInput, kindOf, localInput, shownFields, type Entry } from "./logic";
import { Actor, Export, Outcome, Target, When } from "./pieces";

const open = (e: Entry) => ({ to: "/audit/$id", params: { id: e.id }, search: { tenant: e.tenant_id } });

const columns: Column<Entry>[] = [
  { id: "at", head: "When", width: "146px", cell: (e) => <Time at={e.at} /> },
  { id: "who", head: "Who", width: "minmax(110px, 2fr)", cell: (e) => <Actor of={e} /> },
  { id: "what", head: "What", width: "minmax(170px, 3fr)", cell: (e) => <><A {...open(e)} tabIndex={-1}>{doneText(e.action)}</A>{e.times > 1 && <> <Badge tone="none">{e.times} times</Badge></>}</> },
  { id: "target", head: "Object", width: "minmax(130px, 3fr)", cell: (e) => <Target of={e} /> },
  { id: "reason", head: "Reason", width: "minmax(110px, 3fr)", from: 1080, cell: (e) => e.detail?.reason ?? e.detail?.note ?? "" },
  { id: "from", head: "From", width: "128px", from: 1240, cell: (e) => <Text span c="dimmed" inherit>{e.remote}</Text> },
  { id: "outcome", head: "Outcome", width: "84px", cell: (e) => <Outcome value={e.outcome} /> },
];

function Card({ of: e }: { of: Entry }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between"><Text span size="xs" c="dimmed"><Time at={e.at} /></Text><Outcome value={e.outcome} /></Group>
      <Text size="sm" truncate component="div"><Text span fw={600} inherit><Actor of={e} /></Text> {doneText(e.action)}</Text>
      <Text size="xs" truncate component="div"><Target of={e} /></Text>
    </>
  );
}

const leads = { changes: "Who changed what", reads: "Who read and verified evidence", "sign-ins": "Who signed in and out", all: "Who changed, read or was denied what" } as const;

export default function Audit() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const [values, set] = useFilters(fields);
  const { param, isAll } = useTenant();
  const name = useTenantName();
  const ask = auditAsk(search, param);
  const q = usePages("/api/v1/audit", { query: { ...ask, limit: 100 } });
  const when = (key: "from" | "to") => (v: string) => void navigate({ to: ".", search: (s: Search) => ({ ...s, [key]: fromInput(v) }), replace: true });
  const filtered = Object.values(values).some((v) => v !== undefined);
  const shown = isAll ? [...columns.slice(0, 1), { id: "tenant", head: "Tenant", width: "minmax(90px, 1fr)", cell: (e: Entry) => name(e.tenant_id) }, ...columns.slice(1)] : columns;
  const kind = kindOf(values);
  const bar = { ...values, kind, action: Array.isArray(values.action) ? values.action[0] : values.action };
  return (
    <>
      <PageHeader
        title="Audit" tab="Audit" lead={(kind === "all" && auditLead(q.rows, q.hasNextPage, isAll)) || `${leads[kind]}${isAll ? ", in every tenant that you may look at" : ""}, the newest first.${kind === "changes" ? " Reads, sign-ins and denied requests show when asked for." : ""}`}
        actions={<><Curl path={buildUrl("/api/v1/audit", {}, ask)} /><Export query={ask} /></>}
      />
      <FilterBar fields={shownFields} values={bar} set={(change) => set("kind" in change && change.kind === undefined ? { ...change, kind: "all" } : change)} extra={{ active: [search.from, search.to].filter(Boolean).length, node: (
        <Group gap={6}>
          <When label="From" value={localInput(search.from)} set={when("from")} />
          <When label="To" value={localInput(search.to)} set={when("to")} />
          {(search.from || search.to) && <Button variant="subtle" onClick={() => set({ from: undefined, to: undefined })}>Any time</Button>}
        </Group>
      ) }} />
      {q.error && <Failed error={q.error} what="The audit could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Audit" rows={q.rows} columns={shown} rowKey={(e) => e.id} open={open} loading={q.isPending} stale={q.isPlaceholderData}
          hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage} narrow={{ below: 640, height: 78, cell: (e) => <Card of={e} /> }}
          empty={filtered ? <Empty icon="filter" title="No entry fits these filters">Names match in part; an object is matched by its exact ID. Denied requests are written every few seconds.</Empty> : <Empty icon="audit" title={kind === "changes" ? "Nothing was changed yet" : "Nothing is audited yet"} command="frostgate audit list">Every change, every read of evidence and every denied request is kept here. The same on the command line:</Empty>}
        />
      )}
    </>
  );
}
