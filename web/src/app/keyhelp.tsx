import { Group, Kbd, Modal, Stack, Text, Title } from "@mantine/core";
import { useAllShortcuts } from "./shortcuts";

function Keys({ keys }: { keys: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      {keys.split(/[ +]/).map((k, i) => <Kbd key={i} size="xs">{k === "mod" ? "Ctrl" : k}</Kbd>)}
    </Group>
  );
}

export default function KeyHelp({ close }: { close: () => void }) {
  const all = useAllShortcuts();
  const groups = [...new Set(all.map((s) => s.group ?? "This screen"))].sort((a, b) => Number(a === "Everywhere") - Number(b === "Everywhere"));
  return (
    <Modal opened onClose={close} title="Keys" closeButtonProps={{ "aria-label": "Close" }} centered>
      <Stack gap="md">
        {groups.map((g) => (
          <Stack key={g} gap={4}>
            <Title order={3}>{g}</Title>
            {all.filter((s) => (s.group ?? "This screen") === g).map((s) => (
              <Group key={s.keys + s.label} justify="space-between" wrap="nowrap">
                <Text size="sm">{s.label}</Text>
                <Keys keys={s.keys} />
              </Group>
            ))}
          </Stack>
        ))}
      </Stack>
    </Modal>
  );
}
