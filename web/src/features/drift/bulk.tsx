// Deciding on everything that the list's filter has, part by part, with its
// progress; what was done stays done when it is stopped.
import { Alert, Button, Group, Modal, Progress, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ApiError, call, type Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useIdentity } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import type { Values } from "@/ui/filters";
import { count, Failed, Icon, plural } from "@/ui";
import { actionsFor, actionWords, findingsAsk, fitting, triageFilter, type Action, type State } from "./logic";
import { icons } from "./triage";
import { ActFields, Buttons, submitOf, useAct } from "./triage-form";

/** How many the list has, by state. */
export function useCount(values: Values) {
  const { param } = useTenant();
  const { limit: _, ...query } = findingsAsk(values, param).query ?? {};
  return useApi("/api/v1/drift/findings/count", { query: query as never }, { keep: true });
}

type Counted = Schemas["FindingCount"];

/** `hidden`: something else is decided on now; a dialog that is open stays. */
export function Bulk({ values, of: c, hidden }: { values: Values; of: Counted; hidden: boolean }) {
  const [asked, setAsked] = useState<{ action: Action; filter: NonNullable<ReturnType<typeof triageFilter>>; of: Counted }>();
  const filter = triageFilter(values);
  return (
    <>
      {!hidden && c.total > 0 && (
        <Group gap={6} mb="sm" role="group" aria-label="Decide on all of the list">
          <Text size="sm" c="dimmed">All {count(c.total)} of the list:</Text>
          {filter ? actionsFor(Object.keys(c.by_state) as State[]).map((a) => <Button key={a} size="compact-sm" variant="default" leftSection={<Icon name={icons[a]} size={14} />} onClick={() => setAsked({ action: a, filter, of: c })}>{actionWords[a].verb} all {count(fitting(c.by_state, a))}</Button>) : <Text size="sm">one kind of change at a time can be decided on as a whole.</Text>}
        </Group>
      )}
      {asked && <Dialog {...asked} close={() => setAsked(undefined)} />}
    </>
  );
}

interface Going { done: number; skipped: number; at: string; over: boolean; refused: { tenant: string; error: string }[] }
const part = 250;

function Dialog({ action, filter, of: c, close }: { action: Action; filter: NonNullable<ReturnType<typeof triageFilter>>; of: Counted; close: () => void }) {
  const me = useIdentity();
  const name = useTenantName();
  const client = useQueryClient();
  const fields = useAct(action);
  const [going, setGoing] = useState<Going>();
  const [error, setError] = useState<ApiError>();
  const stop = useRef(false);
  const total = fitting(c.by_state, action);
  const tenants = c.by_tenant.filter((t) => fitting(t.by_state, action) > 0);
  const words = actionWords[action];
  const run = async () => {
    stop.current = false;
    const g: Going = { done: 0, skipped: 0, at: "", over: false, refused: [] };
    for (const t of tenants) {
      for (let after: string | undefined = ""; after !== undefined && !stop.current; ) {
        setGoing({ ...g, at: t.name });
        try {
          const got: Schemas["Triaged"] = await call("post", "/api/v1/drift/findings/triage", { query: { tenant: t.tenant_id === me.tenant_id ? undefined : t.tenant_id }, body: { ...fields.act, filter, limit: part, ...(after ? { after } : {}) }, idempotencyKey: crypto.randomUUID() });
          g.done += got.count;
          g.skipped += got.skipped;
          after = got.next;
        } catch (e) {
          if (!(e instanceof ApiError)) throw e;
          if (tenants.length === 1) setError(e);
          g.refused.push({ tenant: t.tenant_id, error: e.problem.detail ?? e.message });
          after = undefined;
        }
      }
    }
    setGoing({ ...g, at: "", over: true });
    await client.invalidateQueries({ predicate: (q) => String(q.queryKey[0]).startsWith("/api/v1/drift") });
  };
  const busy = going !== undefined && !going.over;
  const finish = () => (busy ? (stop.current = true) : close());
  return (
    <Modal opened onClose={finish} title={`${words.verb} ${plural(total, "finding")}`} closeButtonProps={{ "aria-label": "Close" }} closeOnClickOutside={false} centered>
      <form onSubmit={submitOf(run)}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{words.means}</Text>
          {!going && <Text size="sm">All that the list’s filter has{total < c.total ? <>, but for {plural(c.total - total, "finding")} in a state that does not allow it</> : ""}{tenants.length > 1 ? <>; in {plural(tenants.length, "tenant")}</> : ""}.</Text>}
          {!going && <ActFields action={action} of={fields} tenant={tenants.length === 1 && tenants[0]!.tenant_id !== me.tenant_id ? tenants[0]!.tenant_id : undefined} />}
          {going && (
            <Stack gap={6} role="status">
              <Progress value={total === 0 ? 100 : Math.min(100, (going.done / total) * 100)} aria-label="Progress" />
              <Text size="sm">{count(going.done)} of {count(total)} {words.done}{going.over ? (going.done < total && stop.current ? "; it was stopped, what is done stays" : ".") : going.at ? `, now in ${going.at}` : ""}</Text>
              {going.skipped > 0 && <Text size="sm" c="dimmed">{plural(going.skipped, "finding")} changed meanwhile and {going.skipped === 1 ? "stays" : "stay"} as {going.skipped === 1 ? "it is" : "they are"}.</Text>}
            </Stack>
          )}
          {error ? <Failed error={error} what={going && going.done > 0 ? "The rest stays as it was." : "Nothing was decided."} /> : going?.refused.map((r) => <Alert key={r.tenant} color="yellow" variant="light" title={`In ${name(r.tenant)} it could not be done to the end`}>{r.error}</Alert>)}
          {busy ? <Group justify="flex-end"><Button variant="default" onClick={() => (stop.current = true)}>Stop</Button></Group> : <Buttons action={action} close={finish} busy={false} off={!fields.complete || total === 0} only={going?.over === true} />}
        </Stack>
      </form>
    </Modal>
  );
}
