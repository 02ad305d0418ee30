// One person or service account: roles, keys, and whether they may act.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi, useWrite } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas, useIdentity } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Answer, ButtonLink, Curl, Icon, Id, KeyValue, PageHeader, Panel, State, Time } from "@/ui";
import { Acts, Ask, RoleLine, tell, useRoleText } from "./pieces";
import { RolePick, type Picked } from "./role-pick";
import { inShort } from "./words";

type Principal = Schemas["PrincipalView"];
type RoleView = Schemas["RoleView"];
const forget = ["/api/v1/people", "/api/v1/names", "/api/v1/keys"];

export default function PersonPage() {
  const { id = "" } = useParams({ strict: false });
  const q = useApi("/api/v1/people/{id}", { path: { id } });
  return <Answer of={q} what="This person could not be read.">{(p) => <One of={p} />}</Answer>;
}

function One({ of: p }: { of: Principal }) {
  const me = useIdentity();
  const has = useHas();
  return (
    <>
      <PageHeader
        back={{ to: "/settings/people", label: "People" }} title={p.name} tab={p.name} badges={<State value={p.status} />}
        lead={<>{p.kind === "service" ? "A service account: a program that acts with keys of its own." : p.id === me.principal_id ? "This is you." : "A person: one human, however many keys."}{p.status === "disabled" && " Disabled: none of the keys work."}</>}
        actions={<Curl path={buildUrl("/api/v1/people/{id}", { id: p.id })} />}
      />
      <Actions of={p} />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Roles of={p} />
          {has("keys:read") && <Keys of={p} />}
        </Stack>
        <Panel title="Facts">
          <KeyValue rows={[
            ["E-mail", p.email],
            ["Since", <Time key="t" at={p.created_at} />],
            ["What was done", has("audit:read") && <A to="/audit" search={{ principal: p.id }}>in the audit</A>],
            ["ID", <Id key="i" value={p.id} />],
          ]} />
        </Panel>
      </div>
    </>
  );
}

function Roles({ of: p }: { of: Principal }) {
  const edit = useEdit();
  const has = useHas();
  const [taking, setTaking] = useState<RoleView>();
  return (
    <Panel title="Roles" flush>
      {p.roles.length === 0 ? <Text size="sm" c="dimmed" p="sm">None: nothing is allowed until a role is given.</Text> : (
        <ul className="plain-list">
          {p.roles.map((r) => (
            <li key={r.role + (r.tenant_id ?? "")}>
              <Group justify="space-between" wrap="nowrap" align="flex-start"><RoleLine of={r} />{edit.on && has("people:write") && <TakeButton of={r} ask={() => setTaking(r)} />}</Group>
            </li>
          ))}
        </ul>
      )}
      {taking && <TakeRole of={p} role={taking} close={() => setTaking(undefined)} />}
    </Panel>
  );
}

function TakeButton({ of: r, ask }: { of: RoleView; ask: () => void }) {
  const say = useRoleText();
  return <Button variant="default" onClick={ask} aria-label={`Take away: ${say(r)}`} style={{ flex: "none" }}>Take away</Button>;
}

function TakeRole({ of: p, role, close }: { of: Principal; role: RoleView; close: () => void }) {
  const write = useWrite("delete", "/api/v1/people/{id}/roles", forget);
  const me = useIdentity();
  const say = useRoleText();
  const run = async () => {
    await write.mutateAsync({ path: { id: p.id }, query: { role: role.role, tenant_id: role.tenant_id } });
    tell(`${p.name} is not ${say(role)} any more`, "Their keys lost what only this role gave, at once.");
    close();
  };
  return (
    <Ask title="Take a role away" write={write} submit="Take it away" close={close} run={run} danger>
      <Text size="sm"><b>{p.name}</b> is no longer <b>{say(role)}</b>. Keys and sessions lose at once what only this role gave.</Text>
      {p.id === me.principal_id && <Alert className="warn" color="yellow" variant="light" icon={<Icon name="alert" />} p="xs">This is your own role: you may lose the way back.</Alert>}
    </Ask>
  );
}

function GiveRole({ of: p, close }: { of: Principal; close: () => void }) {
  const write = useWrite("post", "/api/v1/people/{id}/roles", forget);
  const { id: tenant } = useTenant();
  const say = useRoleText();
  const [picked, setPicked] = useState<Picked>({ role: "viewer", tenant });
  const run = async () => {
    const body: RoleView = { role: picked.role, ...(picked.tenant ? { tenant_id: picked.tenant } : {}) };
    await write.mutateAsync({ path: { id: p.id }, body });
    tell(`${p.name} is ${say(body)}`, "Keys don’t widen by themselves: make one with the new rights.");
    close();
  };
  return <Ask title={`Give ${p.name} a role`} write={write} submit="Give it" close={close} run={run}><RolePick value={picked} set={setPicked} /></Ask>;
}

function Actions({ of: p }: { of: Principal }) {
  const [asked, setAsked] = useState<"role" | "disable" | "enable">();
  const close = () => setAsked(undefined);
  return (
    <Group mb="md">
      <Acts scope="people:write" to="change what they may">
        <Button variant="light" leftSection={<Icon name="plus" size={14} />} onClick={() => setAsked("role")}>Give a role</Button>
        {p.status === "active" ? <Button variant="default" className="danger" onClick={() => setAsked("disable")}>Disable</Button> : <Button variant="light" onClick={() => setAsked("enable")}>Enable</Button>}
      </Acts>
      {asked === "role" && <GiveRole of={p} close={close} />}
      {asked === "disable" && <SetStatus of={p} to="disable" close={close} />}
      {asked === "enable" && <SetStatus of={p} to="enable" close={close} />}
    </Group>
  );
}

function SetStatus({ of: p, to, close }: { of: Principal; to: "disable" | "enable"; close: () => void }) {
  const off = useWrite("post", "/api/v1/people/{id}/disable", forget);
  const on = useWrite("post", "/api/v1/people/{id}/enable", forget);
  const write = to === "disable" ? off : on;
  const run = async () => {
    await write.mutateAsync({ path: { id: p.id } });
    tell(`${p.name} is ${to}d`, to === "disable" ? "All keys and sessions stopped at once." : "Keys that have not ended work again.");
    close();
  };
  return (
    <Ask title={`${to === "disable" ? "Disable" : "Enable"} ${p.name}`} write={write} submit={to === "disable" ? "Disable" : "Enable"} close={close} run={run} danger={to === "disable"} typed={to === "disable" ? p.name : undefined}>
      <Text size="sm">{to === "disable" ? "All their keys and sessions stop at once, in every tenant. Roles and keys stay, so that enabling brings all back." : "Their keys that have not ended or been revoked work again at once."}</Text>
    </Ask>
  );
}

function Keys({ of: p }: { of: Principal }) {
  const { param, id } = useTenant();
  const name = useTenantName();
  const has = useHas();
  const q = useApi("/api/v1/keys", { query: { principal: p.id, tenant_id: param, limit: 100 } });
  return (
    <Panel title={`Keys in ${name(id)}`} aside={has("keys:write") && p.status === "active" ? <ButtonLink to="/settings/keys" search={{ make: p.id, tenant: param }} size="compact-xs">Make a key</ButtonLink> : undefined} flush>
      <Answer of={q} what="The keys could not be read.">
        {(page) => page.items.length === 0 ? <Text size="sm" c="dimmed" p="sm">None.</Text> : (
          <ul className="plain-list">
            {page.items.map((k) => (
              <li key={k.id}><Group justify="space-between" gap="xs"><div><A to="/settings/keys/$id" params={{ id: k.id }} fw={500}>{k.name}</A> <Text span size="sm" c="dimmed">{inShort(k.scopes)}, last used <Time at={k.last_used_at} relative /></Text></div><State value={k.status} /></Group></li>
            ))}
          </ul>
        )}
      </Answer>
    </Panel>
  );
}
