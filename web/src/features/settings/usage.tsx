// How much is used, day by day and tenant by tenant, against limits.
import { Group, Stack, Text } from "@mantine/core";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Answer, count, Curl, DataTable, Download, Empty, FilterBar, PageHeader, Panel, percent, plural, State, Time, useFilters, type Column, type Export, type Field } from "@/ui";
import { daysOf, shareOf, type Day } from "./logic";
import "./settings.css";

type Usage = Schemas["TenantsUsage"];
type Row = Schemas["TenantUsage"];
const spans: Record<string, number> = { "7": 7, "30": 30, "90": 90, "365": 365 };
const fields: Field[] = [{ kind: "one", key: "days", label: "Of the last", options: [{ value: "7", label: "7 days" }, { value: "30", label: "30 days" }, { value: "90", label: "90 days" }, { value: "365", label: "365 days" }] }];

/** Midnight in UTC, so that the same question is asked for a whole day. */
const since = (days: number, now: number) => new Date(Math.floor(now / 86_400_000) * 86_400_000 - (days - 1) * 86_400_000).toISOString();

export default function UsagePage() {
  const [values, set] = useFilters(fields);
  const { id, isAll } = useTenant();
  const name = useTenantName();
  const days = spans[typeof values.days === "string" ? values.days : "30"] ?? 30;
  const query = { from: since(days, Date.now()) };
  const q = useApi("/api/v1/usage/tenants", { query }, { keep: true, refetchInterval: 60_000 });
  const items = q.data?.items.filter((u) => isAll || u.tenant_id === id) ?? [];
  const perDay = q.data ? daysOf(items, query.from, q.data.to) : [];
  const files: Export<{ day: string; tenant: string; tenant_id: string; decisions: number }>[] = (["day", "tenant", "tenant_id", "decisions"] as const).map((n) => ({ name: n, value: (r) => r[n] }));
  const rows = items.flatMap((u) => u.days.map((d) => ({ day: d.start.slice(0, 10), tenant: u.name, tenant_id: u.tenant_id, decisions: d.decisions })));
  return (
    <>
      <PageHeader title="Limits and usage" tab="Usage" lead={<>What is metered in {isAll ? "all tenants" : name(id)}: accepted decisions, counted in the transaction that stores them.</>} actions={<><Curl path={buildUrl("/api/v1/usage/tenants", {}, query)} /><Download name={`usage-${isAll ? "all" : id}-${days}-days`} rows={rows} columns={files} /></>} />
      <FilterBar fields={fields} values={{ days: String(days), ...values }} set={set} />
      <Answer of={q} what="The usage could not be read.">{() => <Board items={items} perDay={perDay} days={days} />}</Answer>
    </>
  );
}

function Board({ items, perDay, days }: { items: Row[]; perDay: Day[]; days: number }) {
  const total = items.reduce((n, u) => n + u.decisions, 0);
  if (total === 0) return <Empty icon="feed" title={`No decision in ${plural(days, "day")}`} command={`curl -sS '${location.origin}/defend' -H "X-API-Key: $FROSTGATE_API_KEY" -H 'Content-Type: application/json' -d '{"source":"try"}'`}>Send an event: each one that is decided counts once.</Empty>;
  const most = perDay.reduce((a, b) => (b.decisions > a.decisions ? b : a), perDay[0]!);
  return (
    <Stack gap="md">
      <Group gap="xl" className="sentence"><Text size="xl" fw={650}>{plural(total, "decision")} in {plural(days, "day")}.</Text><Text size="sm" c="dimmed">Most on {most.start.slice(0, 10)}: {count(most.decisions)}</Text></Group>
      <Panel title="Per day" aside={<Text size="xs" c="dimmed">days in UTC</Text>}><Chart of={perDay} most={most.decisions} /></Panel>
      <ByTenant of={items} />
    </Stack>
  );
}

const width = 1000;
const height = 150;

function Chart({ of, most }: { of: Day[]; most: number }) {
  const step = width / of.length;
  const busy = of.filter((d) => d.decisions > 0);
  return (
    <div>
      <svg className="usage-chart" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`Decisions per day: ${busy.slice(-31).map((d) => `${d.start.slice(0, 10)} ${count(d.decisions)}`).join("; ")}`}>
        {of.map((d, i) => {
          const h = most > 0 ? (d.decisions / most) * (height - 8) : 0;
          return <g key={d.start}><title>{`${d.start.slice(0, 10)}: ${plural(d.decisions, "decision")}`}</title><rect className="ground" x={i * step} y={0} width={step} height={height} /><rect x={i * step + step * 0.1} y={height - Math.max(h, d.decisions > 0 ? 2 : 0)} width={step * 0.8} height={Math.max(h, d.decisions > 0 ? 2 : 0)} /></g>;
        })}
        <line x1={0} x2={width} y1={height} y2={height} />
      </svg>
      <Group justify="space-between" mt={4}><Text size="xs" c="dimmed">{of[0]?.start.slice(0, 10)}</Text><Text size="xs" c="dimmed">{of.at(-1)?.start.slice(0, 10)}</Text></Group>
    </div>
  );
}

const shareText = (u: Row) => {
  const s = shareOf(u);
  return s === undefined ? "" : percent(s);
};

function ByTenant({ of }: { of: Usage["items"] }) {
  const has = useHas();
  const columns: Column<Row>[] = [
    { id: "name", head: "Tenant", width: "minmax(140px, 3fr)", cell: (u) => (has("tenants:read") ? <A to="/settings/tenants/$id" params={{ id: u.tenant_id }} fw={500}>{u.name}</A> : u.name) },
    { id: "n", head: "Decisions", width: "110px", right: true, cell: (u) => count(u.decisions) },
    { id: "hour", head: "Busiest hour", width: "minmax(120px, 1fr)", right: true, from: 620, cell: (u) => (u.busiest > 0 ? count(u.busiest) : "") },
    { id: "at", head: "When", width: "160px", from: 860, cell: (u) => (u.busiest_at ? <Time at={u.busiest_at} /> : "") },
    { id: "limit", head: "Limit a second", width: "120px", right: true, from: 560, cell: (u) => count(u.limit.per_second ?? 0) },
    { id: "share", head: "Of the limit", width: "130px", right: true, from: 720, cell: (u) => <span title="The busiest hour’s average against the limit">{u.busiest > 0 ? shareText(u) : ""}</span> },
    { id: "state", head: "State", width: "106px", from: 480, cell: (u) => <State value={u.status} /> },
  ];
  const rows = [...of].sort((a, b) => b.decisions - a.decisions);
  return (
    <DataTable
      label="Usage by tenant" rows={rows} columns={columns} rowKey={(u) => u.tenant_id}
      narrow={{ below: 440, height: 58, cell: (u) => <><Group gap={6} justify="space-between" wrap="nowrap"><Text size="sm" fw={600} truncate>{u.name}</Text><Text size="sm">{count(u.decisions)}</Text></Group><Text size="xs" c="dimmed">busiest hour {count(u.busiest)}{u.busiest > 0 && `, ${shareText(u)} of the limit`}</Text></> }}
    />
  );
}
