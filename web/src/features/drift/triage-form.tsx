// What a decision asks, for one finding, a selection, or everything that a filter lists.
import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { useMemo, useState, type FormEvent, type ReactNode } from "react";
import { useEdit } from "@/app/edit";
import { useIdentity } from "@/app/session";
import { Assignee } from "./assignee";
import { actionWords, untilBounds, type Action } from "./logic";
import { endOfDay } from "@/ui";

export const needsNote = (action: Action) => action === "accept" || action === "deny" || action === "comment";

/** What was filled in; `act` is what the API takes. */
export function useAct(action: Action) {
  const edit = useEdit();
  const me = useIdentity();
  const bounds = useMemo(() => untilBounds(new Date()), []);
  const [note, setNote] = useState(action === "comment" ? "" : edit.reason);
  const [until, setUntil] = useState(bounds.proposed);
  const [assignee, setAssignee] = useState(me.principal_id);
  return {
    bounds, note, setNote, until, setUntil, assignee, setAssignee,
    complete: !needsNote(action) || note.trim() !== "",
    act: { action, ...(note.trim() ? { note: note.trim() } : {}), ...(action === "accept" ? { until: endOfDay(until) } : {}), ...(action === "assign" ? { assignee: assignee.trim() } : {}) },
  };
}

export function ActFields({ action, of: f, tenant }: { action: Action; of: ReturnType<typeof useAct>; tenant: string | undefined }) {
  return (
    <>
      {action === "accept" && <TextInput type="date" label="Until the end of" value={f.until} min={f.bounds.least} max={f.bounds.most} onChange={(e) => f.setUntil(e.currentTarget.value)} required description="At most a year. Then it is looked at again." />}
      {action === "assign" && <Assignee value={f.assignee} set={f.setAssignee} tenant={tenant} />}
      <Textarea label={action === "comment" ? "Comment" : "Reason"} value={f.note} onChange={(e) => f.setNote(e.currentTarget.value)} autosize minRows={2} maxLength={2000} required={needsNote(action)} data-autofocus />
    </>
  );
}

export function Buttons({ action, close, busy, off, again, only = false }: { action: Action; close: () => void; busy: boolean; off: boolean; /** What the button says instead. */ again?: string; /** Nothing more can be done but closing. */ only?: boolean }): ReactNode {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={close}>{only ? "Close" : "Cancel"}</Button>
      {!only && <Button type="submit" loading={busy} disabled={off}>{again ?? actionWords[action].verb}</Button>}
    </Group>
  );
}

export const submitOf = (run: () => Promise<void>) => (e: FormEvent) => {
  e.preventDefault();
  void run().catch(() => undefined);
};
