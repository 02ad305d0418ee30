// A point in time: local, with the exact UTC on hover and focus.
import { Text } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { ago, localTime } from "./format";
import { Tip } from "./tip";

// One clock for all of them.
let now = Date.now();
let ticking: ReturnType<typeof setInterval> | undefined;
const heard = new Set<() => void>();
const tick = () => {
  now = Date.now();
  heard.forEach((f) => f());
};
const listen = (f: () => void) => {
  if (heard.size === 0) (now = Date.now()), (ticking = setInterval(tick, 30_000));
  heard.add(f);
  return () => {
    heard.delete(f);
    if (heard.size === 0) clearInterval(ticking);
  };
};
const still = () => () => undefined;

/** `relative` says how long ago, `day` only the day; without, the time in full. */
export function Time({ at, relative = false, day = false }: { at?: string | null; relative?: boolean; day?: boolean }) {
  const seen = useSyncExternalStore(relative ? listen : still, () => (relative ? now : 0));
  if (!at) return <Text span c="dimmed" inherit>never</Text>;
  const d = new Date(at);
  // What came after the last tick is not of the future.
  const text = relative ? ago(d, new Date(Math.max(seen, Math.min(d.getTime(), Date.now())))) : day ? localTime(d).slice(0, 10) : localTime(d);
  return (
    <Tip label={<>{(relative || day) && <>{localTime(d)} here<br /></>}{at.replace("T", " ").replace("Z", "")} UTC</>}>
      <time dateTime={at} className="time">{text}</time>
    </Tip>
  );
}
