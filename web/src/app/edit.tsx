// Edit mode: the console only reads until somebody says that they want to change
// something, and why. The reason lives as long as the tab.
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from "react";

interface EditMode {
  on: boolean;
  reason: string;
  asking: boolean;
  /** Opens the question for a reason. */
  ask: () => void;
  cancel: () => void;
  start: (reason: string) => void;
  stop: () => void;
}

const Edit = createContext<EditMode | null>(null);
const place = "frostgate.edit-reason";

export function EditProvider({ children }: { children: ReactNode }) {
  const [reason, setReason] = useState(() => sessionStorage.getItem(place) ?? "");
  const [asking, setAsking] = useState(false);
  const start = useCallback((text: string) => {
    sessionStorage.setItem(place, text);
    setReason(text);
    setAsking(false);
  }, []);
  const stop = useCallback(() => {
    sessionStorage.removeItem(place);
    setReason("");
  }, []);
  const ask = useCallback(() => setAsking(true), []);
  const cancel = useCallback(() => setAsking(false), []);
  const value = useMemo(() => ({ on: reason !== "", reason, asking, ask, cancel, start, stop }), [reason, asking, ask, cancel, start, stop]);
  return <Edit.Provider value={value}>{children}</Edit.Provider>;
}

export function useEdit(): EditMode {
  const e = useContext(Edit);
  if (!e) throw new Error("no edit mode here");
  return e;
}
