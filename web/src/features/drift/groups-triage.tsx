// Deciding on a change everywhere at once, but for the exceptions.
import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMemo, useState, type FormEvent } from "react";
import type { Schemas } from "@/api/client";
import { useWrite } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useIdentity } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { endOfDay, Failed, plural } from "@/ui";
import { actionsFor, actionWords, untilBounds, type Action, type State } from "./logic";
import { tell } from "./queries";

interface Props { group: Schemas["GroupDetail"]; states: State[]; all: boolean; offTenants: ReadonlySet<string>; offFindings: ReadonlySet<string>; total: number }

export function GroupTriage(p: Props) {
  const [asked, setAsked] = useState<Action>();
  const tenants = p.group.tenants.length - p.offTenants.size;
  // What was unticked is not "all".
  const left = p.offTenants.size > 0 ? `in ${plural(tenants, "tenant")}` : p.offFindings.size > 0 ? "the rest" : "all";
  return (
    <>
      {actionsFor(p.states).filter((a) => a !== "assign" && a !== "comment").map((a) => <Button key={a} variant={a === "accept" || a === "acknowledge" ? "light" : "default"} onClick={() => setAsked(a)}>{actionWords[a].verb} {left}</Button>)}
      {asked && <Dialog {...p} action={asked} close={() => setAsked(undefined)} />}
    </>
  );
}

function Dialog({ group, all, offTenants, offFindings, action, close }: Props & { action: Action; close: () => void }) {
  const edit = useEdit();
  const me = useIdentity();
  const { id: tenant } = useTenant();
  const name = useTenantName();
  const write = useWrite("post", "/api/v1/drift/groups/{key}/triage", ["/api/v1/drift"]);
  const bounds = useMemo(() => untilBounds(new Date()), []);
  const [note, setNote] = useState(edit.reason);
  const [until, setUntil] = useState(bounds.proposed);
  const [done, setDone] = useState<Schemas["GroupTriaged"]>();
  const words = actionWords[action];
  const needsNote = action === "accept" || action === "deny";
  const inTenants = group.tenants.filter((t) => !offTenants.has(t.tenant_id));
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const answer = await write.mutateAsync({
      path: { key: group.key },
      body: {
        action, ...(note.trim() ? { note: note.trim() } : {}), ...(action === "accept" ? { until: endOfDay(until) } : {}),
        ...(all ? {} : { tenants: [tenant === "all" ? me.tenant_id : tenant] }),
        ...(offTenants.size > 0 ? { except_tenants: [...offTenants] } : {}), ...(offFindings.size > 0 ? { except: [...offFindings] } : {}),
      },
    });
    const refused = answer.tenants.filter((t) => t.error);
    if (refused.length > 0 || answer.skipped > 0) return setDone(answer);
    tell(`${plural(answer.count, "finding")} ${words.done}`, `In ${plural(answer.tenants.length, "tenant")}; each tenant’s log records its part.`);
    close();
  };
  return (
    <Modal opened onClose={close} title={`${words.verb} this change everywhere`} closeButtonProps={{ "aria-label": "Close" }} centered>
      {done ? (
        <Stack gap="sm">
          <Text size="sm">{plural(done.count, "finding")} {done.count === 1 ? "was" : "were"} {words.done}.{done.skipped > 0 && ` ${plural(done.skipped, "finding")} can’t be ${words.done} in the state that they are in and stay as they are.`}</Text>
          {done.tenants.filter((t) => t.error).map((t) => <Alert key={t.tenant_id} color="yellow" variant="light" title={`${name(t.tenant_id)} stays as it is`}>{t.error}</Alert>)}
          <Group justify="flex-end"><Button onClick={close}>Close</Button></Group>
        </Stack>
      ) : (
        <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
          <Stack gap="sm">
            <Text size="sm" c="dimmed">{words.means}</Text>
            <Text size="sm">In {inTenants.length === 1 ? inTenants[0]!.name : plural(inTenants.length, "tenant")}{offFindings.size > 0 ? `, but for ${plural(offFindings.size, "finding")}` : ""}{offTenants.size > 0 ? `; ${plural(offTenants.size, "tenant")} stay${offTenants.size === 1 ? "s" : ""} as ${offTenants.size === 1 ? "it is" : "they are"}` : ""}.</Text>
            {action === "accept" && <TextInput type="date" label="Until the end of" value={until} min={bounds.least} max={bounds.most} onChange={(e) => setUntil(e.currentTarget.value)} required description="At most a year. Then it is looked at again." />}
            <Textarea label="Reason" value={note} onChange={(e) => setNote(e.currentTarget.value)} autosize minRows={2} maxLength={2000} required={needsNote} data-autofocus />
            {write.error && <Failed error={write.error} what="Nothing was decided." />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>Cancel</Button>
              <Button type="submit" loading={write.isPending} disabled={(needsNote && !note.trim()) || inTenants.length === 0}>{words.verb}</Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
