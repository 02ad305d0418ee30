import { expect, test, vi } from "vitest";
import { aboutWords, atOnce, collector } from "./aboutlogic";

const block = { action: "block_ip", target: "192.0.2.1", target_kind: "ip", ttl: 60, gating: "allow" as const };

test("whom it is against comes first, then who else is named", () => {
  const subjects = [{ kind: "ip" as const, value: "192.0.2.1" }, { kind: "user" as const, value: "ann" }, { kind: "host" as const, value: "dc1" }];
  expect(aboutWords({ subjects, mitigations: [block, block] })).toEqual({ main: "192.0.2.1", rest: "ann, dc1" });
  expect(aboutWords({ subjects, mitigations: [] })).toEqual({ main: "dc1", rest: "ann, 192.0.2.1" });
  expect(aboutWords({ subjects: [], mitigations: [] })).toEqual({ main: "", rest: "" });
});

test("many questions are one request, at most so many at once, the newest first", async () => {
  vi.useFakeTimers();
  const asked: string[][] = [];
  const ask = collector<string>(async (ids) => (asked.push(ids), new Map(ids.filter((i) => i !== "7").map((i) => [i, `about ${i}`]))));
  const answers = Array.from({ length: atOnce + 20 }, (_, i) => ask(String(i)));
  const twice = ask("3");
  await vi.runAllTimersAsync();
  const got = await Promise.all(answers);
  expect(asked.map((a) => a.length)).toEqual([atOnce, 20]);
  expect(asked[0]).toContain(String(atOnce + 19));
  expect([got[3], await twice, got[7]]).toEqual(["about 3", "about 3", null]);
  vi.useRealTimers();
});

test("a request that failed fails those who asked, not those after it", async () => {
  let n = 0;
  const ask = collector<string>(async (ids) => {
    if (n++ === 0) throw new Error("away");
    return new Map(ids.map((i) => [i, i]));
  }, 0);
  await expect(ask("a")).rejects.toThrow("away");
  expect(await ask("b")).toBe("b");
});
