// What waits for a person: proposed, and not done until somebody approves.
import { Group, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTenant } from "@/app/tenant";
import { A, Curl, DataTable, Download, Empty, Failed, happenedOn, PageHeader, plural, Severity, Time, Tip, type Column, type Export, personaWord, ringWord } from "@/ui";
import { approvalWhat as whatOf, approvalWhy as whyOf, personaWords, ringMeans } from "./approval-words";
import type { Approval } from "./logic";
import { Left } from "./pieces";
import { useApprovals } from "./queries";

const open = (a: Approval) => ({ to: "/decisions/$id", params: { id: a.decision_id } });

const columns: Column<Approval>[] = [
  { id: "what", head: "What would be done", width: "minmax(190px, 4fr)", cell: (a) => <A {...open(a)} fw={600} tabIndex={-1}>{whatOf(a)}</A> },
  { id: "level", head: "Severity", width: "92px", from: 700, cell: (a) => a.for && <Severity value={a.for.threat_level === "none" ? "info" : a.for.threat_level} /> },
  { id: "why", head: "Why", width: "minmax(150px, 4fr)", cell: whyOf },
  { id: "when", head: "Happened", width: "142px", from: 820, cell: (a) => a.for && <Time at={a.for.event_time} relative={!happenedOn(a.for.event_time, a.created_at)} /> },
  { id: "ring", head: "Persona, ring", width: "150px", from: 1050, cell: (a) => a.for && <Tip label={<>{personaWords[a.for.persona]}<br />{ringMeans}</>}><span>{personaWord(a.for.persona)}, {ringWord(a.for.classification)}</span></Tip> },
  { id: "since", head: "Waits since", width: "122px", cell: (a) => <Time at={a.created_at} relative /> },
  { id: "left", head: "Lapses in", width: "108px", cell: (a) => <Left until={a.expires_at} /> },
];

const files: Export<Approval>[] = [
  ...(["id", "decision_id", "status", "created_at", "expires_at", "mitigations_hash"] as const).map((name) => ({ name, value: (a: Approval) => a[name] })), { name: "what", value: whatOf }, { name: "why", value: whyOf }, { name: "severity", value: (a) => a.for?.threat_level }, { name: "score", value: (a) => a.for?.score }, { name: "event_time", value: (a) => a.for?.event_time },
];

function Card({ of: a }: { of: Approval }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between">{a.for ? <Severity value={a.for.threat_level === "none" ? "info" : a.for.threat_level} /> : <span />}<Text span size="xs">lapses in <Left until={a.expires_at} /></Text></Group>
      <Text size="sm" fw={600} truncate>{whatOf(a)}</Text>
      <Text size="xs" c="dimmed" truncate>{whyOf(a)} · {happenedOn(a.for?.event_time, a.created_at) && <>happened {happenedOn(a.for?.event_time, a.created_at)} · </>}waits since <Time at={a.created_at} relative /></Text>
    </>
  );
}

export default function Approvals() {
  const q = useApprovals();
  const { id: tenant } = useTenant();
  const n = q.total;
  const oldest = useMemo(() => (q.hasNextPage ? undefined : q.rows.map((a) => a.created_at).sort()[0]), [q.hasNextPage, q.rows]);
  return (
    <>
      <PageHeader
        title="Approvals" tab="Approvals"
        lead={n === undefined ? "What waits for a person." : n === 0 ? "Nothing waits for a person." : <><Text span fw={600} c="var(--mantine-color-text)" inherit>{plural(n, "decision waits", "decisions wait")} for a person.</Text>{oldest && <> {n === 1 ? "It waits" : "The oldest waits"} since <Time at={oldest} relative />.</>} The gravest first. Nothing is done meanwhile. This version records what waits and lets it lapse; it has no way to approve. What must happen now is done on the device itself; which actions wait at all is decided by the <A inherit underline="always" to="/roe">rules of engagement</A>.</>}
        actions={<><Curl path={q.url} /><Download name={`approvals-${tenant}`} rows={q.rows} columns={files} more={q.hasNextPage} /></>}
      />
      {q.error && <Failed error={q.error} what="What waits could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Approvals" rows={q.rows} columns={columns} rowKey={(a) => a.id} open={open} loading={q.isPending} pages={q}
          narrow={{ below: 620, height: 82, cell: (a) => <Card of={a} /> }}
          empty={<Empty icon="check" title="Nothing waits for a person" command="frostgate approvals list">A decision waits when the rules of engagement or its impact ask for a person. Which do is on <A to="/roe">Rules of engagement</A>. The same on the command line:</Empty>}
        />
      )}
    </>
  );
}
