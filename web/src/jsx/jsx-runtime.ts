// What makes the elements of the console (see vite.config.ts): React's, after
// looking at the text. Text comes from attackers here, and no screen can forget to.
import { Fragment, jsx as element, jsxs as elements } from "react/jsx-runtime";
import type { ElementType, Key, ReactElement } from "react";
import { Num } from "@/api/exact";
import { reveal } from "@/ui/hidden";

export { Fragment };

type Props = Record<string, unknown>;

/** What people read of an element; values of forms, links and what is copied stay as they are. */
const read = ["children", "title", "label", "description", "lead", "aria-label", "alt", "placeholder", "error", "nothingFoundMessage"] as const;

/**
 * What people choose from: these take their choices as data and make the elements
 * themselves. Fields that complete what is typed are no such: what is chosen there
 * becomes the value (their options are shown by app/theme.ts).
 */
const choices: Record<string, string> = {
  "@mantine/core/Select": "data", "@mantine/core/MultiSelect": "data", "@mantine/core/SegmentedControl": "data", "@mantine/spotlight/Spotlight": "actions",
};

function shown(v: unknown): unknown {
  if (typeof v === "string") return reveal(v);
  if (v instanceof Num) return String(v);
  return Array.isArray(v) ? each(v, (one) => (typeof one === "string" || one instanceof Num ? shown(one) : one)) : v;
}

/** The same list where nothing changes. */
function each(list: readonly unknown[], of: (one: unknown) => unknown): readonly unknown[] {
  let out: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const now = of(list[i]);
    if (now !== list[i]) (out ??= [...list])[i] = now;
  }
  return out ?? list;
}

/** A choice as it is read; what it stands for stays. */
function choice(one: unknown): unknown {
  if (typeof one === "string") {
    const label = reveal(one);
    return label === one ? one : { value: one, label };
  }
  if (one === null || typeof one !== "object") return one;
  let out = one as Props;
  for (const name of ["label", "description", "group", "items", "actions"]) {
    const was = out[name];
    const now = typeof was === "string" ? reveal(was) : Array.isArray(was) ? each(was, choice) : was;
    if (now !== was) out = { ...out, [name]: now };
  }
  return out;
}

export function seen(props: Props, type?: unknown): Props {
  let out = props;
  for (const name of read) {
    const was = props[name];
    if (was === undefined) continue;
    const now = shown(was);
    if (now !== was) out = { ...out, [name]: now };
  }
  const offered = choices[(type as { displayName?: string } | undefined)?.displayName ?? ""];
  const list = offered && props[offered];
  if (offered && Array.isArray(list)) {
    const now = each(list, choice);
    if (now !== list) out = { ...out, [offered]: now };
  }
  return out;
}

export const jsx = (type: ElementType, props: Props, key?: Key): ReactElement => element(type, seen(props, type), key);
export const jsxs = (type: ElementType, props: Props, key?: Key): ReactElement => elements(type, seen(props, type), key);
