// An ID or a hash: cut where there is little room, copied with a click.
import { ActionIcon, UnstyledButton } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { Icon } from "./icons";
import { Tip } from "./tip";

/** `short` shows the first and last characters; the whole is copied. */
export function Id({ value, short = false, label }: { value: string; short?: boolean; label?: string }) {
  const clip = useClipboard({ timeout: 1200 });
  const text = short && value.length > 18 ? `${value.slice(0, 10)}…${value.slice(-6)}` : value;
  return (
    <Tip label={clip.copied ? "Copied" : short ? value : "Copy"}>
      <UnstyledButton className="id" onClick={(e) => (e.stopPropagation(), e.preventDefault(), clip.copy(value))} aria-label={label ? `Copy ${label} ${text}` : `Copy ${text}`}>
        <span>{text}</span>
        <Icon name={clip.copied ? "check" : "copy"} size={12} />
      </UnstyledButton>
    </Tip>
  );
}

/** Copies a text that stands beside it. */
export function Copy({ text, label }: { text: string; label: string }) {
  const clip = useClipboard({ timeout: 1200 });
  return (
    <Tip label={clip.copied ? "Copied" : label}>
      <ActionIcon onClick={() => clip.copy(text)} aria-label={label}><Icon name={clip.copied ? "check" : "copy"} size={14} /></ActionIcon>
    </Tip>
  );
}
