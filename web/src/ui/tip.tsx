// Short explanations on hover and focus. One box for the whole page: a table of
// a hundred cells with explanations costs no more than the cells.
import { cloneElement, useEffect, useId, useLayoutEffect, useRef, useSyncExternalStore, type FocusEvent, type PointerEvent, type ReactElement, type ReactNode } from "react";

interface Shown {
  at: Element;
  id: string;
  label: ReactNode;
}

let shown: Shown | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
const heard = new Set<() => void>();
/** Whether an element is on the page and takes room there. */
export const isThere = (at: Pick<Element, "isConnected" | "getBoundingClientRect">) => {
  const r = at.isConnected ? at.getBoundingClientRect() : undefined;
  return r !== undefined && (r.width > 0 || r.height > 0);
};
const show = (asked: Shown | undefined) => {
  clearTimeout(timer);
  // What went away meanwhile has no place to explain.
  const next = asked && isThere(asked.at) ? asked : undefined;
  if (shown === next) return;
  shown = next;
  heard.forEach((f) => f());
};
const later = (ms: number, next: Shown | undefined) => {
  clearTimeout(timer);
  timer = setTimeout(() => show(next), ms);
};
const listen = (f: () => void) => (heard.add(f), () => void heard.delete(f));

type Events = { onPointerEnter?: (e: PointerEvent) => void; onPointerLeave?: (e: PointerEvent) => void; onFocus?: (e: FocusEvent) => void; onBlur?: (e: FocusEvent) => void; "aria-describedby"?: string };

/** Around one element that takes pointer and focus events. */
export function Tip({ label, children }: { label: ReactNode; children: ReactElement<Events> }) {
  const id = useId();
  const open = useSyncExternalStore(listen, () => shown?.id === id);
  const latest = useRef(label);
  latest.current = label;
  // What the label says may change while it shows ("Copied").
  const text = typeof label === "string" ? label : "";
  useEffect(() => {
    if (shown?.id === id) show({ ...shown, label: latest.current });
  }, [id, text]);
  useEffect(() => () => { if (shown?.id === id) show(undefined); }, [id]);
  const of = (e: { currentTarget: Element }): Shown => ({ at: e.currentTarget, id, label: latest.current });
  const p = children.props;
  return cloneElement(children, {
    onPointerEnter: (e: PointerEvent) => (p.onPointerEnter?.(e), e.pointerType !== "touch" && later(300, of(e))),
    onPointerLeave: (e: PointerEvent) => (p.onPointerLeave?.(e), later(100, undefined)),
    onFocus: (e: FocusEvent) => (p.onFocus?.(e), e.currentTarget.matches(":focus-visible") && show(of(e))),
    onBlur: (e: FocusEvent) => (p.onBlur?.(e), show(undefined)),
    ...(open ? { "aria-describedby": id } : {}),
  });
}

/** Where a box of this size goes: below what it explains, above where there is no room, always inside. */
export function place(at: { left: number; top: number; bottom: number; width: number }, box: { width: number; height: number }, view: { width: number; height: number }): { left: number; top: number } {
  const gap = 6;
  const left = Math.max(gap, Math.min(view.width - box.width - gap, at.left + at.width / 2 - box.width / 2));
  const below = at.bottom + gap;
  return { left, top: below + box.height > view.height && at.top - gap - box.height >= 0 ? at.top - gap - box.height : below };
}

/** The box; once on the page. */
export function Tips() {
  const now = useSyncExternalStore(listen, () => shown);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const el = box.current;
    if (!now || !el) return;
    if (!isThere(now.at)) return show(undefined);
    // In front of a dialog too: the top layer. Measured only when open; before, it has no size.
    if (!el.matches(":popover-open")) el.showPopover();
    const to = place(now.at.getBoundingClientRect(), el.getBoundingClientRect(), { width: document.documentElement.clientWidth, height: innerHeight });
    el.style.transform = `translate(${Math.round(to.left)}px, ${Math.round(to.top)}px)`;
    el.style.visibility = "visible";
  }, [now]);
  useEffect(() => {
    if (!now) return;
    const gone = () => show(undefined);
    const key = (e: KeyboardEvent) => e.key === "Escape" && show(undefined);
    addEventListener("scroll", gone, { capture: true, passive: true });
    addEventListener("keydown", key);
    addEventListener("pointerdown", gone);
    // Rows that scroll away or are replaced take their explanation with them.
    const look = new MutationObserver(() => isThere(now.at) || gone());
    look.observe(document.body, { childList: true, subtree: true });
    return () => (look.disconnect(), removeEventListener("scroll", gone, { capture: true }), removeEventListener("keydown", key), removeEventListener("pointerdown", gone));
  }, [now]);
  if (!now) return null;
  return (
    <div ref={box} id={now.id} role="tooltip" className="tip" popover="manual" onPointerEnter={() => clearTimeout(timer)} onPointerLeave={() => later(100, undefined)}>
      {now.label}
    </div>
  );
}
