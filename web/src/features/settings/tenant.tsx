// One tenant: its state, limits and settings, and how they are changed.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi, useWrite } from "@/api/hooks";
import { useHas } from "@/app/session";
import { A, Answer, count, Curl, Icon, Id, KeyValue, Loading, PageHeader, Panel, percent, personaFull, plural, ringWord, span, State, Time } from "@/ui";
import { shareOf } from "./logic";
import { NextSteps, useNothingYet } from "./next-steps";
import { Acts, Ask, tell } from "./pieces";
import { SettingsForm } from "./tenant-form";

type Tenant = Schemas["TenantView"];
const forget = ["/api/v1/tenants", "/api/v1/usage"];

export default function TenantPage() {
  const { id = "" } = useParams({ strict: false });
  const q = useApi("/api/v1/tenants/{id}", { path: { id } });
  const nothing = useNothingYet(id);
  // Not before it is known whether the next steps come first: nothing moves then.
  return <Answer of={q} what="The tenant could not be read.">{(t) => (nothing === undefined ? <Loading /> : <One of={t} nothing={t.status === "active" ? nothing : []} />)}</Answer>;
}

const means: Record<Tenant["status"], string> = {
  active: "Events are decided, inventory is observed.",
  suspended: "Events and inventory are refused. What is recorded stays readable and can be exported.",
  closing: "Events and inventory are refused for good. What is recorded stays readable until it is erased.",
};

function One({ of: t, nothing }: { of: Tenant; nothing: readonly ("events" | "inventory")[] }) {
  return (
    <>
      <PageHeader back={{ to: "/settings/tenants", label: "Tenants" }} title={t.name} tab={t.name} badges={<State value={t.status} />} lead={means[t.status]} actions={<Curl path={buildUrl("/api/v1/tenants/{id}", { id: t.id })} />} />
      <Actions of={t} />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          {nothing.length > 0 && <NextSteps of={t} missing={nothing} />}
          <Limits of={t} />
          <SettingsPanel of={t} />
        </Stack>
        <Stack gap="md" miw={0}>
          <Look of={t} />
          <Panel title="Facts">
            <KeyValue rows={[["Since", <Time key="t" at={t.created_at} />], ["Tenant", <Id key="i" value={t.id} />], ["Evidence log", <Id key="l" value={t.log_id} />]]} />
          </Panel>
        </Stack>
      </div>
    </>
  );
}

/** Screens that can be about another tenant than one's own. */
const looks = [
  { to: "/feed", scope: "decisions:read", label: "Its decisions" }, { to: "/enforcements", scope: "enforcements:read", label: "What is in force" }, { to: "/approvals", scope: "enforcements:read", label: "What waits for approval" },
  { to: "/drift", scope: "drift:read", label: "Its drift" }, { to: "/inventory", scope: "inventory:read", label: "Its inventory" }, { to: "/audit", scope: "audit:read", label: "Who did what there" },
  { to: "/settings/usage", scope: "usage:read", label: "Its use" }, { to: "/settings/keys", scope: "keys:read", label: "Its keys" }, { to: "/settings/webhooks", scope: "webhooks:read", label: "Its webhooks" },
];

function Look({ of: t }: { of: Tenant }) {
  const has = useHas();
  return (
    <Panel title="Look into it">
      <div className="link-list">{looks.filter((l) => has(l.scope)).map((l) => <A key={l.to} to={l.to} search={{ tenant: t.id }}>{l.label}</A>)}</div>
    </Panel>
  );
}

function Limits({ of: t }: { of: Tenant }) {
  const has = useHas();
  const usage = useApi("/api/v1/usage/tenants", {}, { enabled: has("usage:read") });
  const u = usage.data?.items.find((x) => x.tenant_id === t.id);
  const share = u && shareOf(u);
  const r = t.settings.rates;
  const line = (v: Schemas["Rate"] | undefined) => `${count(v?.per_second ?? 0)} a second, ${count(v?.burst ?? 0)} at once`;
  return (
    <Panel title="Limits and use" aside={<A to="/settings/usage" search={{ tenant: t.id }} size="xs">by day</A>}>
      <KeyValue rows={[
        ["Events", line(r?.defend)],
        ["Reads", line(r?.read)],
        ["Changes", line(r?.write)],
        ["30 days", u && plural(u.decisions, "decision")],
        ["Busiest hour", u && (u.busiest === 0 ? "none" : <>{plural(u.busiest, "decision")} {u.busiest_at && <>(<Time at={u.busiest_at} />)</>}{share !== undefined && `, ${percent(share)} of the limit on average`}</>)],
      ]} />
      <Text size="xs" c="dimmed" mt="xs">Above a limit the server answers 429 and says when to try again; nothing is dropped silently.</Text>
    </Panel>
  );
}


function SettingsPanel({ of: t }: { of: Tenant }) {
  const s = t.settings;
  return (
    <Panel title="Settings">
      <KeyValue rows={[
        ["Persona", `${personaFull(s.persona ?? "sentinel")}, of events that name none`],
        ["Ring", `${ringWord(s.ring ?? "UNCLASS")}, of events that name none`],
        ["Late events", `more than ${span(s.clock_stale_ms ?? 0).replace(" 0 s", "")} off: an import, not a wrong clock`],
        ["Payloads", s.retention_days ? `kept ${plural(s.retention_days, "day")}; proofs stay` : "kept for good"],
        ["Audit", s.audit_retention_days ? `kept ${plural(s.audit_retention_days, "day")}` : "kept for good"],
      ]} />
    </Panel>
  );
}

type Asked = "settings" | "suspend" | "resume" | "close";

function Actions({ of: t }: { of: Tenant }) {
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  return (
    <Group mb="md">
      <Acts scope="tenants:write" to="change it">
        <Button variant="light" onClick={() => setAsked("settings")}>Name, limits and settings</Button>
        {t.status === "active" && <Button variant="default" leftSection={<Icon name="pause" size={14} />} onClick={() => setAsked("suspend")}>Suspend</Button>}
        {t.status === "suspended" && <Button variant="light" leftSection={<Icon name="play" size={14} />} onClick={() => setAsked("resume")}>Resume</Button>}
        {t.status !== "closing" && <Button variant="default" className="danger" onClick={() => setAsked("close")}>Close for good</Button>}
      </Acts>
      {asked === "settings" && <SettingsForm of={t} close={close} />}
      {asked && asked !== "settings" && <StatusForm key={asked} of={t} to={asked} close={close} />}
    </Group>
  );
}

const acts = {
  suspend: { status: "suspended", title: "Suspend", submit: "Suspend it", says: "Events, batches and inventory runs of this tenant are refused at once, with the reason. Reading, exports, keys and sign-in go on. It can be resumed at any time." },
  resume: { status: "active", title: "Resume", submit: "Resume it", says: "Events and inventory are taken again at once." },
  close: { status: "closing", title: "Close", submit: "Close it for good", says: "This can’t be undone: the tenant never takes events or inventory again. Its records stay readable until they are erased." },
} as const;

function StatusForm({ of: t, to, close }: { of: Tenant; to: keyof typeof acts; close: () => void }) {
  const write = useWrite("patch", "/api/v1/tenants/{id}", forget);
  const act = acts[to];
  const run = async () => {
    await write.mutateAsync({ path: { id: t.id }, body: { status: act.status } });
    tell(`${t.name} is ${act.status}`, means[act.status]);
    close();
  };
  return (
    <Ask title={`${act.title} ${t.name}`} write={write} submit={act.submit} close={close} run={run} danger={to !== "resume"} typed={to === "resume" ? undefined : t.name}>
      <Alert className="warn" variant="light" color={to === "close" ? "red" : to === "suspend" ? "yellow" : "blue"} icon={<Icon name={to === "resume" ? "info" : "alert"} />} p="xs">{act.says}</Alert>
    </Ask>
  );
}
