// The feed: decisions newest first, as they come.
import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Search } from "@/app/search";
import { useShortcuts } from "@/app/shortcuts";
import { useTenant } from "@/app/tenant";
import { A, Badge, clockTime, count, Curl, DataTable, Download, Empty, Failed, FilterBar, happenedOn, Icon, Loading, PageHeader, plural, Severity, Time, useFilters, type Column, type Export } from "@/ui";
import { About } from "./about";
import { kept } from "./box";
import { useLive, type Live } from "./live";
import { feedLead, fields, join, orderOf, type Order, type Row } from "./logic";
import { Action, Card } from "./pieces";
import { useFeed } from "./queries";

const to = (r: Row) => ({ to: "/decisions/$id", params: { id: r.decision_id } });

const columns: Column<Row>[] = [
  { id: "time", head: "Received", width: "112px", cell: (r) => <Time at={r.timestamp} relative /> },
  { id: "severity", head: "Severity", width: "92px", cell: (r) => <Severity value={r.severity} /> },
  { id: "what", head: "What", width: "minmax(200px, 5fr)", cell: (r) => <A {...to(r)} fw={500} tabIndex={-1}>{r.title}</A> },
  { id: "about", head: "Against or about", width: "minmax(180px, 4fr)", from: 760, cell: (r) => <About id={r.decision_id} /> },
  { id: "source", head: "Source", width: "minmax(90px, 1fr)", from: 980, cell: (r) => r.source },
  { id: "type", head: "Event type", width: "minmax(110px, 1.5fr)", from: 1050, cell: (r) => r.event_type },
  { id: "rule", head: "Rule", width: "minmax(110px, 1.5fr)", from: 1250, cell: (r) => <Text span c="dimmed" inherit title={r.rules.join(", ")}>{r.rules.join(", ")}</Text> },
  { id: "score", head: "Score", width: "52px", right: true, from: 700, cell: (r) => r.score },
  { id: "action", head: "Action taken", width: "150px", cell: (r) => <Action value={r.action_taken} /> },
];

/** Only where something happened long before it was decided: old events that were read in. */
const happened: Column<Row> = { id: "happened", head: "Happened", width: "96px", from: 700, cell: (r) => (happenedOn(r.event_time, r.timestamp) ? <Time at={r.event_time} day /> : <Text span c="dimmed" inherit>then</Text>) };

function columnsFor(rows: readonly Row[]): Column<Row>[] {
  return rows.some((r) => happenedOn(r.event_time, r.timestamp)) ? [columns[0]!, happened, ...columns.slice(1)] : columns;
}

const files: Export<Row>[] = [
  ...(["decision_id", "index", "timestamp", "event_time", "severity", "title", "source", "event_type", "score", "gating", "action_taken", "policy_allow", "changed", "persona", "classification"] as const).map((name) => ({ name, value: (r: Row) => r[name] })),
  { name: "rules", value: (r) => r.rules.join(" ") },
];

function NothingYet({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty icon="filter" title="No decision fits these filters">New ones that fit appear here by themselves.</Empty>;
  return (
    <Empty icon="feed" title="No event came in yet" command="frostgate ingest /var/log/auth.log">
      Each event that is sent in is decided, and appears here by itself. Send the events of a file:
    </Empty>
  );
}

/** Held while somebody reads: further down, or on a row by keyboard. */
function useReading(): boolean {
  const [reading, setReading] = useState(false);
  useEffect(() => {
    const look = () => setReading(scrollY > 160 || document.activeElement?.closest(".body-row") != null);
    const later = () => setTimeout(look, 0);
    addEventListener("scroll", look, { passive: true });
    addEventListener("focusin", later);
    addEventListener("focusout", later);
    return () => (removeEventListener("scroll", look), removeEventListener("focusin", later), removeEventListener("focusout", later));
  }, []);
  return reading;
}

export default function Feed() {
  const [values, set] = useFilters(fields);
  const tenant = useTenant().param;
  const order = orderOf(useSearch({ strict: false }) as Search);
  const newest = order === "newest";
  const q = useFeed(values, tenant, order);
  const [paused, setPaused] = useState(false);
  const reading = useReading();
  const settled = !q.isPending && !q.isPlaceholderData && !q.error;
  const { live, release, anew } = useLive(values, settled && newest ? q.newest : undefined, paused || reading, tenant, q.reread);
  const rows = newest ? join(live.rows, q.rows) : q.rows;
  const shown = useMemo(() => columnsFor(rows), [rows]);
  useShortcuts([{ keys: "p", label: paused ? "Go on" : "Pause", group: "Feed", run: () => setPaused(!paused) }, { keys: "n", label: "Show what is new", group: "Feed", run: () => toTop(release) }]);
  const scanning = useScan(rows.length, q);
  const filtered = Object.values(values).some((v) => v !== undefined);
  return (
    <>
      <PageHeader title="Feed" tab="Feed" lead={newest ? feedLead(rows, q.hasNextPage) || "Decisions, newest first, as they come." : "Decisions, the gravest first: by severity, then score."} actions={<><Curl path={q.url} /><Download name="decisions" rows={rows} columns={files} more={q.hasNextPage} /></>} />
      <FilterBar fields={fields} values={values} set={set} />
      {q.error && <Failed error={q.error} what="The decisions could not be read." retry={() => void q.refetch()} />}
      {!(q.error && rows.length === 0) && (
        <>
          <Group gap="xs" mb="xs" align="flex-start">
            <Ordered by={order} />
            {newest && <Bar live={live} paused={paused} setPaused={setPaused} show={() => toTop(release)} again={() => void anew()} />}
          </Group>
          {scanning && rows.length === 0 ? <Loading rows={10} height={38} /> : (
            <DataTable
              label="Decisions" rows={rows} columns={shown} rowKey={(r) => r.decision_id} open={to} loading={q.isPending} stale={q.isPlaceholderData}
              narrow={{ below: 620, height: 78, cell: (r) => <Card of={r} /> }} empty={<NothingYet filtered={filtered} />}
            />
          )}
          <More q={q} />
        </>
      )}
    </>
  );
}

function Ordered({ by }: { by: Order }) {
  const navigate = useNavigate();
  return <SegmentedControl size="xs" aria-label="Order" value={by} data={[{ value: "newest", label: "Newest" }, { value: "gravest", label: "Gravest first" }]} onChange={(v) => void navigate({ to: ".", search: (s: Search) => ({ ...s, order: v === "newest" ? undefined : v }) as Search, replace: true })} />;
}

/** Reads on before the end is reached. */
function More({ q }: { q: ReturnType<typeof useFeed> }) {
  const on = q.hasNextPage && !q.isFetchingNextPage && !q.error;
  useEffect(() => {
    if (!on) return;
    const look = () => innerHeight + scrollY > document.documentElement.scrollHeight - 1500 && scrollY > 0 && void q.fetchNextPage();
    look();
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, [on, q]);
  return q.hasNextPage ? <Group justify="center" p="xs"><Button variant="subtle" loading={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>Load more</Button></Group> : null;
}

function toTop(release: () => void) {
  (document.activeElement as HTMLElement | null)?.blur();
  scrollTo({ top: 0 });
  release();
}

/** Filters that are worked out here can leave a page empty: looks on. */
function useScan(shown: number, q: ReturnType<typeof useFeed>): boolean {
  const asked = useRef(0);
  const want = shown < 20 && q.hasNextPage && !q.error && !q.isPlaceholderData;
  useEffect(() => {
    if (!want) asked.current = 0;
    else if (!q.isFetchingNextPage && asked.current < 50) (asked.current++, void q.fetchNextPage());
  }, [want, q]);
  return want;
}

const states: Record<Live["state"], { text: string; tone: "good" | "wait" | "none"; icon: "feed" | "refresh" | "pause" }> = {
  off: { text: "not live", tone: "none", icon: "pause" }, connecting: { text: "connecting", tone: "none", icon: "refresh" }, live: { text: "live", tone: "good", icon: "feed" }, waiting: { text: "connection lost, trying again", tone: "wait", icon: "refresh" },
};

/** What is shown of what comes. */
function Rate({ live }: { live: Live }) {
  if (live.perSecond === 0) return null;
  const some = live.shownPerSecond < live.perSecond && live.held === 0;
  return <Text size="xs" c="dimmed">{some ? <>showing {count(live.shownPerSecond)} of {count(live.perSecond)} a second</> : <>{count(live.perSecond)} a second</>}</Text>;
}

function Gap({ gap }: { gap: NonNullable<Live["gap"]> }) {
  if (!gap.to) return <Text size="xs" c="dimmed">Nothing comes since {clockTime(gap.from)}; what is decided meanwhile comes later.</Text>;
  return <Text size="xs" c="dimmed">The connection was lost from {clockTime(gap.from)} to {clockTime(gap.to)}. What was decided meanwhile came after that: nothing is missing.</Text>;
}

function Bar({ live, paused, setPaused, show, again }: { live: Live; paused: boolean; setPaused: (on: boolean) => void; show: () => void; again: () => void }) {
  const s = paused ? { text: "paused", tone: "wait" as const, icon: "pause" as const } : states[live.state];
  return (
    <Group gap="xs" mih={30} role="group" aria-label="Live state" flex={1}>
      <span role="status"><Badge tone={s.tone} icon={s.icon}>{s.text}</Badge></span>
      <Button variant="default" size="compact-sm" leftSection={<Icon name={paused ? "play" : "pause"} size={12} />} onClick={() => setPaused(!paused)}>{paused ? "Go on" : "Pause"}</Button>
      <Rate live={live} />
      {live.came > 0 && live.since && <Text size="xs" c="dimmed" className="feed-came">{plural(live.came, "decision")} came since {clockTime(live.since)}</Text>}
      {live.held > 0 && <Button variant="light" size="compact-sm" onClick={() => (setPaused(false), show())}>Show {plural(live.held, "new decision")}</Button>}
      {live.skipped > 0 && <Text size="xs" c="dimmed">{count(live.skipped)} of them not shown: they came too fast.</Text>}
      {live.gone > 0 && <Text size="xs" c="dimmed">{count(live.gone)} of them left this list: it holds the newest {count(kept)} that came.</Text>}
      {live.skipped + live.gone > 0 && <Button variant="subtle" size="compact-xs" onClick={again}>Read the whole list</Button>}
      {live.gap && <Gap gap={live.gap} />}
      {live.refused && <Text size="xs" c="dimmed">Not live: {live.refused.problem.detail}</Text>}
    </Group>
  );
}
