// Two observations side by side: of tenants, of sources, of snapshots.
import "./groups.css";
import { ActionIcon, Group, Select, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, call, type AnswerOf } from "@/api/client";
import { useApi } from "@/api/hooks";
import type { Search } from "@/app/search";
import { useTenant, useTenants } from "@/app/tenant";
import { Answer, Curl, Empty, Icon, Loading, localTime, PageHeader, Panel } from "@/ui";
import { readSide, writeSide, type Side } from "./compare-logic";
import { Result } from "./compare-result";

export default function Compare() {
  const s = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const { param } = useTenant();
  const from = readSide(s.from);
  const to = readSide(s.to);
  const set = (change: Record<string, string | undefined>) => void navigate({ to: ".", search: (o: Search) => ({ ...o, ...change }), replace: true });
  const own = (side: Side): Side => ({ ...(param ? { tenant_id: param } : {}), ...side });
  const body = from && to ? { from: own(from), to: own(to) } : undefined;
  const q = useQuery<AnswerOf<"post", "/api/v1/drift/compare">, ApiError>({
    queryKey: ["/api/v1/drift/compare", body], enabled: body !== undefined, staleTime: 60_000, placeholderData: keepPreviousData, retry: false,
    queryFn: ({ signal }) => call("post", "/api/v1/drift/compare", { body, signal }),
  });
  return (
    <>
      <PageHeader title="Compare" tab="Compare" lead="Two observations side by side. Objects are the same if type, name and template are. Nothing is stored." actions={body && <Curl path="/api/v1/drift/compare" method="POST" body={body} />} />
      <div className="compare-sides">
        <SideForm title="From" side={from} set={(v) => set({ from: writeSide(v) })} />
        <SideForm title="To" side={to} set={(v) => set({ to: writeSide(v) })} swap={from && to ? () => set({ from: writeSide(to), to: writeSide(from) }) : undefined} />
      </div>
      <Stack mt="md">
        {!body ? <Empty icon="compare" title="Choose two sides" command="frostgate drift compare directory/default tn_2/directory/default">The last run of a source, here or in another tenant, or a snapshot. Or in a terminal:</Empty>
          : <Answer of={q} what="They could not be compared." loading={<><Text size="sm" c="dimmed">Comparing: both sides are read in full, which takes seconds where there are very many objects.</Text><Loading /></>}>{(r) => <Result of={r} stale={q.isPlaceholderData} />}</Answer>}
      </Stack>
    </>
  );
}

function SideForm({ title, side, set, swap }: { title: string; side?: Side; set: (s: Side | undefined) => void; swap?: () => void }) {
  const tenants = useTenants();
  const { id } = useTenant();
  const [kind, setKind] = useState<"source" | "snapshot">(side?.snapshot ? "snapshot" : "source");
  const [of, setOf] = useState(side?.tenant_id ?? (id === "all" ? undefined : id));
  const tenant = side?.tenant_id ?? of;
  const named = side?.tenant_id ?? (tenant && tenant !== id ? tenant : undefined);
  const pick = (change: Partial<Side>) => set({ ...(named ? { tenant_id: named } : {}), ...change });
  const move = (t: string | null) => {
    if (!t) return;
    setOf(t);
    if (side) set({ ...(t === id ? {} : { tenant_id: t }), ...(side.source ? { source: side.source } : {}) });
  };
  return (
    <Panel title={title} aside={swap && <ActionIcon variant="subtle" size="sm" onClick={swap} aria-label="Swap the sides" title="Swap the sides"><Icon name="compare" /></ActionIcon>}>
      <Stack gap="xs">
        {tenants.length > 1 && <Select label="Tenant" data={tenants.map((t) => ({ value: t.id, label: t.name }))} value={tenant ?? null} onChange={move} searchable allowDeselect={false} />}
        <SegmentedControl aria-label={`${title}: what`} data={[{ value: "source", label: "Last run of a source" }, { value: "snapshot", label: "A snapshot" }]} value={kind} onChange={(v) => setKind(v as typeof kind)} fullWidth />
        {tenant && (kind === "source" ? <Sources tenant={tenant} value={side?.source} set={(v) => pick({ source: v })} /> : <Snapshots tenant={tenant} value={side?.snapshot} set={(v) => pick({ snapshot: v })} />)}
      </Stack>
    </Panel>
  );
}

function Sources({ tenant, value, set }: { tenant: string; value?: string; set: (v: string) => void }) {
  const q = useApi("/api/v1/inventory/sources", { query: { tenant } });
  const options = (q.data?.items ?? []).filter((s) => s.last).map((s) => ({ value: s.source, label: s.last?.closed_at ? `${s.source}, ${localTime(new Date(s.last.closed_at))}` : s.source }));
  if (value && !options.some((o) => o.value === value)) options.push({ value, label: value });
  return <Select label="Source" placeholder={q.data && options.length === 0 ? "Nothing was observed in this tenant" : "Choose a source"} data={options} value={value ?? null} onChange={(v) => v && set(v)} allowDeselect={false} error={q.error?.problem.detail} />;
}

function Snapshots({ tenant, value, set }: { tenant: string; value?: string; set: (v: string) => void }) {
  const q = useApi("/api/v1/inventory/snapshots", { query: { tenant, limit: 100 } });
  const [text, setText] = useState("");
  const options = (q.data?.items ?? []).map((s) => ({ value: s.root, label: `${s.source}, ${s.at ? localTime(new Date(s.at)) : "imported"} (${s.root.slice(0, 8)}…)` }));
  if (value && !options.some((o) => o.value === value)) options.push({ value, label: `${value.slice(0, 16)}…` });
  return (
    <Group gap="xs" align="flex-end" grow preventGrowOverflow={false}>
      <Select label="Snapshot" placeholder={q.data && options.length === 0 ? "No snapshot in this tenant" : "Choose a snapshot"} data={options} value={value ?? null} onChange={(v) => v && set(v)} searchable allowDeselect={false} error={q.error?.problem.detail} />
      {q.data?.next_cursor && <TextInput label="or its root hash" value={text} onChange={(e) => (setText(e.currentTarget.value), /^[0-9a-f]{64}$/.test(e.currentTarget.value.trim()) && set(e.currentTarget.value.trim()))} />}
    </Group>
  );
}
