// A button of the frame whose menu comes in the first quiet moment: until then it
// is the same button without one, and a click on it is not lost.
import { lazy, Suspense, useEffect, useLayoutEffect, useRef, useState, type ComponentType, type ReactElement, type RefObject } from "react";
import { afterIdle } from "./idle";

export interface MenuProps {
  /** It was asked for before it was there. */
  start: boolean;
}
interface Events {
  onPointerEnter: () => void;
  onPointerDown: () => void;
  onFocus: () => void;
  onClick: () => void;
}

export function LazyMenu({ load, button }: { load: () => Promise<{ default: ComponentType<MenuProps> }>; button: (on: Events) => ReactElement }) {
  const [wanted, setWanted] = useState<"no" | "there" | "open">("no");
  const [Menu] = useState(() => lazy(load));
  const box = useRef<HTMLSpanElement>(null);
  // A button that goes between press and release takes the click with it.
  const pressed = useRef(false);
  useEffect(() => afterIdle(() => [() => load().then(() => setWanted((w) => (w === "no" && !pressed.current ? "there" : w)))]), [load]);
  const press = () => {
    pressed.current = true;
    addEventListener("pointerup", () => (pressed.current = false), { once: true });
  };
  const plain = button({ onPointerEnter: () => void load(), onPointerDown: press, onFocus: () => void load(), onClick: () => setWanted("open") });
  const focused = wanted !== "no" && box.current?.contains(document.activeElement) === true;
  return (
    <span ref={box} className="lazy-menu">
      {wanted === "no" ? plain : <Suspense fallback={plain}><Menu start={wanted === "open"} /><Refocus box={box} when={focused} /></Suspense>}
    </span>
  );
}

/** The focus stays where it was when the one button takes the other's place. */
function Refocus({ box, when }: { box: RefObject<HTMLElement | null>; when: boolean }) {
  const first = useRef(when);
  useLayoutEffect(() => {
    if (first.current) box.current?.querySelector("button")?.focus({ preventScroll: true });
  }, [box]);
  return null;
}
