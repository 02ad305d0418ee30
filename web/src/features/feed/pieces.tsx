// What the feed shows of a decision.
import { Group, Text } from "@mantine/core";
import { Badge, happenedOn, Severity, Time, type IconName, type Tone } from "@/ui";
import { About } from "./about";
import { actionWords, type Row } from "./logic";

const actions: Record<string, [Tone, IconName]> = { log_only: ["none", "eye"], blocked: ["critical", "block"], rate_limited: ["high", "clock"], quarantined: ["critical", "lock"], pending_approval: ["wait", "hand"] };

export function Action({ value }: { value: string }) {
  const [tone, icon] = actions[value] ?? ["none", "dot"];
  return <Badge tone={tone} icon={icon}>{actionWords[value] ?? value.replaceAll("_", " ")}</Badge>;
}

/** One decision where there is little room. */
export function Card({ of: r }: { of: Row }) {
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="space-between">
        <Group gap={6} wrap="nowrap"><Severity value={r.severity} /><Action value={r.action_taken} /></Group>
        <Text span size="xs" c="dimmed"><Time at={r.timestamp} relative /></Text>
      </Group>
      <Text size="sm" fw={600} truncate>{r.title}</Text>
      <Text size="xs" c="dimmed" truncate><About id={r.decision_id} /> · {r.event_type} from {r.source}{happenedOn(r.event_time, r.timestamp) && ` · happened ${happenedOn(r.event_time, r.timestamp)}`}{r.score > 0 ? ` · score ${r.score}` : ""}</Text>
    </>
  );
}
