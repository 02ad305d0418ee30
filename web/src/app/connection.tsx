// Says when the server is away that what is seen is old, and asks for it anew
// when the server is back.
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { connection, lost, reached } from "@/api/connection";
import { clockTime } from "@/ui/format";
import { Icon } from "@/ui/icons";
import { knocking } from "./knocking";

/** Whether the server answers, and is done with starting. */
async function knock() {
  try {
    const res = await fetch("/health/ready", { cache: "no-store" });
    if (res.ok) reached();
    else lost();
  } catch {
    lost();
  }
}

export function Connection() {
  const client = useQueryClient();
  const { since, last } = useSyncExternalStore(connection.listen, connection.now);
  const away = since !== undefined;
  const was = useRef(false);
  const pace = useRef({ wait: 1000, back: 0 });
  const [asking, setAsking] = useState(false);
  const look = useCallback(async () => {
    setAsking(true);
    await knock();
    setAsking(false);
  }, []);
  useEffect(() => {
    if (!away) {
      pace.current.back = Date.now();
      if (was.current) void client.invalidateQueries({ type: "active", predicate: (q) => q.queryKey[0] !== "session" });
      was.current = false;
      return;
    }
    was.current = true;
    // Where it comes and goes, it is not asked for everything each second.
    if (Date.now() - pace.current.back > 30_000) pace.current.wait = 1000;
    const stop = knocking(look, pace.current);
    const online = () => void look();
    addEventListener("online", online);
    return () => (stop(), removeEventListener("online", online));
  }, [away, client, look]);
  if (!away) return null;
  return (
    <div className="quiet-banner" role="status">
      <Icon name="alert" size={14} />
      <span>Can’t reach the server since {clockTime(new Date(since))}.{last !== undefined && <> What you see is from {clockTime(new Date(last))} or before.</>} It is tried again by itself.</span>
      <Button variant="default" size="compact-sm" loading={asking} onClick={() => void look()}>Try now</Button>
    </div>
  );
}
