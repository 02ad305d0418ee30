// One entry of the audit: all that is recorded of it, and its proof.
import "./audit.css";
import { Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { useTenant, useTenantName, useTenants } from "@/app/tenant";
import { A, Answer, Badge, Curl, Id, JsonView, KeyValue, PageHeader, Panel, Time, Who, type Target as To } from "@/ui";
import { deniedWhy, detailOf, doneText, type Entry } from "./logic";
import { Actor, Outcome, Target } from "./pieces";

const list: To & { label: string } = { to: "/audit", label: "Audit" };

export default function EntryPage() {
  const { id = "" } = useParams({ strict: false });
  const { param } = useTenant();
  const q = useApi("/api/v1/audit/{id}", { path: { id }, query: { tenant: param } });
  return <Answer of={q} what="The entry could not be read.">{(e) => <One of={e} />}</Answer>;
}

const isTime = (v: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(v);

function One({ of: e }: { of: Entry }) {
  const { param } = useTenant();
  const name = useTenantName();
  const { changes, rest } = detailOf(e.detail);
  const who = e.principal === "system" ? "FrostGate itself" : e.principal_name || e.principal || "Somebody unknown";
  const why = e.outcome === "denied" ? deniedWhy[e.detail?.code ?? ""] : undefined;
  return (
    <>
      <PageHeader
        back={list} title={`${who} ${doneText(e.action)}`} tab={`${doneText(e.action)}: audit`} badges={<><Outcome value={e.outcome} />{e.times > 1 && <Badge tone="none">{e.times} times</Badge>}</>}
        lead={<><Time at={e.at} />{e.remote && <> from {e.remote}</>}{why && <>. {why}</>}</>} actions={<Curl path={buildUrl("/api/v1/audit/{id}", { id: e.id }, { tenant: param })} />}
      />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          {changes.length > 0 && <Changes of={changes} />}
          {(rest.length > 0 || changes.length === 0) && (
            <Panel title="What is recorded">
              {rest.length === 0 ? <Text size="sm" c="dimmed">Nothing beyond who, what and when.</Text> : <KeyValue rows={rest.map(([k, v]) => [k, isTime(v) ? <Time key={k} at={v} /> : v])} />}
            </Panel>
          )}
          <Proof of={e} />
        </Stack>
        <Stack gap="md" miw={0}>
          <Panel title="Facts">
            <KeyValue rows={[
              ["Who", <span key="w">{e.principal.startsWith("pr_") ? <Who id={e.principal} /> : <Actor of={e} />}</span>],
              ["By the key", e.key_id && <Who key="k" id={e.key_id} tenant={e.tenant_id} />],
              ["What", <span key="a">{doneText(e.action)} <Text span size="xs" c="dimmed">{e.action}</Text></span>],
              ["Object", e.target && <Target key="t" of={e} />], ["Object’s ID", e.target && <Id key="i" value={e.target} short />],
              ["Tenant", name(e.tenant_id)], ["From", e.remote], ["Request", e.request_id && <Id key="r" value={e.request_id} short />], ["Entry", <Id key="e" value={e.id} short />],
            ]} />
          </Panel>
          <Panel title="Around it">
            <Stack gap={4}>
              {e.principal && <A className="around" to="/audit" search={{ principal: e.principal, tenant: e.tenant_id }}>All that {who} did</A>}
              {e.target && <A className="around" to="/audit" search={{ target: e.target, tenant: e.tenant_id }}>All that was done to this object</A>}
              {e.key_id && <A className="around" to="/audit" search={{ key_id: e.key_id, tenant: e.tenant_id }}>All that this key was used for</A>}
            </Stack>
          </Panel>
          <Panel title="As it is stored"><JsonView value={e} label="The entry as JSON" maxHeight={260} /></Panel>
        </Stack>
      </div>
    </>
  );
}

function Changes({ of }: { of: ReturnType<typeof detailOf>["changes"] }) {
  return (
    <Panel title="What changed" flush>
      <div className="sbs-wrap" tabIndex={0} role="region" aria-label="What changed">
        <table className="sbs">
          <thead><tr><th scope="col">What</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
          <tbody>{of.map((c) => <tr key={c.name}><th scope="row">{c.name}</th><td className="diff-left">{c.before ?? <span className="absent">not recorded</span>}</td><td className="diff-right">{c.after ?? <span className="absent">nothing</span>}</td></tr>)}</tbody>
        </table>
      </div>
    </Panel>
  );
}

function Proof({ of: e }: { of: Entry }) {
  const may = useHas()("evidence:read");
  const log = useTenants().find((t) => t.id === e.tenant_id)?.log_id;
  return (
    <Panel title="Proof">
      {e.entry === undefined
        ? <Text size="sm" c="dimmed">This entry is a row of the audit. It has no entry of its own in the tenant’s log.</Text>
        : <Text size="sm">Entry {e.entry} of the tenant’s log records the same act{may ? <>: {log ? <A to="/evidence/logs/$log/entries/$index" params={{ log, index: String(e.entry) }}>look at it</A> : <A to="/evidence">look at the log</A>}</> : ""}. It can be proven to a stranger.</Text>}
    </Panel>
  );
}
