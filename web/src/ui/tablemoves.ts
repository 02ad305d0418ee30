// Moving through a table by keys, and coming back to the row that was left.
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState, type FocusEvent, type RefObject } from "react";
import type { Shortcut } from "@/app/shortcuts";
import type { Reach } from "./tablepages";

/** The row that was left at each place of the history, for the way back. */
const left = new Map<string, number>();
const kept = 100;

function remember(place: string, index: number) {
  left.delete(place);
  left.set(place, index);
  for (const old of left.keys()) if (left.size > kept) left.delete(old);
}

interface Ask {
  label: string;
  body: RefObject<HTMLElement | null>;
  count: number;
  scrollTo: (index: number) => void;
  reach: Reach;
}

export function useMoves({ label, body, count, scrollTo, reach }: Ask) {
  const { state } = useRouter();
  const [place] = useState(() => `${label} ${state.location.state.__TSR_key ?? ""}`);
  const [at, setAt] = useState(() => left.get(place) ?? 0);
  /** The row that shall have the focus as soon as it is there: what renders meanwhile may know of the one before only. */
  const wanted = useRef(left.get(place));
  const toLast = useRef(false);
  const aim = useRef<number>(undefined);
  /** A row had the focus when it went: out of view, or while its page was read anew. It has it again when it is back. */
  const held = useRef(false);
  const set = (i: number) => {
    remember(place, i);
    setAt(i);
  };
  const move = (to: number) => {
    if (count === 0) return;
    const i = Math.max(0, Math.min(count - 1, to));
    set(i);
    wanted.current = i;
    aim.current = i;
    scrollTo(i);
    // Nothing renders where the row was the marked one already.
    if (i === at) focusOn(i);
  };
  const focusOn = (i: number) => {
    const el = body.current?.querySelector<HTMLElement>(`[data-index="${i}"][tabindex]`);
    if (el) (wanted.current = undefined), el.focus({ preventScroll: true });
  };
  useEffect(() => {
    if (wanted.current !== undefined) focusOn(wanted.current);
    else if (held.current && document.activeElement === document.body) focusOn(at);
  });
  // Who goes elsewhere while the row is away has left it.
  useEffect(() => {
    const leave = (e: Event) => {
      if (e.type === "focusin" ? !body.current?.contains(e.target as Node) : document.activeElement === document.body) held.current = false;
    };
    const ways = ["focusin", "pointerdown", "keydown"] as const;
    for (const way of ways) addEventListener(way, leave, { capture: true, passive: true });
    return () => ways.forEach((way) => removeEventListener(way, leave, { capture: true }));
  }, [body]);
  // Who scrolls by hand has another aim.
  useEffect(() => {
    const clear = () => (aim.current = undefined);
    const byHand = ["wheel", "touchmove", "pointerdown", "keydown"] as const;
    for (const kind of byHand) addEventListener(kind, clear, { capture: true, passive: true });
    return () => byHand.forEach((kind) => removeEventListener(kind, clear, { capture: true }));
  }, []);
  useEffect(() => {
    if (reach.failed) toLast.current = false;
    // What the end is, is known only after it was reached.
    if (!toLast.current || reach.going !== undefined || reach.hasMore) return;
    toLast.current = false;
    move(count - 1);
  });
  const current = Math.min(at, Math.max(0, count - 1));
  // The first key press lands on the row that is marked, not on the one after it.
  const inside = () => body.current?.contains(document.activeElement) === true;
  const down = () => move(inside() ? current + 1 : current);
  const up = () => move(current - 1);
  const end = () => {
    if (!reach.toEnd) return move(count - 1);
    toLast.current = true;
    void reach.toEnd();
  };
  const stop = () => {
    toLast.current = false;
    reach.stop();
  };
  const shortcuts: Shortcut[] = [
    { keys: "j", label: "Next row", group: "List", run: down }, { keys: "ArrowDown", label: "Next row", group: "List", run: down },
    { keys: "k", label: "Previous row", group: "List", run: up }, { keys: "ArrowUp", label: "Previous row", group: "List", run: up },
    { keys: "Home", label: "First row", group: "List", run: () => move(0) }, { keys: "End", label: "Last row", group: "List", run: end },
    ...(reach.going === undefined ? [] : [{ keys: "Escape", label: "Stop on the way to the end", group: "List", run: stop }]),
  ];
  /** On the way: what is in view now is not what will be. */
  const heading = (first: number, last: number) => {
    if (aim.current !== undefined && ((first <= aim.current && aim.current <= last) || aim.current >= count)) aim.current = undefined;
    return toLast.current || aim.current !== undefined;
  };
  const focus = (i: number) => {
    held.current = true;
    if (i !== at) set(i);
  };
  /** The focus left by somebody's hand, not because the row went. */
  const blur = ({ target }: FocusEvent) => queueMicrotask(() => {
    if (target.isConnected && document.activeElement !== target && !inside()) held.current = false;
  });
  return { at: current, stop, heading, focus, blur, shortcuts };
}
