// Edit mode: the console only reads until somebody says that they want to change
// something, and why. The reason lives as long as the
// tab and the sign-in.
import { createContext, useCallback, useContext, useLayoutEffect, useMemo, useState, type ReactNode } from "react";
import { keepReason, keptReason, sayReason } from "@/api/reason";
import { theSignIn } from "./session";

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
  const [reason, setReason] = useState(() => keptReason(whose, theSignIn()));
  const [asking, setAsking] = useState(false);
  useLayoutEffect(() => {
    sayReason(reason);
    return () => sayReason("");
  }, [reason]);
  const start = useCallback((text: string) => {
    keepReason(whose, theSignIn(), text);
    setReason(text);
    setAsking(false);
  }, [whose]);
  const stop = useCallback(() => {
    keepReason(whose, "", "");
    setReason("");
  }, [whose]);
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
