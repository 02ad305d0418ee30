// A finding's life, and what proves it.
import { Group, Stack, Text, Timeline } from "@mantine/core";
import { useHas, useIdentity } from "@/app/session";
import { A, capital, Icon, Id, KeyValue, Panel, plural, State, Time, Who, withNames } from "@/ui";
import { actionWords, between, life, reasonInWords, untold, type Detail, type Step } from "./logic";

const bySystem: Record<string, string> = {
  seen: "Seen again by a run", found: "First seen by a run", returned: "As expected again", superseded: "Another change took its place", gone: "The object is gone", object_gone: "The object is gone", back: "Back as it was", away: "Another value than the one that was decided on",
  expired: "The acceptance ran out", baseline: "The baseline changed", standing: "Seen again; the acceptance stands", acceptance_ended: "The acceptance of this value ended with that of another finding",
};

/** Steps whose title says the reason. */
const said = ["returned", "superseded", "gone", "object_gone", "baseline", "expired"];

/** A person: "you", or by name. */
export function Person({ id }: { id: string | undefined }) {
  const me = useIdentity();
  return id === me.principal_id ? <>you</> : <Who id={id} none="the server" />;
}

export function RunLink({ run, at, tenant }: { run: string; at?: string; tenant: string }) {
  return <A to="/inventory/runs/$id" params={{ id: run }} search={{ tenant }}>{at ? <>the run of <Time at={at} /></> : "a run that is not kept any more"}</A>;
}

export function History({ of: d }: { of: Detail }) {
  const moments = life(d);
  return (
    <Timeline bulletSize={14} lineWidth={2} active={moments.length}>
      {moments.map((m, i) => <Timeline.Item key={i} title={<Text size="sm" fw={500} component="div">{"step" in m ? <Title of={m.step} /> : <Looked of={m.seen} />}</Text>}>{"step" in m ? <Told of={m.step} d={d} /> : <Runs of={m.seen} d={d} />}</Timeline.Item>)}
    </Timeline>
  );
}

function Title({ of: h }: { of: Step }) {
  const done = h.action in actionWords ? actionWords[h.action as keyof typeof actionWords].done : undefined;
  if (!done) return <>{bySystem[h.action] ?? capital(h.action.replaceAll("_", " "))}</>;
  return <>{capital(done)} by <Person id={h.by} /></>;
}

/** The tenant's log, for who may read it. */
function useLog(d: Detail): string | undefined {
  return useHas()("evidence:read") ? d.proof?.log : undefined;
}

function Told({ of: h, d }: { of: Step; d: Detail }) {
  const log = useLog(d);
  return (
    <>
      <Text size="sm" component="div">
        {h.reason && !said.includes(h.action) && <>{capital(reasonInWords(h.reason)!)}. </>}
        {h.note && <>“{withNames(h.note, d.names)}” </>}
        {h.action === "assign" && <>To {h.assignee ? <Person id={h.assignee} /> : "nobody"}. </>}
        {h.until && <>Until <Time at={h.until} />. </>}
      </Text>
      <Group gap="xs">
        <Text size="xs" c="dimmed"><Time at={h.at} /></Text><State value={h.state} />
        {h.run && <A size="xs" to="/inventory/runs/$id" params={{ id: h.run }} search={{ tenant: d.tenant_id }}>the run</A>}
        {h.entry !== undefined && (log ? <A size="xs" to="/evidence/logs/$log/entries/$index" params={{ log, index: String(h.entry) }}>entry {h.entry} of the log</A> : <Text size="xs" c="dimmed">entry {h.entry} of the log</Text>)}
      </Group>
    </>
  );
}

type Seen = Detail["seen"];

function Looked({ of: seen }: { of: Seen }) {
  if (seen[0]!.told) return <>Still so in {seen.length === 1 ? "a later run" : plural(seen.length, "later run")}</>;
  return <><Icon name="alert" size={13} /> {seen.length === 1 ? "A later run" : plural(seen.length, "later run")} could not tell: {untold(seen[0]!.why)}</>;
}

function Runs({ of: seen, d }: { of: Seen; d: Detail }) {
  const shown = seen.length > 4 ? [...seen.slice(0, 1), ...seen.slice(-2)] : seen;
  return <Text size="xs" component="div">{shown.map((r, i) => <span key={r.run}>{i > 0 && (i === 1 && seen.length > 4 ? ` … ${seen.length - 3} between … ` : ", ")}<A size="xs" underline="always" to="/inventory/runs/$id" params={{ id: r.run }} search={{ tenant: d.tenant_id }}>{r.at ? <Time at={r.at} /> : "a run"}</A></span>)}</Text>;
}

export function When({ of: d }: { of: Detail }) {
  const b = between(d);
  const last = d.seen.filter((r) => r.told).at(-1);
  return (
    <Panel title="When">
      <Stack gap="xs">
        <Text size="sm">{b ? <>It changed between the two runs: after <Time at={b.from} />, and before <Time at={b.to} />.</> : <>It was there when the run of <Time at={d.after.at} /> looked. Nothing before it can say since when.</>}</Text>
        <KeyValue rows={[
          ["Run before", d.before ? <RunLink key="b" run={d.before.run} at={d.before.at} tenant={d.tenant_id} /> : "none"],
          ["Found by", <RunLink key="f" run={d.after.run} at={d.after.at} tenant={d.tenant_id} />],
          ["Last seen by", last && <RunLink key="l" run={last.run} at={last.at} tenant={d.tenant_id} />],
          ["Same run", <A key="r" to="/drift/findings" search={{ run: d.after.run, all: "true", tenant: d.tenant_id }}>What else that run found</A>],
        ]} />
      </Stack>
    </Panel>
  );
}

/** What stands for the observation in the tenant's log. */
export function Proof({ of: d }: { of: Detail }) {
  const p = d.proof;
  const log = useLog(d);
  const may = useHas()("evidence:read");
  if (!p) return null;
  const entry = (n: number | undefined, words: string) => n !== undefined && (log ? <A to="/evidence/logs/$log/entries/$index" params={{ log, index: String(n) }}>{words}, entry {n}</A> : `${words}, entry ${n}`);
  return (
    <Panel title="Proof">
      <Stack gap="xs">
        <Text size="sm">The run and its comparison are entries of the tenant’s log; each has a receipt that anybody can check.{!may && <> To open them, a key needs the scope <code>evidence:read</code>.</>}</Text>
        <KeyValue rows={[
          ["What was seen", p.snapshot && <><A to="/inventory/snapshots/$root" params={{ root: p.snapshot }} search={{ tenant: d.tenant_id }}>the snapshot</A> <Id value={p.snapshot} short label="the snapshot's root hash" /></>],
          ["Recorded by", entry(p.run_entry, "the run")],
          ["Compared in", entry(p.entry, "the comparison")],
          ["All it found", p.findings_sha256 && <Id key="h" value={p.findings_sha256} short label="the hash over all findings" />],
        ]} />
      </Stack>
    </Panel>
  );
}
