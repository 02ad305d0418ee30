import { expect, test } from "vitest";
import { onState } from "./onstate";

test("a lost connection is said from when to when, whatever is tried in between", () => {
  const t = (s: number) => new Date(s * 1000);
  let now = { state: "off" as const, ...onState({ state: "off" }, "connecting", t(1)) };
  expect(now.gap).toBeUndefined();
  for (const [state, at] of [["live", 2], ["waiting", 10], ["connecting", 11], ["waiting", 12], ["connecting", 14], ["live", 15]] as const) now = { ...now, ...onState(now, state, t(at)) };
  expect(now).toMatchObject({ since: t(2), gap: { from: t(10), to: t(15) } });
  now = { ...now, ...onState(now, "waiting", t(30)) };
  expect(now.gap).toEqual({ from: t(30) });
});
