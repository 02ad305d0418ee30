// Deciding on everything that the list's filter has, part by part, with its
// progress; what was done stays done when it is stopped.
import { Alert, Button, Group, Modal, Progress, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { call, type Schemas } from "@/api/client";
import { forgotten } from "@/api/forget";
import { useIdentity } from "@/app/session";
import type { Values } from "@/ui/filters";
import { count, Failed, Icon, InTenant, plural, Tip } from "@/ui";
import { decideAll, mayGoOn, type Going, type Part } from "./bulk-run";
import { actionsFor, actionWords, confirmWords, fitting, triageFilter, type Action, type State } from "./logic";
import { icons } from "./triage";
import { ActFields, Buttons, submitOf, useAct } from "./triage-form";

export type Counted = Schemas["FindingCount"];

/** `hidden`: something else is decided on now; a dialog that is open stays. */
export function Bulk({ values, of: c, hidden }: { values: Values; of: Counted; hidden: boolean }) {
  const [asked, setAsked] = useState<{ action: Action; filter: NonNullable<ReturnType<typeof triageFilter>>; of: Counted }>();
  const filter = triageFilter(values);
  return (
    <>
      {!hidden && c.total > 0 && (
        <Group gap={6} mb="sm" role="group" aria-label="Decide on all of the list">
          <Text size="sm" c="dimmed">All {count(c.total)} of the list:</Text>
          {filter ? actionsFor(Object.keys(c.by_state) as State[]).map((a) => <Tip key={a} label={actionWords[a].means}><Button size="compact-sm" variant="default" leftSection={<Icon name={icons[a]} size={14} />} onClick={() => setAsked({ action: a, filter, of: c })}>{actionWords[a].verb} all {count(fitting(c.by_state, a))}</Button></Tip>) : <Text size="sm">one kind of change at a time can be decided on as a whole.</Text>}
        </Group>
      )}
      {asked && <Dialog {...asked} close={() => setAsked(undefined)} />}
    </>
  );
}

const part = 250;

function Dialog({ action, filter, of: c, close }: { action: Action; filter: NonNullable<ReturnType<typeof triageFilter>>; of: Counted; close: () => void }) {
  const me = useIdentity();
  const client = useQueryClient();
  const fields = useAct(action);
  const [going, setGoing] = useState<Going>();
  const stop = useRef(false);
  const keys = useRef(new Map<string, string>());
  useEffect(() => {
    stop.current = false;
    // Nobody sees any more what it does.
    return () => void (stop.current = true);
  }, []);
  const total = fitting(c.by_state, action);
  const tenants = c.by_tenant.filter((t) => fitting(t.by_state, action) > 0);
  const words = actionWords[action];
  const decide = async (parts: readonly Part[], from?: Going) => {
    stop.current = false;
    await decideAll({
      parts, from, keys: keys.current, stopped: () => stop.current, tell: setGoing, wait: (ms) => new Promise((next) => setTimeout(next, ms)),
      send: ({ tenant, after }, idempotencyKey) => call("post", "/api/v1/drift/findings/triage", { query: { tenant: tenant === me.tenant_id ? undefined : tenant }, body: { ...fields.act, filter, limit: part, ...(after ? { after } : {}) }, idempotencyKey }),
    });
    await client.invalidateQueries(forgotten(["/api/v1/drift"]));
  };
  const run = () => decide(tenants.map((t) => ({ tenant: t.tenant_id, name: t.name, after: "" })));
  const busy = going !== undefined && !going.over;
  const finish = () => (busy ? (stop.current = true) : close());
  return (
    <Modal opened onClose={finish} title={confirmWords(action, total)} closeButtonProps={{ "aria-label": "Close" }} closeOnClickOutside={false} centered>
      <form onSubmit={submitOf(run)}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{words.means}</Text>
          {!going && <Text size="sm">All that the list’s filter has{total < c.total ? <>, but for {plural(c.total - total, "finding")} in a state that does not allow it</> : ""}{tenants.length > 1 ? <>; in {plural(tenants.length, "tenant")}</> : ""}.</Text>}
          {!going && tenants.length === 1 && <InTenant id={tenants[0]!.tenant_id} />}
          {!going && <ActFields action={action} of={fields} tenant={tenants.length === 1 && tenants[0]!.tenant_id !== me.tenant_id ? tenants[0]!.tenant_id : undefined} />}
          {going && (
            <Stack gap={6} role="status">
              <Progress value={total === 0 ? 100 : Math.min(100, (going.done / total) * 100)} aria-label="Progress" />
              <Text size="sm">{count(going.done)} of {count(total)} {words.done}{going.over ? (going.done < total && going.stopped ? "; it was stopped, what is done stays" : ".") : going.at ? `, now in ${going.at}` : ""}</Text>
              {going.skipped > 0 && <Text size="sm" c="dimmed">{plural(going.skipped, "finding")} changed meanwhile and {going.skipped === 1 ? "stays" : "stay"} as {going.skipped === 1 ? "it is" : "they are"}.</Text>}
            </Stack>
          )}
          {going?.refused.map((r) => (tenants.length === 1 ? <Failed key={r.tenant} error={r.error} what={going.done > 0 ? "The rest stays as it was." : "Nothing was decided."} /> : <Alert key={r.tenant} color="yellow" variant="light" title={`In ${r.name} it could not be done to the end`}>{r.error.problem.detail || r.error.message}</Alert>))}
          {busy ? <Group justify="flex-end"><Button variant="default" onClick={() => (stop.current = true)}>Stop</Button></Group> : going && mayGoOn(going) ? <Group justify="flex-end"><Button variant="default" onClick={close}>Close</Button><Button onClick={() => void decide(going.refused, going)}>Go on</Button></Group> : <Buttons action={action} count={total} close={finish} busy={false} off={!fields.complete || total === 0} only={going?.over === true} />}
        </Stack>
      </form>
    </Modal>
  );
}
