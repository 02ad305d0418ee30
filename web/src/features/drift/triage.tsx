// Deciding about findings, one or many: the buttons, and the question that some
// decisions ask.
import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMemo, useState, type FormEvent } from "react";
import { useEdit } from "@/app/edit";
import { useIdentity } from "@/app/session";
import { Failed, Icon, plural, type IconName } from "@/ui";
import { actionsFor, actionWords, endOfDay, untilBounds, type Action, type Finding } from "./logic";
import { tell, useTriage } from "./queries";

const icons: Record<Action, IconName> = { acknowledge: "eye", accept: "check", deny: "block", reopen: "undo", assign: "user", comment: "comment" };

/** The buttons of what can be decided about these findings; they need edit mode. */
export function Triage({ findings, done }: { findings: readonly Finding[]; done?: () => void }) {
  const [asked, setAsked] = useState<Action>();
  const actions = actionsFor(findings.map((f) => f.state));
  return (
    <>
      {actions.map((a) => (
        <Button key={a} variant={a === "accept" || a === "acknowledge" ? "light" : "default"} leftSection={<Icon name={icons[a]} size={14} />} onClick={() => setAsked(a)}>{actionWords[a].verb}</Button>
      ))}
      {asked && <Dialog action={asked} findings={findings} close={() => setAsked(undefined)} done={done} />}
    </>
  );
}

/** Findings of several tenants are decided with a call for each. */
function byTenant(findings: readonly Finding[]): [string, Finding[]][] {
  const out = new Map<string, Finding[]>();
  for (const f of findings) out.set(f.tenant_id, [...(out.get(f.tenant_id) ?? []), f]);
  return [...out];
}

function Dialog({ action, findings, close, done }: { action: Action; findings: readonly Finding[]; close: () => void; done?: () => void }) {
  const edit = useEdit();
  const me = useIdentity();
  const triage = useTriage();
  const bounds = useMemo(() => untilBounds(new Date()), []);
  const [note, setNote] = useState(action === "comment" ? "" : edit.reason);
  const [until, setUntil] = useState(bounds.proposed);
  const [assignee, setAssignee] = useState(me.principal_id);
  const words = actionWords[action];
  const fits = findings.filter((f) => actionsFor([f.state]).includes(action));
  const needsNote = action === "accept" || action === "deny" || action === "comment";
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    for (const [tenant, list] of byTenant(fits)) {
      await triage.mutateAsync({
        query: { tenant: tenant === me.tenant_id ? undefined : tenant },
        body: {
          action, ids: list.map((f) => f.id), versions: Object.fromEntries(list.map((f) => [f.id, f.version])), ...(note.trim() ? { note: note.trim() } : {}),
          ...(action === "accept" ? { until: endOfDay(until) } : {}), ...(action === "assign" ? { assignee: assignee.trim() } : {}),
        },
      });
    }
    tell(`${plural(fits.length, "finding")} ${words.done}`, "It is in the tenant's log with your reason.");
    close();
    done?.();
  };
  const stale = triage.error?.problem.code === "conflict";
  return (
    <Modal opened onClose={close} title={`${words.verb} ${plural(fits.length, "finding")}`} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{words.means}</Text>
          {fits.length < findings.length && <Alert color="yellow" variant="light" p="xs">{plural(findings.length - fits.length, "finding")} of the selection can’t be {words.done} in the state that they are in and {findings.length - fits.length === 1 ? "stays" : "stay"} as {findings.length - fits.length === 1 ? "it is" : "they are"}.</Alert>}
          {action === "accept" && <TextInput type="date" label="Until the end of" value={until} min={bounds.least} max={bounds.most} onChange={(e) => setUntil(e.currentTarget.value)} required description="At most a year. Then it is looked at again." />}
          {action === "assign" && <TextInput label="To whom" value={assignee} onChange={(e) => setAssignee(e.currentTarget.value)} description="The ID of a person or service account; empty for nobody. Yours is filled in." maxLength={100} />}
          <Textarea label={action === "comment" ? "Comment" : "Reason"} value={note} onChange={(e) => setNote(e.currentTarget.value)} autosize minRows={2} maxLength={2000} required={needsNote} data-autofocus />
          {triage.error && (stale ? (
            <Alert color="yellow" icon={<Icon name="people" />} title="Somebody else decided meanwhile" role="alert">
              {triage.error.problem.detail} Nothing was changed by you. What is shown was read again: close this and look at what was decided.
            </Alert>
          ) : <Failed error={triage.error} what="Nothing was decided." />)}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>{stale ? "Close" : "Cancel"}</Button>
            {!stale && <Button type="submit" loading={triage.isPending} disabled={(needsNote && !note.trim()) || fits.length === 0}>{words.verb}</Button>}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
