// Edit mode: the console only reads until somebody says that they want to change
// something, and why. The reason lives as long as the tab.
import { createContext, useCallback, useContext, useLayoutEffect, useMemo, useState, type ReactNode } from "react";
import { sayReason } from "@/api/reason";

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

/** `whose` keeps one person's reason from the next in the same tab. */
export function EditProvider({ whose, children }: { whose: string; children: ReactNode }) {
  const place = `frostgate.edit-reason.${whose}`;
  const [reason, setReason] = useState(() => sessionStorage.getItem(place) ?? "");
  const [asking, setAsking] = useState(false);
  useLayoutEffect(() => {
    sayReason(reason);
    return () => sayReason("");
  }, [reason]);
  const start = useCallback((text: string) => {
    sessionStorage.setItem(place, text);
    setReason(text);
    setAsking(false);
  }, [place]);
  const stop = useCallback(() => {
    sessionStorage.removeItem(place);
    setReason("");
  }, [place]);
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
