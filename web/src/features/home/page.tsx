// Home: one sentence, what needs a person, and what was decided.
import { Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import { A, Answer, count, Curl, Empty, PageHeader, Panel, plural } from "@/ui";
import { actionWords } from "../feed/logic";
import { Chart, Legend } from "./chart";
import "./home.css";
import { Inbox, useInbox } from "./inbox";
import { posture, top, windowOf, windows, type Window } from "./logic";
import { Proof, useProof } from "./proof";

export default function Home() {
  const window = windowOf(useSearch({ strict: false, select: (s: Record<string, unknown>) => s.window }));
  const stats = useApi("/api/v1/stats", { query: { window } }, { keep: true, refetchInterval: 30_000 });
  const inbox = useInbox();
  const proof = useProof();
  const ready = stats.data !== undefined && !inbox.pending;
  const known = { window, decisions: stats.data?.total ?? 0, approvals: inbox.approvals.length, webhooks: inbox.webhooks.length, drift: inbox.drift, valid: proof.data?.valid };
  return (
    <>
      <PageHeader
        title={ready ? posture(known) : stats.error ? "Home" : <Skeleton height={26} width={300} aria-hidden />} tab="Home" lead={stats.data && <>{plural(stats.data.total, "decision")} {windows.find((w) => w.value === window)!.words}{stats.data.denied > 0 && <>, {plural(stats.data.denied, "action")} denied by policy</>}.</>}
        actions={<Curl path={buildUrl("/api/v1/stats", {}, { window })} />}
      />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Panel title="Needs you" flush><Inbox of={inbox} broken={proof.data?.valid === false} /></Panel>
          <Panel title="Decisions over time" aside={<Pick window={window} />}>
            <Answer of={stats} what="The decisions could not be counted.">{(s) => s.total === 0 ? <None window={window} /> : <Stack gap="xs"><Chart of={s} /><Legend of={s.by_severity} /></Stack>}</Answer>
          </Panel>
          {stats.data && stats.data.total > 0 && <Panel title="Top rules"><Tops of={Object.fromEntries(Object.entries(stats.data.by_rule).filter(([k]) => k !== "rule:default_allow"))} by="rule" none="No rule fired." /></Panel>}
        </Stack>
        <Stack gap="md" miw={0}>
          <Panel title="Evidence"><Proof of={proof} /></Panel>
          {stats.data && stats.data.total > 0 && (
            <SimpleGrid cols={1} spacing="md">
              <Panel title="What was done"><Tops of={stats.data.by_action} by="action" none="Nothing." words /></Panel>
              <Panel title="Top sources"><Tops of={stats.data.by_source} by="source" none="None." /></Panel>
            </SimpleGrid>
          )}
        </Stack>
      </div>
    </>
  );
}

function Pick({ window }: { window: Window }) {
  const navigate = useNavigate();
  return <SegmentedControl size="xs" aria-label="Time" value={window} data={windows.map(({ value, label }) => ({ value, label }))} onChange={(v) => void navigate({ to: ".", search: (s: Record<string, unknown>) => ({ ...s, window: v === "24h" ? undefined : v }), replace: true })} />;
}

function None({ window }: { window: Window }) {
  return <Empty icon="feed" title={`Nothing was decided ${windows.find((w) => w.value === window)!.words}`} command="frostgate ingest /var/log/auth.log">Look further back, or send the events of a file:</Empty>;
}

function Tops({ of, by, none, words = false }: { of: Record<string, number>; by: string; none: string; words?: boolean }) {
  const rows = top(of, 8);
  const most = Math.max(...rows.map(([, n]) => n), 1);
  if (rows.length === 0) return <Text size="sm" c="dimmed">{none}</Text>;
  return (
    <div className="bars home-bars">
      {rows.map(([name, n]) => (
        <div className="bar" key={name}>
          <Group gap={0} miw={0} wrap="nowrap"><A to="/feed" search={{ [by]: name }} truncate>{words ? (actionWords[name] ?? name.replaceAll("_", " ")) : name}</A></Group>
          <span className="track" aria-hidden><span style={{ width: `${Math.max(2, (n / most) * 100)}%` }} /></span>
          <Text size="sm">{count(n)}</Text>
        </div>
      ))}
    </div>
  );
}
