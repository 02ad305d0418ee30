// Says before the session ends that it will, so that nobody is surprised by it.
import { Button } from "@mantine/core";
import { createContext, useContext, useEffect, useState } from "react";
import { clockTime } from "@/ui/format";
import { Icon } from "@/ui/icons";
import { useIdentity } from "./session";

const Renew = createContext<() => void>(() => undefined);
export const RenewSession = Renew.Provider;

const warning = 15 * 60_000;

/** Whether to warn now, and in how many ms to look again. */
export function endingAt(ends: number, now: number): { warn: boolean; again?: number } {
  const left = ends - now;
  if (left <= 0) return { warn: false };
  // A timer can't wait longer than 24.8 days.
  return left <= warning ? { warn: true, again: left } : { warn: false, again: Math.min(left - warning, 86_400_000) };
}

export function Ending() {
  const { expires_at } = useIdentity();
  const renew = useContext(Renew);
  const [warn, setWarn] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const { warn: soon, again } = endingAt(Date.parse(expires_at), Date.now());
      setWarn(soon);
      if (again !== undefined) timer = setTimeout(look, again + 50);
    };
    look();
    return () => clearTimeout(timer);
  }, [expires_at]);
  if (!warn) return null;
  return (
    <div className="quiet-banner" role="status">
      <Icon name="clock" size={14} />
      <span>Your session ends at {clockTime(new Date(expires_at))}. What you have open and typed stays when you sign in again.</span>
      <Button variant="default" size="compact-sm" onClick={renew}>Sign in again</Button>
    </div>
  );
}
