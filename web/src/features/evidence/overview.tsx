// Whether everything recorded here can be proven, and where to look further.
import "./evidence.css";
import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { A, Answer, Badge, count, Curl, Failed, Icon, Id, KeyValue, PageHeader, Panel, plural, Time, Who } from "@/ui";
import { alone, fresh, holds, keeps, policyWords, posture, small, witnessState, type Log, type RootStatus } from "./logic";
import { EntryLink, Level, Parts, Say } from "./pieces";
import { useLogs, useRoot, useVerify } from "./queries";

export default function Overview() {
  const logs = useLogs();
  const status = useRoot();
  return (
    <>
      <PageHeader title="Evidence" tab="Evidence" lead="Every decision and every act is an entry of a signed log. Anybody can check it, without trusting this server." actions={<Curl path="/api/v1/evidence/logs" />} />
      <Parts here="/evidence" />
      <Answer of={logs} what="The logs could not be read.">
        {(page) => <Answer of={status} what="The state of the log of logs could not be read.">{(s) => <All own={page.items.find((l) => l.kind === "tenant")!} root={page.items.find((l) => l.kind === "root")} status={s} />}</Answer>}
      </Answer>
    </>
  );
}

function All({ own, root, status }: { own: Log; root?: Log; status: RootStatus }) {
  return (
    <Stack gap="md">
      <Posture own={own} root={root} status={status} />
      <div className="evidence-cards">
        <OwnLog of={own} />
        <LastEpochs />
        <Witnesses of={status} />
        <Keeps of={own} />
      </div>
    </Stack>
  );
}

function Posture({ own, root, status }: { own: Log; root?: Log; status: RootStatus }) {
  const verify = useVerify();
  const due = !own.problem && (!own.checked || Date.now() - new Date(own.checked.at).getTime() > fresh) && own.size <= small;
  const { idle, run } = verify;
  useEffect(() => {
    if (due && idle) run();
  }, [due, idle, run]);
  const p = posture(own, root, status, new Date());
  const c = own.checked;
  return (
    <Panel>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div style={{ flex: "1 1 320px", minWidth: 0 }}>
            <Say tone={p.tone} title={!c && p.tone !== "critical" ? "This log was not verified yet" : <>{p.title}{p.tone === "good" && c && <>, last verified <Time at={c.at} relative /></>}</>}>
              {p.points.length > 0 && <ul className="evidence-points">{p.points.map((x) => <li key={x.text}>{x.text}{x.entry !== undefined && <> <EntryLink log={own.id} index={x.entry}>Open entry {count(x.entry)}</EntryLink></>}</li>)}</ul>}
              {c && <Text size="sm" c="dimmed" mt={4}>{c.valid ? `${c.size === 1 ? "The only entry gave" : `All ${count(c.size)} entries gave`} the signed root` : "Checked"} <Time at={c.at} relative />, asked by <Who id={c.by} plain />.{own.size > c.size && ` ${plural(own.size - c.size, "entry has", "entries have")} been added since.`}{c.valid && c.rows_to < c.size && ` Decision rows were compared up to entry ${count(c.rows_to)}.`}</Text>}
            </Say>
          </div>
          <Button leftSection={<Icon name="evidence" size={14} />} loading={verify.running} onClick={verify.run}>Verify now</Button>
        </Group>
        {verify.running && <Progress value={Math.max(4, verify.progress * 100)} size="sm" animated aria-label="How much of the log is verified" />}
        {verify.error && <Failed error={verify.error} what="The log could not be verified. Nothing was changed." />}
        {verify.verdict && !verify.running && <Verdict of={verify.verdict} />}
      </Stack>
    </Panel>
  );
}

function Verdict({ of: v }: { of: NonNullable<ReturnType<typeof useVerify>["verdict"]> }) {
  // What only the row beside the entry gets wrong is told by the last check.
  const entries = v.first_bad !== undefined && !(v.bad_row?.index === v.first_bad && v.recomputed_root === v.root);
  return (
    <div role="status">
      <ul className="evidence-checks">
        <Check ok={v.recomputed_root === v.root}>{v.recomputed_root === v.root ? <>The root computed from {v.size === 1 ? "the only entry" : `all ${count(v.size)} entries`} is the one that was signed: <Id value={v.root} short label="the root" /></> : <>The entries give the root <Id value={v.recomputed_root} short label="the computed root" />, the log says <Id value={v.root} short label="the stored root" /></>}</Check>
        <Check ok={!entries}>{entries ? <>{alone(v.problem ?? "an entry is not what was signed")} It is <EntryLink log={v.log} index={v.first_bad ?? 0} />.</> : "Every entry stands at its own place, and every payload is there or an entry says why not"}</Check>
        <Check ok={!v.bad_row}>{v.bad_row ? <>The row of <EntryLink log={v.log} index={v.bad_row.index} /> is not what its entry proves: {v.bad_row.columns.map((c, i) => <span key={c.column}>{i > 0 && "; "}{c.column.replaceAll("_", " ")} says <Value of={c.stored} />, proven is <Value of={c.proven} /></span>)}</> : `${plural(v.compared, "decision")} compared with what the entries prove`}</Check>
      </ul>
    </div>
  );
}

const Value = ({ of: text }: { of: string }) => (/^[0-9a-f]{40,}$/.test(text) ? <Id value={text} short /> : <>{text}</>);

function Check({ ok, children }: { ok: boolean; children: React.ReactNode }) {
  return <li data-bad={!ok || undefined}><Icon name={ok ? "check" : "alert"} size={15} title={ok ? "passed" : "failed"} /><span>{children}</span></li>;
}

function OwnLog({ of: l }: { of: Log }) {
  return (
    <Panel title="Your log" aside={<A to="/evidence/logs/$log" params={{ log: l.id }} size="xs">Entries and checkpoint</A>}>
      <KeyValue rows={[
        ["Entries", count(l.size)],
        ["Last one", l.grown_at && <Time key="g" at={l.grown_at} relative />],
        ["Name", <Id key="o" value={l.origin} label="the log’s name" />],
        ["Tree head", <Id key="r" value={l.root} short label="the root" />],
        ["Anchored", l.anchored ? <>{l.anchored.size === l.size ? "all of it" : plural(l.anchored.size, "entry", "entries")}, in <A to="/evidence/epochs/$index" params={{ index: String(l.anchored.epoch) }}>epoch {count(l.anchored.epoch)}</A>, <Time at={l.anchored.at} relative /></> : "not yet"],
      ]} />
    </Panel>
  );
}

function LastEpochs() {
  const q = useApi("/api/v1/evidence/epochs", { query: { limit: 5 } }, { refetchInterval: 15_000 });
  return (
    <Panel title="Last epochs" flush aside={<A to="/evidence/epochs" size="xs">All</A>}>
      <Answer of={q} what="The epochs could not be read.">
        {(page) => (
          <ul className="evidence-rows">
            {page.items.map((e) => (
              <li key={e.index}>
                <Group justify="space-between" gap="xs" wrap="nowrap"><A to="/evidence/epochs/$index" params={{ index: String(e.index) }} fw={500}>{e.kind === "epoch" ? `Epoch ${count(e.index)}` : `Entry ${count(e.index)}`}</A><Group gap={8} wrap="nowrap"><Level value={e.level} /><Text size="xs" c="dimmed"><Time at={e.at} relative /></Text></Group></Group>
                <Text size="xs" c="dimmed">{holds(e)}</Text>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Panel>
  );
}

function Witnesses({ of: s }: { of: RootStatus }) {
  return (
    <Panel title="Witnesses" aside={<A to="/evidence/witnesses" size="xs">More</A>}>
      {s.witnesses.length === 0 ? <Text size="sm">Nobody outside watches the log of logs. <A to="/evidence/witnesses" inherit>Add a witness</A>, and a database that was rolled back can’t go unnoticed.</Text> : (
        <Stack gap={8}>
          <Text size="sm">{policyWords(s)}{s.cosigned_at && <> Last cosigned <Time at={s.cosigned_at} relative />.</>}</Text>
          {s.witnesses.map((w) => {
            const state = witnessState(w, s);
            return <Group key={w.name} gap={8}><Badge tone={state.tone} icon={state.tone === "good" ? "check" : "alert"} title={state.means}>{state.word}</Badge><Text size="sm">{w.name}</Text></Group>;
          })}
        </Stack>
      )}
    </Panel>
  );
}

function Keeps({ of: l }: { of: Log }) {
  const has = useHas();
  return (
    <Panel title="What is kept, and how long" aside={<A to="/evidence/erasures" size="xs">Erasures</A>}>
      <Stack gap="xs">
        <KeyValue rows={[
          ["Proofs", "for ever"],
          ["Payloads", l.retention && keeps(l.retention.payload_days)],
          ["Audit", l.retention && keeps(l.retention.audit_days)],
        ]} />
        <Text size="xs" c="dimmed">A payload is what a decision was made on: the event, in full. When it is deleted or erased, the log says so, and every proof stays valid.{has("tenants:write") && " The times are settings of the tenant."}</Text>
      </Stack>
    </Panel>
  );
}
