// What a decision asks, for one finding, a selection, or everything that a filter lists.
import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { useMemo, useState, type FormEvent, type KeyboardEvent, type ReactNode } from "react";
import { useEdit } from "@/app/edit";
import { useIdentity } from "@/app/session";
import { Assignee } from "./assignee";
import { confirmWords, untilBounds, type Action } from "./logic";
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
    bounds, note, setNote, given: edit.reason, until, setUntil, assignee, setAssignee,
    complete: !needsNote(action) || note.trim() !== "",
    act: { action, ...(note.trim() ? { note: note.trim() } : {}), ...(action === "accept" ? { until: endOfDay(until) } : {}), ...(action === "assign" ? { assignee: assignee.trim() } : {}) },
  };
}

export function ActFields({ action, of: f, tenant }: { action: Action; of: ReturnType<typeof useAct>; tenant: string | undefined }) {
  return (
    <>
      {action === "accept" && <TextInput type="date" label="Until the end of" value={f.until} min={f.bounds.least} max={f.bounds.most} onChange={(e) => f.setUntil(e.currentTarget.value)} required description="At most a year. Then it is looked at again." />}
      {action === "assign" && <Assignee value={f.assignee} set={f.setAssignee} tenant={tenant} />}
      <Textarea
        label={action === "comment" ? "Comment" : "Reason"} description={f.note !== "" && f.note === f.given ? "As you said for edit mode; change it where this one differs. Ctrl+Enter confirms." : "Ctrl+Enter confirms."} inputWrapperOrder={["label", "input", "description", "error"]}
        value={f.note} onChange={(e) => f.setNote(e.currentTarget.value)} onKeyDown={confirmed} autosize minRows={2} maxLength={2000} required={needsNote(action)} data-autofocus
      />
    </>
  );
}

/** Where Enter begins another line, Ctrl+Enter presses the form's button, unless it can't be pressed. */
export function confirmed(e: KeyboardEvent<HTMLTextAreaElement>) {
  if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey) || e.nativeEvent.isComposing) return;
  e.preventDefault();
  const button = e.currentTarget.form?.querySelector<HTMLButtonElement>("button[type=submit]:not(:disabled):not([data-loading])");
  if (button) e.currentTarget.form!.requestSubmit(button);
}

export function Buttons({ action, count, close, busy, off, only = false }: { action: Action; /** Of the findings that it decides on. */ count: number; close: () => void; busy: boolean; off: boolean; /** Nothing more can be done but closing. */ only?: boolean }): ReactNode {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={close}>{only ? "Close" : "Cancel"}</Button>
      {!only && <Button type="submit" loading={busy} disabled={off}>{confirmWords(action, count)}</Button>}
    </Group>
  );
}

export const submitOf = (run: () => Promise<void>) => (e: FormEvent) => {
  e.preventDefault();
  void run().catch(() => undefined);
};
