// What several evidence screens show alike.
import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiError, send } from "@/api/client";
import { useHas } from "@/app/session";
import { all, useTenant, useTenantName } from "@/app/tenant";
import { A, Badge, ButtonLink, Copy, Icon, type IconName } from "@/ui";
import { levelWords, type Entry, type Point } from "./logic";

const parts: [to: string, label: string, icon: IconName, scope?: string][] = [
  ["/evidence", "Overview", "evidence"], ["/evidence/logs", "Logs", "list"], ["/evidence/epochs", "Epochs", "clock"], ["/evidence/witnesses", "Witnesses", "eye"], ["/evidence/bundles", "Bundles", "box"],
  ["/evidence/modules", "Modules", "graph", "modules:read"], ["/evidence/keys", "Keys", "key"], ["/evidence/erasures", "Erasures", "trash"],
];

/** The parts of the evidence, below every head. */
export function Parts({ here }: { here: string }) {
  const has = useHas();
  return (
    <>
    <Whose />
    <Group component="nav" gap={4} mb="md" aria-label="Parts of the evidence">
      {parts.filter(([, , , scope]) => !scope || has(scope)).map(([to, label, icon]) => (
        <ButtonLink key={to} to={to} size="compact-sm" variant={to === here ? "light" : "subtle"} color={to === here ? undefined : "gray"} leftSection={<Icon name={icon} size={14} />} aria-current={to === here ? "page" : undefined}>{label}</ButtonLink>
      ))}
    </Group>
    </>
  );
}

/** While another tenant is looked at elsewhere: whose evidence this is. */
function Whose() {
  const { own } = useTenant();
  const name = useTenantName();
  const asked = useSearch({ strict: false, select: (s: Record<string, unknown>) => s.tenant });
  if (typeof asked !== "string" || asked === own) return null;
  return <Text size="sm" mb="xs" role="note"><Icon name="info" size={13} /> This is the evidence of {name(own)}, the tenant of your key. {asked === all ? "That of the others" : `That of ${name(asked)}`} shows to who signs in with a key of {asked === all ? "theirs" : "that tenant"}.</Text>;
}

const signs: Record<Point["tone"], IconName> = { good: "evidence", wait: "alert", critical: "critical" };

/** The first line of a screen: what it says, with a colour, a sign and the reasons. */
export function Say({ tone, title, children }: { tone: Point["tone"]; title: ReactNode; children?: ReactNode }) {
  return (
    <div className="evidence-say" data-tone={tone} role={tone === "critical" ? "alert" : undefined}>
      <Icon name={signs[tone]} size={22} />
      <div style={{ minWidth: 0 }}>
        <Text size="lg" fw={650} component="p" m={0}>{title}</Text>
        {children}
      </div>
    </div>
  );
}

export function Level({ value }: { value: Entry["level"] }) {
  const w = levelWords[value];
  return <Badge tone={w.tone} icon={value === "witnessed" ? "eye" : value === "anchored" ? "evidence" : "clock"} title={w.means}>{value}</Badge>;
}

/** Commands to run elsewhere, each to copy. */
export function Commands({ of: list }: { of: [command: string, why?: string][] }) {
  return (
    <Stack gap={8}>
      {list.map(([command, why]) => (
        <div key={command}>
          {why && <Text size="xs" c="dimmed" mb={2}>{why}</Text>}
          <Group gap={4} wrap="nowrap" align="flex-start"><Code block style={{ flex: 1, minWidth: 0, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{command}</Code><Copy text={command} label="Copy the command" /></Group>
        </div>
      ))}
    </Stack>
  );
}

export function save(name: string, type: string, content: string | Blob) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const a = document.createElement("a");
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** An answer that is plain text, such as a signed checkpoint. */
export function useText(url: string, enabled = true) {
  return useQuery<string, ApiError>({ queryKey: [url, "text"], enabled, queryFn: async ({ signal }) => (await send(url, { signal })).text() });
}

export function tell(title: string, message: string) {
  notifications.show({ title, message, color: "teal", closeButtonProps: { "aria-label": "Close" }, styles: { description: { color: "var(--mantine-color-text)" } } });
}

export function EntryLink({ log, index, children }: { log: string; index: number; children?: ReactNode }) {
  return <A to="/evidence/logs/$log/entries/$index" params={{ log, index: String(index) }}>{children ?? `entry ${index}`}</A>;
}

export function SaveButton({ name, text, label, type = "text/plain" }: { name: string; text: string; label: string; type?: string }) {
  return <Button variant="default" leftSection={<Icon name="download" size={14} />} onClick={() => save(name, type, text)}>{label}</Button>;
}
