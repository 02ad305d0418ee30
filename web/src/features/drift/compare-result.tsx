// How two sides differ, object by object.
import { jsonText } from "@/api/exact";
import { Group, Select, Stack, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Search } from "@/app/search";
import { useTenantName } from "@/app/tenant";
import { A, count, DataTable, Download, Icon, Panel, plural, Severity, State, type Column, type Export } from "@/ui";
import { byObject, sideNames, type Changed, type Compared, type ObjectChange } from "./compare-logic";
import { Detail } from "./compare-detail";

const files: Export<Changed>[] = (["kind", "severity", "type", "label", "name", "path", "from", "to", "change", "id_in_from", "id_in_to"] as const).map((name) => ({ name, value: (c: Changed) => (name === "from" ? whole(c.from_value, c.from) : name === "to" ? whole(c.to_value, c.to) : c[name]) }));

const whole = (v: unknown, short: string | undefined) => (v === undefined ? short : typeof v === "string" ? v : jsonText(v));

const reason: Record<string, string> = { partial: "its type was read in part", failed: "its type could not be read", skipped: "its type was not asked for", quarantine: "something unreadable may be it", scope: "the sides are of other filters", normaliser: "its type was read by other rules", folder: "a folder of its type was not read", baseline: "its type was not read to the end on one side", duplicate: "several objects claim the identity" };

export function Result({ of: r, stale }: { of: Compared; stale: boolean }) {
  const name = useTenantName();
  const [kind, setKind] = useState<string | null>(null);
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const target = (o?: ObjectChange) => ({ to: "/drift/compare", search: { ...search, object: o?.key } });
  const [fromName, toName] = sideNames(r.from, r.to, name);
  const objects = useMemo(() => byObject(r.items), [r.items]);
  const open = objects.find((o) => o.key === search.object);
  const shown = kind ? objects.filter((o) => o.kind === kind) : objects;
  const columns: Column<ObjectChange>[] = [
    { id: "severity", head: "Severity", width: "92px", cell: (o) => <Severity value={o.severity} /> },
    { id: "object", head: "Object", width: "minmax(200px, 4fr)", cell: (o) => <A {...target(o)} fw={500} tabIndex={-1}>{o.name}</A> },
    { id: "label", head: "Type", width: "minmax(110px, 2fr)", from: 760, cell: (o) => <Text span size="sm" c="dimmed" inherit>{o.label}</Text> },
    { id: "kind", head: "Is", width: "108px", cell: (o) => <State value={o.kind} /> },
    { id: "what", head: "Differs in", width: "minmax(120px, 4fr)", from: 560, cell: (o) => differs(o) },
  ];
  const equal = r.added + r.removed + r.changed === 0;
  return (
    <Stack gap="md" style={{ opacity: stale ? 0.6 : 1 }}>
      <Text size="lg" fw={650}>{equal ? "They are equal in all that can be told." : `${plural(objects.length, "object differs", "objects differ")} between ${fromName} and ${toName}.`}</Text>
      <Group gap="6px 32px" component="dl" m={0} className="numbers">
        {([["only in To", r.added], ["only in From", r.removed], ["changed", r.changed], ["of these in name only", r.metadata], ["equal", r.unchanged], ["can’t be told, pairs", r.unknown], ["not read, both sides", r.quarantined], ["claimed twice, both sides", r.duplicates]] as const).map(([label, n]) => <div key={label}><Text component="dt" size="xs" c="dimmed">{label}</Text><Text component="dd" fw={650} size="lg" c={n === 0 ? "dimmed" : undefined}>{count(n)}</Text></div>)}
      </Group>
      {!equal && (
        <>
          <Group gap={6} justify="space-between">
            <Select aria-label="Which" placeholder="Any difference" data={[{ value: "added", label: "Only in To" }, { value: "removed", label: "Only in From" }, { value: "changed", label: "Changed" }, { value: "metadata", label: "Name or description only" }]} value={kind} onChange={setKind} clearable w={210} />
            <Download name="comparison" rows={r.items} columns={files} more={r.more} />
          </Group>
          {r.more && <Text size="sm">The first 10,000 differences are listed; the numbers above are of all.</Text>}
          <DataTable label="Objects that differ" rows={shown} columns={columns} rowKey={(o) => o.key} open={target} narrow={{ below: 460, height: 76, cell: (o) => <><Group gap={6}><Severity value={o.severity} /><State value={o.kind} /></Group><Text size="sm" fw={600} truncate>{o.name}</Text><Text size="xs" c="dimmed" truncate>{differs(o)}</Text></> }} empty={<Text size="sm" c="dimmed">No object differs in this way.</Text>} />
        </>
      )}
      <Untold of={r} />
      {open && <Detail of={open} close={() => void navigate({ ...target(), replace: true })} fromName={fromName} toName={toName} />}
    </Stack>
  );
}

function differs(o: ObjectChange): string {
  const paths = o.changes.map((c) => c.path).filter((p): p is string => !!p);
  if (paths.length === 0) return o.kind === "added" ? "the whole object" : o.kind === "removed" ? "the whole object" : (o.changes[0]?.change ?? "");
  return paths.length <= 2 ? paths.join(", ") : `${paths.slice(0, 2).join(", ")} and ${paths.length - 2} more`;
}

function Untold({ of: r }: { of: Compared }) {
  if (r.unknown_items.length + r.ambiguous.length === 0) return null;
  return (
    <Panel title="What can’t be told">
      <Stack gap={4}>
        {r.unknown_items.slice(0, 50).map((u, n) => <Text key={n} size="sm"><Icon name="info" size={13} /> {u.object_id?.replace(/^name:/, "") ?? "The whole type"} <Text span size="xs" c="dimmed">{u.type}</Text>: {reason[u.reason] ?? u.reason.replaceAll("_", " ")}.</Text>)}
        {r.unknown_items.length > 50 && <Text size="sm" c="dimmed">and {count(r.unknown_items.length - 50)} more</Text>}
        {r.ambiguous.slice(0, 50).map((a, n) => <Text key={`a${n}`} size="sm"><Icon name="alert" size={13} /> {a.name} <Text span size="xs" c="dimmed">{a.type}</Text>: {count(a.in_from)} have this name in From and {count(a.in_to)} in To, so none was matched.</Text>)}
        {r.ambiguous.length > 50 && <Text size="sm" c="dimmed">and {count(r.ambiguous.length - 50)} more</Text>}
      </Stack>
    </Panel>
  );
}
