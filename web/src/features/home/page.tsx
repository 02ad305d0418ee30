// Home: one sentence, what needs a person, and what was decided.
import { SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Answer, Curl, Empty, PageHeader, Panel, plural } from "@/ui";
import { actionWords } from "../feed/logic";
import { Over } from "./chart";
import "./home.css";
import { Inbox } from "./inbox";
import { posture, whatWaits, windowOf, windows, type Known, type Window } from "./logic";
import { DriftNow, Tops } from "./panels";
import { Proof, useProof } from "./proof";
import { usePosture, useWaiting } from "./queries";
import { Tenants, TenantsDownload } from "./tenants";

export default function Home() {
  return useTenant().isAll ? <Everywhere /> : <One />;
}

const wait = <Skeleton height={26} width={300} aria-hidden />;

function Everywhere() {
  const q = usePosture();
  const p = q.data;
  const total = p?.tenants.reduce((n, t) => n + (t.decisions_24h ?? 0), 0) ?? 0;
  return (
    <>
      <PageHeader title={p ? posture({ posture: p }) : q.error ? "Home" : wait} tab="Home" lead={p && <>{plural(p.tenants.length, "tenant")}; {plural(total, "decision")} in the last 24 hours.{` ${whatWaits({ posture: p }) ?? ""}`}</>} actions={<><Curl path={buildUrl("/api/v1/posture", {}, { tenant: "all" })} />{p && <TenantsDownload of={p.tenants} />}</>} />
      <Answer of={q} what="It could not be read where things stand.">{(of) => <Tenants of={of.tenants} />}</Answer>
    </>
  );
}

function One() {
  const window = windowOf(useSearch({ strict: false, select: (s: Record<string, unknown>) => s.window }));
  const { param, id, own } = useTenant();
  const name = useTenantName();
  const stats = useApi("/api/v1/stats", { query: { window, tenant: param } }, { keep: true, refetchInterval: 30_000 });
  const q = usePosture();
  const waiting = useWaiting();
  const mayRules = useHas()("rules:read");
  const proof = useProof(id === own);
  const known: Known | undefined = q.data && { posture: q.data, valid: proof.data?.valid, modules: waiting.silent.length };
  return (
    <>
      <PageHeader
        title={known && !waiting.pending ? posture(known) : q.error ? "Home" : wait} tab="Home"
        lead={stats.data && <>{id === own ? "" : `${name(id)}: `}{plural(stats.data.total, "decision")} {words(window)}{stats.data.denied > 0 && <>, <A inherit underline="always" to="/feed" search={{ policy_denied: "true" }}>{plural(stats.data.denied, "action")} denied by policy</A></>}.{known && !waiting.pending && whatWaits(known) && ` ${whatWaits(known)}`}</>}
        actions={<Curl path={buildUrl("/api/v1/posture", {}, { tenant: param })} />}
      />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Panel title="Needs you" flush><Answer of={q} what="What waits could not be read.">{() => <Inbox known={known!} waiting={waiting} />}</Answer></Panel>
          <Panel title="Decisions over time" aside={<Pick window={window} />}>
            <Answer of={stats} what="The decisions could not be counted.">{(s) => (s.total === 0 ? <None window={window} /> : <Over of={s} />)}</Answer>
          </Panel>
          {stats.data && stats.data.total > 0 && <Panel title="Top rules"><Tops of={Object.fromEntries(Object.entries(stats.data.by_rule).filter(([k]) => k !== "rule:default_allow"))} by="rule" none="No rule fired." words={stats.data.rule_titles} open={mayRules ? (rule) => ({ to: "/rules/$id", params: { id: rule } }) : undefined} /></Panel>}
        </Stack>
        <Stack gap="md" miw={0}>
          <Panel title="Evidence"><Proof of={proof} /></Panel>
          <Panel title="Drift"><DriftNow /></Panel>
          {stats.data && stats.data.total > 0 && <Panel title="What was done"><Tops of={stats.data.by_action} by="action" none="Nothing." words={actionWords} /></Panel>}
          {stats.data && stats.data.total > 0 && <Panel title="Top sources"><Tops of={stats.data.by_source} by="source" none="None." /></Panel>}
        </Stack>
      </div>
    </>
  );
}

const words = (window: Window) => windows.find((w) => w.value === window)!.words;

function Pick({ window }: { window: Window }) {
  const navigate = useNavigate();
  return <SegmentedControl size="xs" aria-label="Time" value={window} data={windows.map(({ value, label }) => ({ value, label }))} onChange={(v) => void navigate({ to: ".", search: (s: Record<string, unknown>) => ({ ...s, window: v === "24h" ? undefined : v }), replace: true })} />;
}

function None({ window }: { window: Window }) {
  return <Empty icon="feed" title={`Nothing was decided ${words(window)}`} command="frostgate ingest /var/log/auth.log">Look further back, or send the events of a file:</Empty>;
}
