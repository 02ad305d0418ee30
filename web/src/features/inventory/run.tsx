// One run: what it saw, what changed, what it could not read.
import "./inventory.css";
import { Group, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import { A, Answer, ButtonLink, count, Curl, Icon, Id, KeyValue, Loading, PageHeader, Panel, plural, Severity, span, State, Time, Who } from "@/ui";
import { reasonWords, runSentence, type Run, type RunDetail } from "./logic";
import { Numbers } from "./pieces";
import { useRun } from "./queries";
import { Covered, Duplicates, Quarantine } from "./unread";

export default function RunPage() {
  const { id = "" } = useParams({ strict: false });
  const q = useRun(id);
  return <Answer of={q} what="The run could not be read.">{(r) => <One of={r} />}</Answer>;
}

function One({ of: r }: { of: RunDetail }) {
  const before = useApi("/api/v1/inventory/runs", { query: { source: r.source, state: "closed", tenant: r.tenant_id, limit: 100 } }, { enabled: r.state === "closed" });
  const past = before.data?.items.find((o) => o.seq < r.seq);
  return (
    <>
      <PageHeader
        back={{ to: "/inventory/runs", label: "Runs" }} title={<>Run of {r.source}</>} tab={`Run of ${r.source}`} badges={<State value={r.state} />} lead={<Time at={r.started_at} />}
        actions={<>
          <Curl path={buildUrl("/api/v1/inventory/runs/{id}", { id: r.id }, { tenant: r.tenant_id })} />
          {past?.snapshot && r.snapshot && <ButtonLink to="/drift/compare" search={{ from: `snapshot:${past.snapshot}`, to: `snapshot:${r.snapshot}` }} leftSection={<Icon name="compare" size={14} />}>With the run before</ButtonLink>}
        </>}
      />
      <Stack gap="md">
        <Text size="lg" fw={650}>{runSentence(r)}</Text>
        {r.state === "closed" && <Numbers of={[["Objects", r.objects], ["New", r.new], ["Changed", r.changed], ["Gone", r.missing, "Proven by coverage"], ["Unknown", r.unknown, "Not seen, which does not prove that they are gone"], ["Not read", r.quarantined, "Could not be read as objects"], ["Claimed twice", r.duplicates, "Identities that several objects claim"]]} />}
        <div className="two-columns">
          <Stack gap="md" miw={0}>
            {r.state === "closed" && <Found of={r} />}
            <Quarantine of={r.quarantine} total={r.quarantined} />
            <Duplicates of={r.duplicate_identities} total={r.duplicates} />
            {r.coverage.length > 0 && <Covered of={r.coverage} source={r.source} />}
          </Stack>
          <Stack gap="md" miw={0}>
            <Facts of={r} past={past} none={before.isPending ? "…" : before.data && (before.data.next_cursor ? "further back than the last 100 of this source" : "none: it is the first of this source")} />
            {r.drift.map((d) => <Against key={d.id} of={d} past={past} />)}
          </Stack>
        </div>
      </Stack>
    </>
  );
}

function Facts({ of: r, past, none }: { of: RunDetail; past?: Run; /** What is known of the run before where there is none to open. */ none?: string }) {
  const took = r.closed_at ? new Date(r.closed_at).getTime() - new Date(r.started_at).getTime() : undefined;
  return (
    <Panel title="Facts">
      <KeyValue rows={[
        ["Run", <Id key="i" value={r.id} short />],
        ["Number", r.seq],
        ["Source", <A key="s" to="/inventory/runs" search={{ source: r.source }}>{r.source}</A>],
        ["Run before", past ? <A key="p" to="/inventory/runs/$id" params={{ id: past.id }}><Time at={past.started_at} /></A> : r.state === "closed" && none],
        ["Began", <Time key="b" at={r.started_at} />],
        [r.state === "aborted" ? "Broke off" : "Closed", r.closed_at && <><Time at={r.closed_at} />{took !== undefined && <Text span c="dimmed" inherit> after {span(took)}</Text>}</>],
        ["By", r.by && <Who key="w" id={r.by} />],
        ["Asked for", r.types.length > 0 ? r.types.join(", ") : "every type"],
        ["Filters", r.filters && Object.entries(r.filters).map(([k, v]) => `${k}=${v}`).join(", ")],
        ["Snapshot", r.snapshot && <><A to="/inventory/snapshots/$root" params={{ root: r.snapshot }}>Open</A> <Id value={r.snapshot} short label="the snapshot's hash" /></>],
        ["In the log", r.entry !== undefined ? `entry ${r.entry} of the tenant’s log` : r.state === "closed" && "not yet"],
      ]} />
    </Panel>
  );
}

/** Its drift against one baseline. */
function Against({ of: d, past }: { of: RunDetail["drift"][number]; past?: Run }) {
  return (
    <Panel title={<>Against <A to="/drift/baselines/$id" params={{ id: d.baseline }} inherit>{d.kind === "last_run" ? "the run before" : d.baseline_name || "a baseline"}</A></>} aside={<Text size="xs" c="dimmed"><Time at={d.at} relative /></Text>}>
      {d.error ? <Text size="sm"><Icon name="alert" size={13} /> It could not be compared: {d.error}</Text> : (
        <Stack gap={6}>
          <Text size="sm">{d.added + d.removed + d.changed === 0 ? "It is as expected." : `${count(d.added)} added, ${count(d.removed)} removed, ${count(d.changed)} changed${d.metadata ? ` (${count(d.metadata)} only in name or description)` : ""}; ${count(d.unchanged)} as expected.`}</Text>
          <Text size="sm">{plural(d.new, "new finding")}, {count(d.reopened)} reopened, {count(d.resolved)} resolved.</Text>
          {d.unknowns.map((u) => <Text key={u.type + u.reason} size="sm" c="dimmed">{u.label}: {plural(u.objects, "object")} can’t be told, because {reasonWords(u.reason)}.</Text>)}
          <KeyValue rows={[
            ["Baseline", <A key="b" to="/drift/baselines/$id" params={{ id: d.baseline }}>{d.baseline_name || d.baseline}, version {d.baseline_version}</A>],
            ["Run before", d.before && <Group key="b" gap={6} component="span" display="inline-flex"><A to="/inventory/runs/$id" params={{ id: d.before }}>{past?.id === d.before ? <Time at={past.started_at} /> : "open it"}</A><Id value={d.before} short label="the run's ID" /></Group>],
            ["In the log", d.entry !== undefined && `entry ${d.entry} of the tenant’s log`],
            ["Findings’ hash", d.findings_sha256 && <Id value={d.findings_sha256} short />],
          ]} />
        </Stack>
      )}
    </Panel>
  );
}

function Found({ of: r }: { of: RunDetail }) {
  const q = useApi("/api/v1/drift/findings", { query: { run: r.id, all: true, tenant: r.tenant_id, limit: 25 } });
  // About as high as what will come, so that little below it moves then.
  const awaited = Math.min(25, r.drift.reduce((n, d) => n + d.new + d.reopened + d.resolved, 0));
  return (
    <Panel title="What changed" flush aside={<A to="/drift/findings" search={{ run: r.id, all: "true" }} size="xs">All in the list</A>}>
      <Answer of={q} what="What it found could not be read." loading={<Loading rows={Math.max(1, awaited)} height={awaited > 0 ? 78 : 42} />}>
        {(page) => page.items.length === 0 ? (
          <Text size="sm" c="dimmed" p="sm">{r.new === r.objects ? "It is the first observation of this source: there is nothing to compare it with, so nothing is a finding." : r.compared ? "It found nothing that differs from what is expected." : "It is not compared yet."}</Text>
        ) : (
          <ul className="rows">
            {page.items.map((f) => (
              <li key={f.id}>
                <Group gap={8} wrap="nowrap" align="flex-start">
                  <Severity value={f.severity} />
                  <div style={{ minWidth: 0 }}>
                    <A to="/drift/findings/$id" params={{ id: f.id }} fw={500} style={{ overflowWrap: "anywhere" }}>{f.name || f.object_id}</A> <State value={f.state} />
                    <Text size="sm" style={{ overflowWrap: "anywhere" }} lineClamp={2}>{f.path ? `${f.path}: ` : ""}{f.change || (f.kind === "added" ? "added" : f.kind === "removed" ? "removed" : `${f.from ?? "nothing"} → ${f.to ?? "nothing"}`)}</Text>
                    <Text size="xs" c="dimmed">{f.label}</Text>
                  </div>
                </Group>
              </li>
            ))}
            {page.next_cursor && <li><A to="/drift/findings" search={{ run: r.id, all: "true" }}>More in the list of findings</A></li>}
          </ul>
        )}
      </Answer>
    </Panel>
  );
}
