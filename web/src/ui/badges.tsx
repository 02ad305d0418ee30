// Words with a colour and a sign: never a colour alone.
import type { ReactNode } from "react";
import { gatingTerms, gatingWords } from "./format";
import { Icon, type IconName } from "./icons";
import { Tip } from "./tip";

export type Tone = "critical" | "high" | "medium" | "low" | "none" | "good" | "info" | "wait";

export function Badge({ tone, icon, children, title }: { tone: Tone; icon?: IconName; children: ReactNode; title?: string }) {
  return (
    <span className={`badge tone-${tone}`} title={title}>
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}

const severities: Record<string, [Tone, IconName]> = {
  critical: ["critical", "critical"], high: ["high", "high"], medium: ["medium", "medium"], low: ["low", "low"], informational: ["none", "info"], none: ["none", "dot"],
};

/** Of findings, rules and decisions' threat levels. */
export function Severity({ value }: { value: string }) {
  const [tone, icon] = severities[value] ?? ["none", "dot"];
  return <Badge tone={tone} icon={icon}>{value === "informational" ? "info" : value}</Badge>;
}

const gatings: Record<string, [Tone, IconName]> = { allow: ["info", "play"], require_approval: ["wait", "hand"], reject: ["critical", "block"] };

/** Whether what is proposed may be done, in words of people; the field's term is in the explanation. */
export function Gating({ value }: { value: string }) {
  const [tone, icon] = gatings[value] ?? ["none", "dot"];
  return (
    <Tip label={`${gatingTerms[value] ?? "What the rules of engagement make of it."} Gating: ${value}.`}>
      <span className={`badge tone-${tone}`}><Icon name={icon} size={12} />{gatingWords[value] ?? value}</span>
    </Tip>
  );
}

const states: Record<string, [Tone, IconName]> = {
  new: ["info", "bell"], reopened: ["wait", "undo"], acknowledged: ["none", "eye"], accepted: ["good", "check"], denied: ["critical", "block"], resolved: ["good", "check"],
  active: ["good", "check"], suspended: ["wait", "pause"], closing: ["critical", "block"], pending: ["wait", "clock"], approved: ["good", "check"], rejected: ["critical", "block"],
  expired: ["none", "clock"], revoked: ["none", "block"], complete: ["good", "check"], partial: ["wait", "alert"], failed: ["critical", "alert"], skipped: ["none", "minus"],
  open: ["info", "clock"], closed: ["good", "check"], aborted: ["critical", "alert"], added: ["good", "plus"], removed: ["critical", "minus"], changed: ["wait", "pencil"], metadata: ["none", "info"],
  verified: ["good", "evidence"], enabled: ["good", "check"], disabled: ["none", "pause"], delivered: ["good", "check"],
};

/** A state of anything, by its word. */
export function State({ value, note }: { value: string; note?: string }) {
  const [tone, icon] = states[value] ?? ["none", "dot"];
  return <Badge tone={tone} icon={icon} title={note}>{value.replaceAll("_", " ")}</Badge>;
}
