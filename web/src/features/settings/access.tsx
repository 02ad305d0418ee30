// Who one is here, what one may do, and for how long.
import { Button, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useHas, useIdentity, useSignOut } from "@/app/session";
import { A, Curl, Icon, Id, KeyValue, PageHeader, Panel, plural, Time, Who, ringWord } from "@/ui";
import { RoleLine, Scopes } from "./pieces";

export default function Access() {
  const me = useIdentity();
  const has = useHas();
  const signOut = useSignOut();
  const leave = () => void signOut().catch((e: unknown) => notifications.show({ color: "red", title: "Still signed in", message: `Signing out did not work: ${String(e)}` }));
  return (
    <>
      <PageHeader title="My access" tab="My access" lead={<>You are {me.name}{me.kind === "service" && ", a service account"}, in {me.tenant_name} of {me.org_name}.</>} actions={<><Curl path="/api/v1/whoami" /><Button variant="default" leftSection={<Icon name="out" size={14} />} onClick={leave}>Sign out</Button></>} />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Panel title={`What you may do here: ${plural(me.scopes.length, "thing")}`}>
            <Scopes of={me.scopes} />
          </Panel>
          <Panel title="Your roles" flush>
            {me.roles.length === 0 ? <Text size="sm" c="dimmed" p="sm">None.</Text> : <ul className="plain-list">{me.roles.map((r) => <li key={r.role + (r.tenant_id ?? "")}><RoleLine of={r} /></li>)}</ul>}
          </Panel>
        </Stack>
        <Stack gap="md" miw={0}>
          <Panel title="This session">
            <KeyValue rows={[
              ["Signed in", <Time key="c" at={me.created_at} relative />],
              ["Ends", <span key="e"><Time at={me.expires_at} relative />, however much it is used</span>],
              ["With the key", <Who key="k" id={me.key_id} />],
              ["Tenant", me.tenant_name],
              ["Organisation", me.org_name],
              ["Rings", me.rings.length > 0 ? me.rings.map(ringWord).join(", ") : "the tenant’s default"],
              ["Missions", me.missions.length > 0 ? me.missions.join(", ") : "all of the tenant"],
              ["You", <Id key="p" value={me.principal_id} />],
              ["Key", <Id key="i" value={me.key_id} />],
            ]} />
          </Panel>
          <Panel title="More is needed?">
            <Text size="sm">A session does what its key may. Roles say what your keys can be given: ask an administrator for the role, then sign in with a key that has it. Lost a key? {has("keys:read") ? <>Report it under <A to="/settings/keys">Keys</A>, or with</> : "Report it with"} <code>POST /api/v1/keys/leaked</code>: it ends at once.</Text>
          </Panel>
        </Stack>
      </div>
    </>
  );
}
