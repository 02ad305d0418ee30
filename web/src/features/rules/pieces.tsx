// What several screens of rules show alike.
import { Group, Text } from "@mantine/core";
import { A, Badge, ButtonLink, Icon, Severity, type IconName } from "@/ui";
import { tacticName, techniqueName } from "./attack";
import type { Rule } from "./logic";

const parts: [to: string, label: string, icon: IconName][] = [
  ["/rules", "Rules", "rules"], ["/rules/scenarios", "Scenarios", "history"], ["/rules/filters", "Filters", "filter"], ["/rules/explain", "Try an event", "search"], ["/rules/check", "Check and import", "plus"], ["/rules/rulesets", "Rulesets", "book"],
];

/** The parts of the area, below every head. */
export function Parts({ here }: { here: string }) {
  return (
    <Group component="nav" gap={4} mb="md" aria-label="Parts of the rules">
      {parts.map(([to, label, icon]) => (
        <ButtonLink key={to} to={to} size="compact-sm" variant={to === here ? "light" : "subtle"} color={to === here ? undefined : "gray"} leftSection={<Icon name={icon} size={14} />} aria-current={to === here ? "page" : undefined}>{label}</ButtonLink>
      ))}
    </Group>
  );
}

/** The level that counts; another than the author's says so. */
export function LevelOf({ of: r }: { of: Pick<Rule, "level" | "own_level"> }) {
  return <>{<Severity value={r.level} />}{r.level !== r.own_level && <Text span size="xs" c="dimmed" title={`Its author wrote ${r.own_level}`}> not {r.own_level === "informational" ? "info" : r.own_level}</Text>}</>;
}

export function RuleState({ of: r }: { of: Pick<Rule, "enabled" | "tuned" | "served" | "filters_in_force" | "decisions"> }) {
  if (!r.enabled) return <Badge tone="wait" icon="pause" title="Switched off here: it is not looked at">off</Badge>;
  if (!r.served && r.decisions === 0) return <Badge tone="none" icon="minus" title="No known kind of event reaches it by itself">unreached</Badge>;
  if (r.filters_in_force > 0) return <Badge tone="info" icon="filter" title="A filter takes known noise out of it">filtered</Badge>;
  if (r.tuned) return <Badge tone="info" icon="pencil" title="Its level, its cap or its filters were changed here">tuned</Badge>;
  return <Badge tone="good" icon="check">on</Badge>;
}

/** ATT&CK by name, with the ID behind it; each leads to the rules of the same technique. */
export function Techniques({ of }: { of: readonly string[] }) {
  return (
    <ul className="rule-names">
      {of.map((t) => <li key={t}><A to="/rules" search={{ technique: t }}>{techniqueName(t) ?? t}</A> {techniqueName(t) && <Text span size="xs" c="dimmed">{t}</Text>}</li>)}
    </ul>
  );
}

export function Tactics({ of }: { of: readonly string[] }) {
  return <>{of.map((t, i) => <span key={t}>{i > 0 && ", "}<A to="/rules" search={{ tactic: t }}>{tacticName(t)}</A></span>)}</>;
}

/** A rule by its title; by its name where the ruleset doesn't have it any more. */
export function RuleLink({ id, title }: { id: string; title?: string }) {
  const name = id.includes(":") ? id : `sigma:${id}`;
  return <A to="/rules/$id" params={{ id: name }} style={{ overflowWrap: "anywhere" }}>{title || id}</A>;
}

export const importCommand = "frostgate rules import ./rules --name sigmahq";
