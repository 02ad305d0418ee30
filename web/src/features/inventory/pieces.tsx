// What several inventory screens show alike.
import { Group, Select, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { A, Badge, ButtonLink, count, Icon, State, type IconName } from "@/ui";
import { graphTarget, itemTarget, nameOf, readingOf, stateWords, type Coverage, type GraphObject, type Item } from "./logic";
import { useSources } from "./queries";

const parts: [to: string, label: string, icon: IconName][] = [
  ["/inventory", "Objects", "box"], ["/inventory/coverage", "Coverage", "eye"], ["/inventory/runs", "Runs", "history"], ["/inventory/sources", "Sources", "download"], ["/inventory/snapshots", "Snapshots", "camera"], ["/inventory/references", "References", "graph"],
];

/** The parts of the inventory, below every head. */
export function Parts({ here }: { here: string }) {
  return (
    <Group component="nav" gap={4} mb="md" aria-label="Parts of the inventory">
      {parts.map(([to, label, icon]) => (
        <ButtonLink key={to} to={to} size="compact-sm" variant={to === here ? "light" : "subtle"} color={to === here ? undefined : "gray"} leftSection={<Icon name={icon} size={14} />} aria-current={to === here ? "page" : undefined}>{label}</ButtonLink>
      ))}
    </Group>
  );
}

export function ItemState({ value }: { value: Item["state"] | undefined }) {
  if (!value) return <Badge tone="none" icon="info" title="It is named by others; its own state was not observed.">not observed</Badge>;
  const [tone, icon] = value === "present" ? (["good", "check"] as const) : value === "missing" ? (["critical", "minus"] as const) : (["wait", "info"] as const);
  return <Badge tone={tone} icon={icon} title={stateWords[value]}>{value}</Badge>;
}

export function Status({ of: c }: { of: Pick<Coverage, "status" | "quarantined" | "duplicates"> }) {
  const w = readingOf(c);
  return <Badge tone={w.tone} icon={w.tone === "good" ? "check" : w.tone === "none" ? "minus" : "alert"} title={w.means}>{w.word}</Badge>;
}

export function SourcePicker({ value, set, all = true }: { value?: string; set: (v: string | undefined) => void; all?: boolean }) {
  const q = useSources();
  const options = (q.data?.items ?? []).map((s) => s.source);
  if (value && !options.includes(value)) options.push(value);
  if (options.length < 2 && !value) return null;
  return <Select aria-label="Source" placeholder={all ? "Any source" : "Source"} data={options} value={value ?? null} onChange={(v) => set(v ?? undefined)} clearable={all} clearButtonProps={{ "aria-label": "Any source" }} w={190} comboboxProps={{ width: "max-content", position: "bottom-start" }} />;
}

/** A neighbour: known objects open; others are only named. */
export function ObjectLink({ of: o, source, graph = false, inText = false, children }: { of: GraphObject; source: string; graph?: boolean; /** Told from the text around it by a line too. */ inText?: boolean; children?: ReactNode }) {
  const target = graph ? graphTarget(o, source) : itemTarget(o, source);
  if (!o.state) return <Text span size="sm" style={{ overflowWrap: "anywhere" }}>{nameOf(o)}</Text>;
  return <A to={target.to} search={target.search} underline={inText ? "always" : "hover"} style={{ overflowWrap: "anywhere" }}>{children ?? nameOf(o)}</A>;
}

/** Numbers of a run or a comparison, in a row that wraps. */
export function Numbers({ of: list }: { of: [label: string, n: number, note?: string][] }) {
  return (
    <Group gap="6px 32px" component="dl" m={0} className="numbers">
      {list.map(([label, n, note]) => (
        <div key={label} title={note}><Text component="dt" size="xs" c="dimmed">{label}</Text><Text component="dd" m={0} fw={650} size="lg" className="num" c={n === 0 ? "dimmed" : undefined}>{count(n)}</Text></div>
      ))}
    </Group>
  );
}

export const RunState = State;

export const observe = "frostgate inventory run ./export --source directory --name entra";
