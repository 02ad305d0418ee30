// What a part of a page puts beside the heading, where all screens have it.
import { useSyncExternalStore, type ReactNode } from "react";
import { createPortal } from "react-dom";

let slot: HTMLElement | null = null;
const heard = new Set<() => void>();
const listen = (f: () => void) => (heard.add(f), () => void heard.delete(f));

/** The ref of the heading's place for actions. */
export function headerSlot(el: HTMLElement | null) {
  slot = el;
  heard.forEach((f) => f());
}

/** For curl and Download of a list that only a part of the page knows. */
export function InHeader({ children }: { children: ReactNode }) {
  const at = useSyncExternalStore(listen, () => slot);
  return at ? createPortal(children, at) : null;
}
