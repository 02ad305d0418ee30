import { Button, Group, List, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useEdit } from "@/app/edit";
import { useTenant } from "@/app/tenant";
import { Failed, InTenant, plural } from "@/ui";
import { kindOf, type AllowEntry } from "./logic";
import { tell, useRemoveAllow } from "./queries";

/** Takes entries off the allow-list. */
export function RemoveAllow({ of, close, done }: { of: readonly AllowEntry[]; close: () => void; done: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const remove = useRemoveAllow();
  const [reason, setReason] = useState(edit.reason);
  const what = plural(of.length, "entry", "entries");
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    for (const a of of) await remove.mutateAsync({ path: { id: a.id }, query: { tenant: param, reason: reason.trim() } });
    tell(`${what} removed`, "Mitigations against them are proposed again from the next event on.");
    close();
    done();
  };
  return (
    <Modal opened onClose={close} title={`Remove ${what} of the allow-list`} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <List size="sm">{of.slice(0, 8).map((a) => <List.Item key={a.id}>{kindOf(a.kind)} {a.value}</List.Item>)}{of.length > 8 && <List.Item>and {of.length - 8} more</List.Item>}</List>
          <Text size="sm">From the next event on, {of.length === 1 ? "it is" : "they are"} treated like everything else. The {of.length === 1 ? "entry stays" : "entries stay"} readable as removed.</Text>
          <Textarea label="Reason" description="Kept in the audit." value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={500} required data-autofocus />
          {remove.error && <Failed error={remove.error} what="Not all of it was removed." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" color="red.9" loading={remove.isPending} disabled={!reason.trim()}>Remove</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
