// When a dialog goes, the focus goes back to where it was before, whoever
// opened the dialog and however it was closed.
import { useEffect } from "react";

const over = "[role=dialog],[role=menu],[role=listbox]";

export function useFocusReturn() {
  useEffect(() => {
    let last: HTMLElement | undefined;
    const heard = (e: FocusEvent) => {
      if (e.target instanceof HTMLElement && !e.target.closest(over)) last = e.target;
    };
    const gone = (n: Node) => n instanceof Element && (n.matches(over) || n.querySelector(over) !== null);
    const watch = new MutationObserver((changes) => {
      if (last?.isConnected && document.activeElement === document.body && changes.some((c) => [...c.removedNodes].some(gone))) last.focus({ preventScroll: true });
    });
    addEventListener("focusin", heard);
    watch.observe(document.body, { childList: true, subtree: true });
    return () => (removeEventListener("focusin", heard), watch.disconnect());
  }, []);
}
