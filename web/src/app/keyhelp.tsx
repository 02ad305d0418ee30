import { Group, Kbd, Modal, Stack, Text, Title } from "@mantine/core";
import { useAllShortcuts, type Shortcut } from "./shortcuts";

const shown: Record<string, string> = { mod: "Ctrl", ArrowDown: "↓", ArrowUp: "↑" };

/** Keys that do the same stand in one line. */
function byLabel(list: Shortcut[]): [string, string[]][] {
  const out = new Map<string, string[]>();
  for (const s of list) out.set(s.label, [...new Set([...(out.get(s.label) ?? []), s.keys])]);
  return [...out];
}

function Keys({ keys }: { keys: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      {keys.split(/[ +]/).map((k, i) => <Kbd key={i} size="xs">{shown[k] ?? k}</Kbd>)}
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
            {byLabel(all.filter((s) => (s.group ?? "This screen") === g)).map(([label, keys]) => (
              <Group key={label} justify="space-between" wrap="nowrap">
                <Text size="sm">{label}</Text>
                <Group gap={8} wrap="nowrap">{keys.map((k) => <Keys key={k} keys={k} />)}</Group>
              </Group>
            ))}
          </Stack>
        ))}
      </Stack>
    </Modal>
  );
}
