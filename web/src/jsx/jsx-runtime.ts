// What makes the elements of the console (see vite.config.ts): React's, after
// looking at the text. Text comes from attackers here, and no screen can forget to.
import { Fragment, jsx as element, jsxs as elements } from "react/jsx-runtime";
import type { ElementType, Key, ReactElement } from "react";
import { Num } from "@/api/exact";
import { reveal } from "@/ui/hidden";

export { Fragment };

type Props = Record<string, unknown>;

/** What people read of an element; values of forms, links and what is copied stay as they are. */
const read = ["children", "title", "label", "description", "lead", "aria-label", "alt"] as const;

function shown(v: unknown): unknown {
  if (typeof v === "string") return reveal(v);
  if (v instanceof Num) return String(v);
  if (!Array.isArray(v)) return v;
  let out: unknown[] | undefined;
  for (let i = 0; i < v.length; i++) {
    const one = v[i] as unknown;
    const now = typeof one === "string" || one instanceof Num ? shown(one) : one;
    if (now !== one) (out ??= [...(v as unknown[])])[i] = now;
  }
  return out ?? v;
}

export function seen(props: Props): Props {
  let out = props;
  for (const name of read) {
    const was = props[name];
    if (was === undefined) continue;
    const now = shown(was);
    if (now !== was) out = { ...out, [name]: now };
  }
  return out;
}

export const jsx = (type: ElementType, props: Props, key?: Key): ReactElement => element(type, seen(props), key);
export const jsxs = (type: ElementType, props: Props, key?: Key): ReactElement => elements(type, seen(props), key);
