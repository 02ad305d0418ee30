// The question for a reason that starts the edit mode.
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useEdit } from "./edit";

export default function EditDialog() {
  const edit = useEdit();
  const [reason, setReason] = useState("");
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (reason.trim()) edit.start(reason.trim());
  };
  return (
    <Modal opened onClose={edit.cancel} title="Edit mode" closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">The console only reads until you turn this on. Each change goes with your reason into the tenant's log, for you and for auditors.</Text>
          <TextInput label="Why do you change something?" placeholder="Weekly drift review, ticket 4711" value={reason} onChange={(e) => setReason(e.currentTarget.value)} maxLength={500} required data-autofocus size="sm" />
          <Group justify="flex-end">
            <Button variant="default" onClick={edit.cancel}>Stay read-only</Button>
            <Button type="submit" disabled={!reason.trim()}>Start editing</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
