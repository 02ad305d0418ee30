// The switch of the edit mode, and the banner that says that it is on.
import { Button, Group, Text } from "@mantine/core";
import { Icon } from "@/ui/icons";
import { useEdit } from "./edit";
import { useIdentity } from "./session";
import { useShortcuts } from "./shortcuts";

const mayWrite = (scopes: readonly string[]) => scopes.some((s) => !s.endsWith(":read"));

export function EditToggle() {
  const edit = useEdit();
  const { scopes } = useIdentity();
  const may = mayWrite(scopes);
  useShortcuts(may ? [{ keys: "e", label: edit.on ? "Leave edit mode" : "Edit mode", group: "Everywhere", run: () => (edit.on ? edit.stop() : edit.ask()) }] : []);
  if (!may) return <Text size="xs" c="dimmed" px={6} visibleFrom="sm">Read only</Text>;
  return (
    <Button variant={edit.on ? "filled" : "default"} leftSection={<Icon name="pencil" size={14} />} onClick={() => (edit.on ? edit.stop() : edit.ask())} aria-pressed={edit.on} aria-label={edit.on ? "Editing: leave edit mode" : "Edit"}>
      <span className="wide-only">{edit.on ? "Editing" : "Edit"}</span>
    </Button>
  );
}

export function EditBanner() {
  const edit = useEdit();
  if (!edit.on) return null;
  return (
    <Group className="edit-banner" gap="xs" px={{ base: "sm", sm: "lg" }} py={4} role="status" wrap="nowrap">
      <Icon name="pencil" size={14} />
      <Text size="sm" truncate style={{ flex: 1 }}>Edit mode: <b>{edit.reason}</b></Text>
      <Button variant="subtle" size="compact-xs" onClick={edit.stop}>Leave</Button>
    </Group>
  );
}
