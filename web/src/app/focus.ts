// While a dialog is open, what is behind it is not there for anybody, screen
// readers included. When it goes, the focus goes back to where it was before,
// whoever opened the dialog and however it was closed.
import { useEffect } from "react";

const over = "[role=dialog],[role=menu],[role=listbox]";

const modal = '[role=dialog][aria-modal="true"]';
/** The parts of the frame. The bars below stay: they say what happens to the session and the connection. */
const behind = ".shell > .skip, .shell > .top, .shell > .side, .shell > .main";

export function coverBehind() {
  const covered = document.querySelector(modal) !== null;
  for (const part of document.querySelectorAll<HTMLElement>(behind)) if (part.inert !== covered) part.inert = covered;
}

export function useFocusReturn() {
  useEffect(() => {
    let last: HTMLElement | undefined;
    const heard = (e: FocusEvent) => {
      if (e.target instanceof HTMLElement && !e.target.closest(over)) last = e.target;
    };
    const gone = (n: Node) => n instanceof Element && (n.matches(over) || n.querySelector(over) !== null);
    const watch = new MutationObserver((changes) => {
      coverBehind(); // first: what is inert takes no focus
      if (last?.isConnected && document.activeElement === document.body && changes.some((c) => [...c.removedNodes].some(gone))) last.focus({ preventScroll: true });
    });
    addEventListener("focusin", heard);
    watch.observe(document.body, { childList: true, subtree: true });
    coverBehind();
    return () => (removeEventListener("focusin", heard), watch.disconnect());
  }, []);
}
