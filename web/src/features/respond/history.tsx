// Each enforcement by itself: in force, expired and revoked.
import "./respond.css";
import { Group, Text } from "@mantine/core";
import type { Search } from "@/app/search";
import { useTenant } from "@/app/tenant";
import { A, Curl, DataTable, Download, Empty, Failed, FilterBar, Time, useFilters, type Column, type Export, InHeader } from "@/ui";
import { historyFields, stateOf, type Enforcement } from "./logic";
import { Does, EnforcementBadge, useNow } from "./pieces";
import { useHistory } from "./queries";

const target = (e: Enforcement) => ({ to: "/enforcements/$id", params: { id: e.id } });
const ended = (e: Enforcement) => e.revoked_at ?? e.expires_at;

const columns = (now: number): Column<Enforcement>[] => [
  { id: "target", head: "Target", width: "minmax(140px, 3fr)", cell: (e) => <A {...target(e)} fw={500} tabIndex={-1}>{e.target}</A> },
  { id: "action", head: "What", width: "138px", cell: (e) => <Does action={e.action} /> },
  { id: "state", head: "State", width: "96px", cell: (e) => <EnforcementBadge state={stateOf(e, now)} /> },
  { id: "why", head: "Why", width: "minmax(150px, 4fr)", from: 760, cell: (e) => <A to="/decisions/$id" params={{ id: e.decision_id }} tabIndex={-1}>{e.rule_title || e.rule}</A> },
  { id: "set", head: "Set", width: "122px", cell: (e) => <Time at={e.created_at} relative /> },
  { id: "end", head: "End", width: "122px", from: 700, cell: (e) => <Time at={ended(e)} relative /> },
  { id: "reason", head: "Reason of its end", width: "minmax(120px, 2fr)", from: 1150, cell: (e) => e.revoke_reason ?? "" },
];

const files: Export<Enforcement>[] = (["id", "action", "target_kind", "target", "rule", "rule_title", "decision_id", "active", "created_at", "expires_at", "revoked_at", "revoked_by", "revoke_reason"] as const).map((name) => ({ name, value: (e: Enforcement) => e[name] }));

function Card({ of: e, now }: { of: Enforcement; now: number }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between"><Group gap={6}><Does action={e.action} /><EnforcementBadge state={stateOf(e, now)} /></Group><Text span size="xs" c="dimmed"><Time at={e.created_at} relative /></Text></Group>
      <Text size="sm" fw={600} truncate>{e.target}</Text>
      <Text size="xs" c="dimmed" truncate>{e.rule_title || e.rule}</Text>
    </>
  );
}

export function History({ search }: { search: Search }) {
  const [values, set] = useFilters(historyFields);
  const q = useHistory(search);
  const now = useNow(10_000);
  const { id: tenant } = useTenant();
  const filtered = Object.values(values).some((v) => v !== undefined);
  return (
    <>
      <FilterBar fields={historyFields} values={values} set={set} />
      <InHeader><Curl path={q.url} /><Download name={`enforcements-history-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></InHeader>
      {q.error && <Failed error={q.error} what="The history could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="History" rows={q.rows} columns={columns(now)} rowKey={(e) => e.id} open={target} loading={q.isPending} stale={q.isPlaceholderData}
          pages={q} narrow={{ below: 560, height: 82, cell: (e) => <Card of={e} now={now} /> }}
          empty={filtered ? <Empty icon="filter" title="Nothing fits these filters">Without them, everything that was ever set in force shows.</Empty> : <Empty icon="history" title="Nothing was enforced yet" command="frostgate enforcements list">When a decision sets something in force, it stays here for good. The same on the command line:</Empty>}
        />
      )}
    </>
  );
}
