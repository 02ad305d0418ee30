// One change and everywhere it was found; decided on at once, with exceptions.
import "./groups.css";
import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi, usePages } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Answer, count, Curl, Icon, Id, KeyValue, Loading, PageHeader, Panel, plural, Severity, State, Time, withNames } from "@/ui";
import { groupChange, StatesOf, type GroupRow } from "./groups";
import { flipped, type Unticked } from "./groups-logic";
import { GroupTriage } from "./groups-triage";
import type { Finding } from "./logic";
import { Members, SecretNote } from "./values";
import { hasSecret, identified, listChange, parsed } from "./values-logic";

export default function GroupPage() {
  const { key = "" } = useParams({ strict: false });
  const { param } = useTenant();
  const head = useApi("/api/v1/drift/groups", { query: { key: [key], tenant: param } as never });
  const detail = useApi("/api/v1/drift/groups/{key}", { path: { key }, query: { tenant: param } });
  return (
    <Answer of={detail} what="The group could not be read.">
      {(d) => <Answer of={head} what="The group could not be read.">{(h) => <One of={h.items[0]} detail={d} />}</Answer>}
    </Answer>
  );
}

function One({ of: g, detail: d }: { of?: GroupRow; detail: Schemas["GroupDetail"] }) {
  const { param, isAll } = useTenant();
  const edit = useEdit();
  const may = useHas()("drift:write");
  const findings = usePages("/api/v1/drift/findings", { query: { group: d.key, all: true, tenant: param, limit: 200 } });
  const [offTenants, setOffTenants] = useState<ReadonlySet<string>>(new Set());
  const [offFindings, setOffFindings] = useState<Unticked>(new Map());
  const total = d.tenants.reduce((n, t) => n + t.findings, 0);
  return (
    <>
      <PageHeader
        back={{ to: "/drift/groups", label: "Same change" }} title={g?.path || (g ? groupChange(g) : "No finding has this change any more")} tab="Same change" badges={g && <Severity value={g.severity} />} lead={g?.label}
        actions={<Curl path={buildUrl("/api/v1/drift/groups/{key}", { key: d.key }, { tenant: param })} />}
      />
      <Stack gap="md">
        <Text size="lg" fw={650}>{plural(total, "finding")} in {plural(d.tenants.length, "tenant")}{g ? `, ${count(g.waiting)} ${g.waiting === 1 ? "waits" : "wait"} for a decision.` : "."}{!isAll && <> <A to="/drift/groups/$key" params={{ key: d.key }} search={{ tenant: "all" }}>Look across all tenants</A></>}</Text>
        {may && <Group gap={6}>
          {edit.on ? <GroupTriage group={d} states={Object.keys(g?.by_state ?? {}) as Finding["state"][]} all={isAll} offTenants={offTenants} off={offFindings} rows={findings.rows} /> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to decide on all of it</Button>}
          {(offTenants.size > 0 || offFindings.size > 0) && <Text size="sm" c="dimmed">but for {[offTenants.size > 0 && plural(offTenants.size, "tenant"), offFindings.size > 0 && plural(offFindings.size, "finding")].filter(Boolean).join(" and ")}</Text>}
        </Group>}
        {g && <Change of={g} />}
        <div className="two-columns">
          <Findings q={findings} off={offFindings} set={setOffFindings} choose={edit.on} offTenants={offTenants} />
          <Stack gap="md" miw={0}>
            <Tenants of={d} off={offTenants} set={setOffTenants} choose={edit.on && d.tenants.length > 1} />
            {g && <Panel title="Facts"><KeyValue rows={[["First seen", <Time key="f" at={g.first_seen} />], ["Last seen", <Time key="l" at={g.last_seen} />], ["Type", g.type], ["Group", <Id key="i" value={g.key} short />]]} /></Panel>}
          </Stack>
        </div>
      </Stack>
    </>
  );
}

function Change({ of: g }: { of: GroupRow }) {
  // The whole values, and the names of what they refer to: the group has them cut.
  const { sample } = g;
  const one = useApi("/api/v1/drift/findings/{id}", { path: { id: sample.id }, query: { tenant: sample.tenant_id } });
  const names = one.data?.names ?? {};
  const [from, to] = one.data ? [one.data.from_value, one.data.to_value] : [parsed(g.from), parsed(g.to)];
  const list = listChange(from, to);
  const said = (v: string | undefined) => (v === undefined ? "nothing" : identified(withNames(v, names), g.path));
  return (
    <Panel title="The change">
      {!list && <Text size="sm" mb="xs">{groupChange(g)}</Text>}
      {hasSecret(from, to) && <SecretNote />}
      {one.isPending ? <Loading rows={2} /> : list ? <div className="group-members"><Members of={list} names={names} path={g.path} /></div> : (
        <div className="group-values">
          <div><Text size="xs" c="dimmed">Expected</Text><pre tabIndex={0}>{said(g.from)}</pre></div>
          <div><Text size="xs" c="dimmed">Observed</Text><pre tabIndex={0}>{said(g.to)}</pre></div>
        </div>
      )}
      <A to="/drift/findings/$id" params={{ id: sample.id }} search={{ tenant: sample.tenant_id }} size="xs">{list ? "One of them, with its history" : "One of them side by side in full"}</A>
    </Panel>
  );
}

const flip = (of: ReadonlySet<string>, key: string) => {
  const out = new Set(of);
  if (!out.delete(key)) out.add(key);
  return out;
};

function Tenants({ of: d, off, set, choose }: { of: Schemas["GroupDetail"]; off: ReadonlySet<string>; set: (v: ReadonlySet<string>) => void; choose: boolean }) {
  return (
    <Panel title={plural(d.tenants.length, "tenant")} aside={choose && <Text size="xs" c="dimmed">unticked stay as they are</Text>} flush>
      <ul className="pick-list">
        {d.tenants.map((t) => (
          <li key={t.tenant_id} data-off={off.has(t.tenant_id) || undefined}>
            {choose && <Checkbox checked={!off.has(t.tenant_id)} onChange={() => set(flip(off, t.tenant_id))} aria-label={`Decide in ${t.name}`} />}
            <div><Group justify="space-between" gap="xs"><A to="/drift/findings" search={{ group: d.key, all: "true", tenant: t.tenant_id }} fw={500}>{t.name}</A><Text size="xs" c="dimmed">{plural(t.findings, "finding")}</Text></Group><StatesOf by={t.by_state} /></div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

type Pages = { rows: Finding[]; isPending: boolean; hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

function Findings({ q, off, set, choose, offTenants }: { q: Pages; off: Unticked; set: (v: Unticked) => void; choose: boolean; offTenants: ReadonlySet<string> }) {
  const name = useTenantName();
  return (
    <Panel title="Where it is" aside={choose && q.rows.length > 1 && <Text size="xs" c="dimmed">unticked stay as they are</Text>} flush>
      <ul className="pick-list">
        {q.rows.map((f) => (
          <li key={f.id} data-off={off.has(f.id) || offTenants.has(f.tenant_id) || undefined}>
            {choose && q.rows.length > 1 && <Checkbox checked={!off.has(f.id) && !offTenants.has(f.tenant_id)} disabled={offTenants.has(f.tenant_id)} onChange={() => set(flipped(off, f))} aria-label={`Decide on ${f.name || f.object_id}`} />}
            <div>
              <A to="/drift/findings/$id" params={{ id: f.id }} search={{ tenant: f.tenant_id }} fw={500} style={{ overflowWrap: "anywhere" }}>{f.name || f.object_id}</A>
              <Group gap={8}><State value={f.state} /><Text size="xs" c="dimmed">{name(f.tenant_id)} · {f.source} · <Time at={f.first_seen} relative /></Text></Group>
            </div>
          </li>
        ))}
      </ul>
      {q.hasNextPage && <Button variant="subtle" m="xs" loading={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>Load more</Button>}
    </Panel>
  );
}
