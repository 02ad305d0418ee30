// Ending one enforcement before its time.
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useEdit } from "@/app/edit";
import { useTenant } from "@/app/tenant";
import { Failed, Icon, InTenant, plural } from "@/ui";
import { actionOf, type Enforcement } from "./logic";
import { tell, useRevoke } from "./queries";

export function RevokeOne({ of: e, others, close }: { of: Enforcement; others: number; close: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const revoke = useRevoke();
  const [reason, setReason] = useState(edit.reason);
  const submit = async (ev: FormEvent) => {
    ev.preventDefault();
    await revoke.mutateAsync({ path: { id: e.id }, query: { tenant: param }, body: { reason: reason.trim() } });
    tell("1 enforcement revoked", others > 0 ? `${e.target} ${actionOf(e.action).is} still by ${plural(others, "other")}.` : `${e.target}: it is in the audit with your reason.`);
    close();
  };
  return (
    <Modal opened onClose={close} title={`Revoke: ${actionOf(e.action).verb} ${e.target}`} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={(ev) => void submit(ev).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <Text size="sm">{others > 0 ? `Only this one ends. ${plural(others, "other is", "others are")} in force against ${e.target} and ${others === 1 ? "stays" : "stay"}.` : `${e.target} is free again as soon as what carries it out reads the list.`}</Text>
          <Alert color="yellow" variant="light" p="xs" icon={<Icon name="alert" />}>This can’t be undone. A new event against the same target may set it in force again; an entry of the allow-list prevents that.</Alert>
          <Textarea label="Reason" description="Kept with the enforcement and in the audit." value={reason} onChange={(ev) => setReason(ev.currentTarget.value)} autosize minRows={2} maxLength={500} required data-autofocus />
          {revoke.error && <Failed error={revoke.error} what="It was not revoked." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" color="red.9" loading={revoke.isPending} disabled={!reason.trim()}>Revoke it</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
