// What the list and the summary show of a finding.
import { Group, Text } from "@mantine/core";
import { Icon, Severity, State, Time } from "@/ui";
import type { Finding } from "./logic";
import { identified } from "./values-logic";

export function Change({ of: f, lines = false }: { of: Finding; lines?: boolean }) {
  const text = identified(f.change || (f.kind === "added" ? "added" : f.kind === "removed" ? "removed" : `${f.from ?? "nothing"} → ${f.to ?? "nothing"}`), f.path);
  return <span className={lines ? "two-line" : undefined} title={text}>{text}</span>;
}

export function Flags({ of: f }: { of: Finding }) {
  return (
    <Group gap={4} wrap="nowrap" component="span" display="inline-flex">
      <State value={f.state} />
      {f.unverified && <Icon name="alert" size={14} title="Later runs could not tell whether it still holds" />}
      {f.flap > 1 && <Icon name="undo" size={14} title={`Changed and came back ${f.flap} times`} />}
    </Group>
  );
}

/** One finding where there is little room. */
export function Card({ of: f }: { of: Finding }) {
  return (
    <>
      <Group gap={6} wrap="nowrap"><Severity value={f.severity} /><Flags of={f} /></Group>
      <Text size="sm" fw={600} truncate>{f.name || f.object_id}</Text>
      <Text size="xs" c="dimmed" truncate>{f.label}{f.path ? ` · ${f.path}` : ""}</Text>
      <Group gap={8} wrap="nowrap" justify="space-between">
        <Text size="xs" truncate><Change of={f} /></Text>
        <Text span size="xs" c="dimmed" style={{ flexShrink: 0 }}><Time at={f.first_seen} relative /></Text>
      </Group>
    </>
  );
}
