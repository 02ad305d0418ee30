// Making a key, and ending one that leaked.
import { Alert, Checkbox, PasswordInput, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useApi, useWrite } from "@/api/hooks";
import { useHas, useIdentity } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { endOfDay, Icon } from "@/ui";
import { Ask, Command, SecretShown, tell } from "./pieces";
import { presetName } from "./logic";
import { held, purposes } from "./words";

export function KeyForm({ whose, purpose: first, close }: { whose?: string; /** What it is for, where a link says so. */ purpose?: string; close: () => void }) {
  const me = useIdentity();
  const has = useHas();
  const { param, id } = useTenant();
  const tenant = useTenantName();
  const write = useWrite("post", "/api/v1/keys", ["/api/v1/keys"]);
  const people = useApi("/api/v1/people", { query: { limit: 500 } }, { enabled: has("people:read") });
  const [who, setWho] = useState(whose ?? me.principal_id);
  const given = purposes.find((p) => p.id === first);
  const [typed, setTyped] = useState<string>();
  const name = typed ?? (given ? presetName(given.id, id, tenant(id)) : "");
  const [ends, setEnds] = useState("");
  const [purpose, setPurpose] = useState<string | null>((given ?? purposes[0]!).id);
  const [picked, setPicked] = useState<string[]>((given ?? purposes[0]!).scopes.filter(has));
  const choices = people.data?.items.filter((p) => p.status === "active").map((p) => ({ value: p.id, label: p.id === me.principal_id ? `${p.name} (you)` : p.kind === "service" ? `${p.name} (service account)` : p.name })) ?? [{ value: me.principal_id, label: `${me.name} (you)` }];
  const made = write.data;
  if (made) {
    return (
      <SecretShown
        title={`The key ${made.name} is made`} secret={made.key}
        close={() => (write.reset(), close())}
        use={<Stack gap={4}><Text size="sm">Sign in with it here, or send it with each request:</Text><Command text={`export FROSTGATE_API_KEY='…'\ncurl -sS '${location.origin}/api/v1/whoami' -H "X-API-Key: $FROSTGATE_API_KEY"`} /></Stack>}
      />
    );
  }
  const run = () => write.mutateAsync({ body: { name: name.trim(), scopes: picked, principal_id: who, ...(param ? { tenant_id: param } : {}), ...(endOfDay(ends) ? { expires_at: endOfDay(ends) } : {}) } });
  const choose = (v: string | null) => {
    setPurpose(v);
    const p = purposes.find((x) => x.id === v);
    if (p) setPicked(p.scopes.filter(has));
  };
  return (
    <Ask title={`New key in ${tenant(id)}`} write={write} submit="Make it" close={close} run={run} wide ready={name.trim() !== "" && picked.length > 0}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        <TextInput label="Name" placeholder="What it is for" value={name} onChange={(e) => setTyped(e.currentTarget.value)} maxLength={100} required data-autofocus />
        <Select label="Whose" data={choices} value={who} onChange={(v) => v && setWho(v)} allowDeselect={false} searchable />
        <Select label="For" data={[...purposes.map((p) => ({ value: p.id, label: p.name })), { value: "own", label: "Something else: pick below" }]} value={purpose} onChange={choose} allowDeselect={false} />
        <TextInput label="Ends on" description="Empty: it does not end by itself." inputWrapperOrder={["label", "input", "description", "error"]} type="date" value={ends} onChange={(e) => setEnds(e.currentTarget.value)} />
      </SimpleGrid>
      <Checkbox.Group label="What it may do" description="As far as you may yourself: nobody hands out more." value={picked} onChange={(v) => (setPicked(v), setPurpose("own"))}>
        <div className="scope-areas" style={{ marginTop: 8 }}>
          {held(me.scopes).map((a) => (
            <div key={a.name}>
              <h3>{a.name}</h3>
              <Stack gap={10} mt={6}>{a.scopes.map((s) => <Checkbox key={s.scope} value={s.scope} label={s.may} />)}</Stack>
            </div>
          ))}
        </div>
      </Checkbox.Group>
    </Ask>
  );
}

export function LeakForm({ close }: { close: () => void }) {
  const write = useWrite("post", "/api/v1/keys/leaked", ["/api/v1/keys"]);
  const [key, setKey] = useState("");
  const run = async () => {
    await write.mutateAsync({ body: { key: key.trim() } });
    tell("The key is revoked", "It stopped at once, with every session that it opened. Look in the audit for what was done with it.");
    close();
  };
  return (
    <Ask title="Report a leaked key" write={write} submit="End it now" close={close} run={run} danger ready={key.trim() !== ""}>
      <Alert className="warn" color="yellow" variant="light" icon={<Icon name="alert" />} p="xs">Whoever has the whole key may end it, of whichever tenant it is. It stops at once and can’t be brought back.</Alert>
      <PasswordInput size="xs" label="The whole key that leaked" value={key} onChange={(e) => setKey(e.currentTarget.value)} autoComplete="off" data-autofocus visibilityToggleButtonProps={{ "aria-label": "Show what was typed" }} />
    </Ask>
  );
}
