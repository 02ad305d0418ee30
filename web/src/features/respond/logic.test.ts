import { describe, expect, it } from "vitest";
import { actionOf, asked, coverInWords, endAt, headline, historyAsk, left, sentenceOf, stateOf, valueProblem, type Cover } from "./logic";

describe("what is in force", () => {
  it("is said in one sentence", () => {
    const a = (action: string, targets: number) => ({ action, targets, enforcements: targets });
    expect(headline({ actions: [] })).toBe("Nothing is in force now.");
    expect(headline({ actions: [a("block_ip", 1)] })).toBe("1 address is blocked.");
    expect(headline({ actions: [a("block_ip", 1200), a("isolate_host", 2), a("require_mfa", 1)] })).toBe("1,200 addresses are blocked, 2 hosts are isolated and 1 account needs MFA.");
    expect(headline({ actions: [a("quarantine_mail", 2)] })).toBe("2 targets are under “quarantine mail”.");
  });
  it("counts down", () => {
    expect([500, 59_000, 60_000, 3_599_000, 3_600_000, 90_000_000, -5].map(left)).toEqual(["1 s", "59 s", "1 min 00 s", "59 min 59 s", "1 h 0 min", "1 d 1 h", "0 s"]);
  });
  it("has a state by its times", () => {
    const now = Date.parse("2026-03-01T12:00:00Z");
    const e = (expires_at: string, revoked_at?: string) => stateOf({ created_at: "2026-03-01T11:00:00Z", expires_at, revoked_at }, now);
    expect([e("2026-03-01T12:00:01Z"), e("2026-03-01T12:00:00Z"), e("2026-03-01T13:00:00Z", "2026-03-01T11:30:00Z"), e("2026-03-01T11:00:00Z")]).toEqual(["in force", "expired", "revoked", "done"]);
  });
  it("says what FrostGate does, not what a device may do", () => {
    expect(asked("block_ip")).toBe("FrostGate answers “block” to whoever asks (firewalls, agents); none has reported back.");
    expect(actionOf("block_ip").means).toMatch(/is to be/);
  });
  it("has words for actions nobody told it of", () => {
    expect(sentenceOf("block_ip", "192.0.2.1")).toBe("block 192.0.2.1");
    expect(actionOf("quarantine_mail").label).toBe("Quarantine mail");
  });
});

describe("a value for the allow-list", () => {
  it("is refused in plain words when it can't be right", () => {
    expect(valueProblem("ip", "192.0.2.0/24")).toMatch(/choose the kind Network/);
    expect(valueProblem("ip", "office")).toMatch(/no IP address/);
    expect(valueProblem("ip", "192.0.2.300")).toMatch(/no IP address/);
    expect(valueProblem("range", "192.0.2.0")).toMatch(/needs its length/);
    expect(valueProblem("range", "net/24")).toMatch(/no network/);
    expect(valueProblem("country", "Switzerland")).toMatch(/two letters/);
    expect(valueProblem("asn", "AS0")).toMatch(/AS number/);
    expect(valueProblem("host", "a b")).toMatch(/no spaces/);
  });
  it("is left to the server when it may be right", () => {
    for (const [kind, value] of [["ip", "192.0.2.1"], ["ip", "2001:db8::1"], ["ip", "::ffff:192.0.2.1"], ["ip", " "], ["range", "10.0.0.0/8"], ["range", "2001:db8::/32"], ["country", "ch"], ["asn", "as64500"], ["asn", "64500"], ["user", "a b"], ["host", "web-1"]] as const) expect(valueProblem(kind, value), value).toBeUndefined();
  });
  it("has an end, or none", () => {
    const now = Date.parse("2026-03-01T12:00:00Z");
    expect(endAt("week", "", now)).toBe("2026-03-08T12:00:00.000Z");
    expect(endAt("never", "", now)).toBeUndefined();
    expect(endAt("date", "", now)).toBeUndefined();
    expect(Date.parse(endAt("date", "2026-03-05", now)!)).toBe(new Date("2026-03-05T23:59:59").getTime());
  });
  it("tells what it would have spared", () => {
    const c: Cover = { kind: "ip", value: "192.0.2.1", looked_at: 33, all: true, spared: 25, in_force: 25, targets: [] };
    expect(coverInWords(c)).toEqual({ would: "It would have spared 25 of the 33 enforcements so far.", still: "25 of them are in force: the entry does not end them." });
    expect(coverInWords({ ...c, all: false, looked_at: 20_000, spared: 1, in_force: 0 })).toEqual({ would: "It would have spared 1 of the newest 20,000 enforcements.", still: undefined });
    expect(coverInWords({ ...c, spared: 0, in_force: 0 }).would).toBe("None of the 33 enforcements so far was against it.");
    expect(coverInWords({ ...c, looked_at: 0, spared: 0, in_force: 0 }).would).toMatch(/Nothing was enforced/);
  });
});

it("filters that are not known don't reach the API", () => {
  expect(historyAsk({ state: "revoked", action: "nonsense", q: " 192 " }, "tn_x").query).toEqual({ q: "192", state: "revoked", action: undefined, target_kind: undefined, target: undefined, tenant: "tn_x", limit: 100 });
});
