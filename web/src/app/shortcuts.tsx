// Keys of the screen that is open, in one place so that `?` can list them.
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { typeahead } from "./typeahead";

export interface Shortcut {
  /** "j", "Enter", "mod+k", or two keys after each other: "g d". */
  keys: string;
  label: string;
  run: (e: KeyboardEvent) => void;
  /** The group in the list of keys. */
  group?: string;
}

interface Registry {
  list: Map<symbol, Shortcut[]>;
  changed: () => void;
  version: number;
}
const Keys = createContext<Registry | null>(null);

/** Where a key types text, it is no shortcut. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.closest("[role=menu],[role=listbox],[role=dialog]") !== null;
}

/** What a key event is called here; empty for a modifier by itself. */
export function nameOf(e: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): string {
  if (["Shift", "Control", "Alt", "Meta"].includes(e.key)) return "";
  const key = e.key === " " ? "Space" : e.key.length === 1 ? e.key.toLowerCase() : e.key;
  return `${e.ctrlKey || e.metaKey ? "mod+" : ""}${e.altKey ? "alt+" : ""}${key}`;
}

export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const [version, setVersion] = useState(0);
  const list = useRef(new Map<symbol, Shortcut[]>()).current;
  const value = useMemo(() => ({ list, version, changed: () => setVersion((v) => v + 1) }), [list, version]);
  const first = useRef("");
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const name = nameOf(e);
      if (!name || e.defaultPrevented || isTyping(e.target)) return;
      if (typeahead.press(e)) {
        first.current = "";
        // Tab, Escape and the like keep what they do in the browser and in dialogs.
        if (name.length === 1 || name === "Space" || name === "mod+k") e.preventDefault();
        return;
      }
      const both = `${first.current} ${name}`;
      const known = [...list.values()].flat();
      const hit = known.findLast((s) => s.keys === both) ?? known.findLast((s) => s.keys === name);
      first.current = "";
      if (hit) {
        e.preventDefault();
        hit.run(e);
      } else if (known.some((s) => s.keys.startsWith(`${name} `))) {
        first.current = name;
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [list]);
  return <Keys.Provider value={value}>{children}</Keys.Provider>;
}

/** Adds keys while the component is shown. The last that took a key has it. */
export function useShortcuts(shortcuts: Shortcut[]) {
  const registry = useContext(Keys);
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const shape = shortcuts.map((s) => `${s.keys}\n${s.label}`).join("\n");
  const changed = registry?.changed;
  const list = registry?.list;
  useEffect(() => {
    if (!list || !changed) return;
    const id = Symbol("shortcuts");
    list.set(id, latest.current.map((s, i) => ({ ...s, run: (e) => latest.current[i]?.run(e) })));
    changed();
    return () => {
      list.delete(id);
      changed();
    };
    // `changed` is new with each version; the keys' shape is what matters.
  }, [list, shape]);
}

export function useAllShortcuts(): Shortcut[] {
  const registry = useContext(Keys);
  return registry ? [...registry.list.values()].flat() : [];
}
