// Deciding on a change everywhere at once, but for the exceptions.
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { useWrite } from "@/api/hooks";
import { useIdentity } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { Failed, plural } from "@/ui";
import { asListed, exceptions, reached, reachWords, type Unticked } from "./groups-logic";
import { actionsFor, actionWords, type Action, type Finding, type State } from "./logic";
import { tell } from "./queries";
import { ActFields, Buttons, submitOf, useAct } from "./triage-form";

interface Props { group: Schemas["GroupDetail"]; states: State[]; all: boolean; offTenants: ReadonlySet<string>; off: Unticked; /** Findings that are loaded. */ rows: readonly Finding[] }

export function GroupTriage(p: Props) {
  const [asked, setAsked] = useState<Action>();
  const reach = (a: Action) => reached(p.group.tenants, a, p.offTenants, asListed(p.off, p.rows));
  return (
    <>
      {actionsFor(p.states).filter((a) => a !== "assign" && a !== "comment").map((a) => <Button key={a} variant={a === "accept" || a === "acknowledge" ? "light" : "default"} disabled={reach(a).findings === 0} onClick={() => setAsked(a)}>{actionWords[a].verb} {reachWords(reach(a), p.offTenants.size, p.off.size)}</Button>)}
      {asked && <Dialog {...p} action={asked} close={() => setAsked(undefined)} />}
    </>
  );
}

function Dialog({ group, all, offTenants, off, rows, action, close }: Props & { action: Action; close: () => void }) {
  const me = useIdentity();
  const { id: tenant } = useTenant();
  const name = useTenantName();
  const write = useWrite("post", "/api/v1/drift/groups/{key}/triage", ["/api/v1/drift"]);
  const fields = useAct(action);
  const [done, setDone] = useState<Schemas["GroupTriaged"]>();
  const words = actionWords[action];
  const reach = reached(group.tenants, action, offTenants, asListed(off, rows));
  const left = [offTenants.size > 0 && plural(offTenants.size, "tenant"), off.size > 0 && plural(off.size, "finding")].filter(Boolean);
  const submit = async () => {
    const answer = await write.mutateAsync({
      path: { key: group.key },
      body: {
        ...fields.act,
        ...(all ? {} : { tenants: [tenant === "all" ? me.tenant_id : tenant] }),
        ...exceptions(offTenants, off),
      },
    });
    const refused = answer.tenants.filter((t) => t.error);
    if (refused.length > 0 || answer.skipped > 0) return setDone(answer);
    tell(`${plural(answer.count, "finding")} ${words.done}`, `In ${plural(answer.tenants.length, "tenant")}; each tenant’s log records its part.`);
    close();
  };
  return (
    <Modal opened onClose={close} title={`${words.verb} this change`} closeButtonProps={{ "aria-label": "Close" }} centered>
      {done ? (
        <Stack gap="sm">
          <Text size="sm">{plural(done.count, "finding")} {done.count === 1 ? "was" : "were"} {words.done}.{done.skipped > 0 && ` ${plural(done.skipped, "finding")} can’t be ${words.done} in the state that they are in and stay as they are.`}</Text>
          {done.tenants.filter((t) => t.error).map((t) => <Alert key={t.tenant_id} color="yellow" variant="light" title={`${name(t.tenant_id)} stays as it is`}>{t.error}</Alert>)}
          <Group justify="flex-end"><Button onClick={close}>Close</Button></Group>
        </Stack>
      ) : (
        <form onSubmit={submitOf(submit)}>
          <Stack gap="sm">
            <Text size="sm" c="dimmed">{words.means}</Text>
            <Text size="sm">{plural(reach.findings, "finding")} in {reach.tenants.length === 1 ? reach.tenants[0]!.name : plural(reach.tenants.length, "tenant")}.{left.length > 0 && ` What was unticked stays as it is: ${left.join(" and ")}.`}</Text>
            <ActFields action={action} of={fields} tenant={undefined} />
            {write.error && <Failed error={write.error} what="Nothing was decided." />}
            <Buttons action={action} count={reach.findings} close={close} busy={write.isPending} off={!fields.complete || reach.findings === 0} />
          </Stack>
        </form>
      )}
    </Modal>
  );
}
