// One key: whose, what it may do, and how it is renewed or ended.
import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi, useWrite } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas, useIdentity } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Answer, Curl, Id, KeyValue, PageHeader, Panel, State, Time, Who, personaWord, ringWord } from "@/ui";
import { Ends } from "./keys";
import { Acts, Ask, Scopes, SecretShown, tell } from "./pieces";

type Key = Schemas["ApiKey"];

export default function KeyPage() {
  const { id = "" } = useParams({ strict: false });
  const { param } = useTenant();
  const q = useApi("/api/v1/keys/{id}", { path: { id }, query: { tenant_id: param } });
  return <Answer of={q} what="The key could not be read.">{(k) => <One of={k} />}</Answer>;
}

function One({ of: k }: { of: Key }) {
  const me = useIdentity();
  const has = useHas();
  const { param } = useTenant();
  const tenant = useTenantName();
  const limits = [...(k.limits.personas ?? []).map(personaWord), ...(k.limits.rings ?? []).map(ringWord), ...(k.limits.missions ?? [])];
  return (
    <>
      <PageHeader
        back={{ to: "/settings/keys", label: "Keys" }} title={k.name} tab={`Key ${k.name}`} badges={<State value={k.status} />}
        lead={k.id === me.key_id ? "You are signed in with this key." : k.status === "active" ? k.last_used_at ? <>Last used <Time at={k.last_used_at} relative />.</> : "Not used yet." : "It does not work any more."}
        actions={<Curl path={buildUrl("/api/v1/keys/{id}", { id: k.id }, { tenant_id: param })} />}
      />
      {k.status === "active" && <Actions of={k} />}
      <div className="two-columns">
        <Panel title="What it may do"><Scopes of={k.scopes} /></Panel>
        <Panel title="Facts">
          <KeyValue rows={[
            ["Whose", <Who key="w" id={k.principal_id} />],
            ["Tenant", tenant(k.tenant_id)],
            ["Made", <Time key="c" at={k.created_at} />],
            ["Last used", <Time key="u" at={k.last_used_at} />],
            ["Ends", <Ends key="e" of={k} />],
            ["Limited to", limits.length > 0 ? limits.join(", ") : "the tenant’s default persona and ring"],
            ["Follows", k.replaces && <A to="/settings/keys/$id" params={{ id: k.replaces }}>the key before it</A>],
            ["Environment", k.env],
            ["What was done", has("audit:read") && <A to="/audit" search={{ key_id: k.id }}>in the audit</A>],
            ["Key", <Id key="i" value={k.id} />],
          ]} />
        </Panel>
      </div>
    </>
  );
}

function Actions({ of: k }: { of: Key }) {
  const [asked, setAsked] = useState<"rotate" | "revoke">();
  const close = () => setAsked(undefined);
  return (
    <Group mb="md">
      <Acts scope="keys:write" to="renew or end it">
        <Button variant="light" onClick={() => setAsked("rotate")}>Rotate</Button>
        <Button variant="default" className="danger" onClick={() => setAsked("revoke")}>Revoke</Button>
      </Acts>
      {asked === "rotate" && <Rotate of={k} close={close} />}
      {asked === "revoke" && <Revoke of={k} close={close} />}
    </Group>
  );
}

const overlaps = [{ value: "0", label: "Ends at once" }, { value: "3600", label: "Goes on for an hour" }, { value: "86400", label: "Goes on for a day" }, { value: "604800", label: "Goes on for a week" }, { value: "2592000", label: "Goes on for 30 days" }];

function Rotate({ of: k, close }: { of: Key; close: () => void }) {
  const { param } = useTenant();
  const navigate = useNavigate();
  const write = useWrite("post", "/api/v1/keys/{id}/rotate", ["/api/v1/keys"]);
  const [overlap, setOverlap] = useState<string | null>("86400");
  const made = write.data;
  if (made) {
    const done = () => {
      write.reset();
      close();
      void navigate({ to: "/settings/keys/$id", params: { id: made.id }, search: {} });
    };
    return <SecretShown title={`${made.name} has a successor`} secret={made.key} close={done} use={<Text size="sm">Put it where the old one is used{overlap === "0" ? ": the old one has ended." : ", before the old one ends."}</Text>} />;
  }
  const run = () => write.mutateAsync({ path: { id: k.id }, query: { tenant_id: param }, body: { overlap_s: Number(overlap) } });
  return (
    <Ask title={`Rotate ${k.name}`} write={write} submit="Make the successor" close={close} run={run}>
      <Text size="sm">A new key with the same rights and the same lifetime is made; the old one ends.</Text>
      <Select label="The old key" data={overlaps} value={overlap} onChange={setOverlap} allowDeselect={false} />
    </Ask>
  );
}

function Revoke({ of: k, close }: { of: Key; close: () => void }) {
  const { param } = useTenant();
  const edit = useEdit();
  const me = useIdentity();
  const write = useWrite("post", "/api/v1/keys/{id}/revoke", ["/api/v1/keys"]);
  const [reason, setReason] = useState(edit.reason);
  const run = async () => {
    await write.mutateAsync({ path: { id: k.id }, query: { tenant_id: param }, body: reason.trim() ? { reason: reason.trim() } : {} });
    tell(`${k.name} is revoked`, "It stopped at once, with every session that it opened.");
    close();
  };
  return (
    <Ask title={`Revoke ${k.name}`} write={write} submit="Revoke it" close={close} run={run} danger typed={k.name}>
      <Stack gap="xs">
        <Text size="sm">It stops at once, with every session that it opened, and can’t be brought back. What uses it fails from now on.{k.id === me.key_id && " You are signed in with it: you will be signed out."}</Text>
        <TextInput label="Reason" value={reason} onChange={(e) => setReason(e.currentTarget.value)} maxLength={500} />
      </Stack>
    </Ask>
  );
}
