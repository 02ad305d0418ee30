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

export function Bulk({ values, of: c }: { values: Values; of: Counted }) {
  const [action, setAction] = useState<Action>();
  const filter = triageFilter(values);
  if (!filter) return <Text size="sm">One kind of change at a time can be decided on as a whole.</Text>;
  return (
    <>
      {actionsFor(Object.keys(c.by_state) as State[]).map((a) => <Button key={a} variant="default" leftSection={<Icon name={icons[a]} size={14} />} onClick={() => setAction(a)}>{actionWords[a].verb} all {count(fitting(c.by_state, a))}</Button>)}
      {action && <Dialog action={action} filter={filter} of={c} close={() => setAction(undefined)} />}
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
  const [frozen] = useState(c);
  const [going, setGoing] = useState<Going>();
  const [error, setError] = useState<ApiError>();
  const stop = useRef(false);
  const total = fitting(frozen.by_state, action);
  const tenants = frozen.by_tenant.filter((t) => fitting(t.by_state, action) > 0);
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
          {!going && <Text size="sm">All that the list’s filter has{total < frozen.total ? <>, but for {plural(frozen.total - total, "finding")} in a state that does not allow it</> : ""}{tenants.length > 1 ? <>; in {plural(tenants.length, "tenant")}</> : ""}.</Text>}
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
