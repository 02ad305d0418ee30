// What waits for a person: proposed, and not done until somebody approves.
import { Group, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTenant } from "@/app/tenant";
import { pagesQuery } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { A, Curl, DataTable, Download, Empty, Failed, PageHeader, plural, Severity, Time, type Column, type Export } from "@/ui";
import { capital, sentenceOf, type Approval } from "./logic";
import { Left } from "./pieces";
import { useApprovals } from "./queries";

const whatOf = (a: Approval) => (a.for ? a.for.mitigations.map((m) => capital(sentenceOf(m.action, m.target))).join("; ") || "Nothing is proposed any more" : "Your key may not read this ring");
const whyOf = (a: Approval) => a.for?.titles.join("; ") || (a.for ? `${a.for.event_type} from ${a.for.source}` : "");
const open = (a: Approval) => ({ to: "/decisions/$id", params: { id: a.decision_id } });

const columns: Column<Approval>[] = [
  { id: "what", head: "What would be done", width: "minmax(190px, 4fr)", cell: (a) => <A {...open(a)} fw={600} tabIndex={-1}>{whatOf(a)}</A> },
  { id: "level", head: "Threat", width: "92px", from: 700, cell: (a) => a.for && <Severity value={a.for.threat_level === "none" ? "info" : a.for.threat_level} /> },
  { id: "why", head: "Why", width: "minmax(150px, 4fr)", cell: whyOf },
  { id: "ring", head: "Persona, ring", width: "150px", from: 900, cell: (a) => a.for && `${a.for.persona}, ${a.for.classification}` },
  { id: "since", head: "Waits since", width: "122px", cell: (a) => <Time at={a.created_at} relative /> },
  { id: "left", head: "Lapses in", width: "108px", cell: (a) => <Left until={a.expires_at} /> },
];

const files: Export<Approval>[] = [
  ...(["id", "decision_id", "status", "created_at", "expires_at", "mitigations_hash"] as const).map((name) => ({ name, value: (a: Approval) => a[name] })), { name: "what", value: whatOf }, { name: "why", value: whyOf },
];

function Card({ of: a }: { of: Approval }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between">{a.for ? <Severity value={a.for.threat_level === "none" ? "info" : a.for.threat_level} /> : <span />}<Text span size="xs">lapses in <Left until={a.expires_at} /></Text></Group>
      <Text size="sm" fw={600} truncate>{whatOf(a)}</Text>
      <Text size="xs" c="dimmed" truncate>{whyOf(a)} · waits since <Time at={a.created_at} relative /></Text>
    </>
  );
}

export default function Approvals() {
  const q = useApprovals();
  const { id: tenant, param } = useTenant();
  const pages = useInfiniteQuery({ ...pagesQuery("/api/v1/approvals", { query: { tenant: param, limit: 50 } }) });
  const first = pages.data?.pages[0] as Schemas["ApprovalPage"] | undefined;
  const n = first?.total ?? 0;
  const oldest = q.hasNextPage ? undefined : q.rows.at(-1);
  return (
    <>
      <PageHeader
        title="Approvals" tab="Approvals"
        lead={first === undefined ? "What waits for a person." : n === 0 ? "Nothing waits for a person." : <><Text span fw={600} c="var(--mantine-color-text)" inherit>{plural(n, "decision waits", "decisions wait")} for a person.</Text>{oldest && <> {n === 1 ? "It waits" : "The oldest waits"} since <Time at={oldest.created_at} relative />.</>} Nothing is done until somebody approves; what nobody approves in time lapses.</>}
        actions={<><Curl path={q.url} /><Download name={`approvals-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></>}
      />
      {q.error && <Failed error={q.error} what="What waits could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Approvals" rows={q.rows} columns={columns} rowKey={(a) => a.id} open={open} loading={q.isPending} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 620, height: 82, cell: (a) => <Card of={a} /> }}
          empty={<Empty icon="check" title="Nothing waits for a person" command="frostgate approvals list">A decision waits when the rules of engagement or its impact ask for a person. Which do is on <A to="/roe">Rules of engagement</A>. The same on the command line:</Empty>}
        />
      )}
    </>
  );
}
