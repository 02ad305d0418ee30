// Pieces of the screens about responding.
import { Group } from "@mantine/core";
import { useEffect, useState } from "react";
import { Badge, ButtonLink, Icon, type IconName, Time } from "@/ui";
import { actionOf, left, type EnforcementState } from "./logic";

/** The present, each second; the screens of a list share one clock by being one component. */
export function useNow(every = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const t = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(t);
  }, [every]);
  return now;
}

/** What is left until a time, counting down; the time itself when it is over. */
export function Left({ until }: { until: string }) {
  const now = useNow();
  const ms = Date.parse(until) - now;
  if (ms <= 0) return <Time at={until} relative />;
  return <span className="time" role="timer" aria-live="off">{left(ms)}</span>;
}

const icons: Record<string, IconName> = { block_ip: "block", rate_limit_ip: "pause", isolate_host: "lock", disable_user: "user", revoke_session: "close", require_mfa: "key", notify: "bell" };

export function Does({ action }: { action: string }) {
  const w = actionOf(action);
  return <Badge tone={action === "notify" ? "info" : action === "require_mfa" || action === "rate_limit_ip" ? "medium" : "critical"} icon={icons[action] ?? "dot"} title={w.means}>{w.label}</Badge>;
}

const states: Record<EnforcementState, ["info" | "none", IconName]> = { "in force": ["info", "check"], done: ["none", "check"], expired: ["none", "clock"], revoked: ["none", "undo"] };

export function EnforcementBadge({ state }: { state: EnforcementState }) {
  return <Badge tone={states[state][0]} icon={states[state][1]} title={state === "done" ? "It acted once and needs no end." : state === "in force" ? "Decided and not ended; whether a device obeys is seen on the device." : undefined}>{state}</Badge>;
}

export interface Part {
  to: string;
  search?: Record<string, string>;
  label: string;
  icon: IconName;
  here: boolean;
}

export function Parts({ label, of }: { label: string; of: Part[] }) {
  return (
    <Group component="nav" gap={4} mb="md" aria-label={label}>
      {of.map((p) => (
        <ButtonLink key={p.label} to={p.to} search={p.search} size="compact-sm" variant={p.here ? "light" : "subtle"} color={p.here ? undefined : "gray"} leftSection={<Icon name={p.icon} size={14} />} aria-current={p.here ? "page" : undefined}>{p.label}</ButtonLink>
      ))}
    </Group>
  );
}
