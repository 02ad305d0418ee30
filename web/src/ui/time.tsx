// A point in time: local, with the exact UTC on hover and focus.
import { Text, Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { ago, localTime } from "./format";

/** `relative` says how long ago; `exact` in full only. */
export function Time({ at, relative = false }: { at?: string | null; relative?: boolean }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (!relative) return;
    const t = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(t);
  }, [relative]);
  if (!at) return <Text span c="dimmed" inherit>never</Text>;
  const d = new Date(at);
  const text = relative ? ago(d, now) : localTime(d);
  return (
    <Tooltip label={<>{relative && <>{localTime(d)} here<br /></>}{at.replace("T", " ").replace("Z", "")} UTC</>}>
      <time dateTime={at} className="time">{text}</time>
    </Tooltip>
  );
}
