import { expect, test } from "vitest";
import { parseExact } from "@/api/exact";
import { fieldOf, lasts, marksOf, outcomeFields, outcomePlace, outcomeValue, percent, rulesIn, sameName, seenWords, stepWords, valueOf, why, wouldBe } from "./logic";

test("why names the rules, what was done and what the policy denied", () => {
  const d = { threat_level: "high", score: 90, gating: "allow", action_taken: "blocked", policy: { allow: false, reasons: ["ring"], hash: "", outcome: "ok", version: "1" }, explain: { trace: [{ rule: "rule:a", title: "Brute force", matched: true, points: 90 }] } };
  expect(why(d as never)).toEqual(["A high threat, because one rule fired: Brute force.", "The target was blocked.", "The policy denies what the event itself did: ring."]);
  expect(why({ ...d, threat_level: "none", action_taken: "log_only", policy: { ...d.policy, allow: true }, explain: {} } as never)).toEqual(["No threat: no rule fired.", "It was logged; nothing was done."]);
  const none = { rule: "rule:default_allow", title: "No rule fired", matched: true, points: 0 };
  expect(why({ ...d, threat_level: "none", explain: { trace: [none] } } as never)[0]).toBe("No threat: no rule fired.");
  expect(rulesIn([none, { ...none, rule: "rule:b" }]).map((t) => t.rule)).toEqual(["rule:b"]);
});

test("matched values are found in the event, under a like name", () => {
  const event = { event_type: "auth", payload: { failed_auths: 7, other: 7, src_ip: "203.0.113.9", list: ["x/y"] } };
  const trace: Parameters<typeof marksOf>[1] = [{ rule: "rule:a", title: "A", matched: true, values: { event_type: "auth", fail_count: "7", ip: "203.0.113.9", "window.failed": "7", path: "x/y" } }, { rule: "rule:b", title: "B", matched: false, values: { event_type: "auth" } }];
  expect(marksOf(event, trace)).toEqual([["/event_type", "A: event_type"], ["/payload/failed_auths", "A: fail_count"], ["/payload/src_ip", "A: ip"], ["/payload/list/0", "A: path"]]);
});

test("what would have changed it is a sentence", () => {
  const block = [{ action: "block_ip" }] as never;
  const c = { change: "there were no source address", new_gating: "allow" as const, new_threat_level: "high" as const };
  expect(wouldBe(c, { threat_level: "high", gating: "allow", mitigations: block })).toBe("If there were no source address, it would still be a high threat, and nothing would wait for a person.");
  expect(wouldBe(c, { threat_level: "critical", gating: "require_approval", mitigations: block })).toBe("If there were no source address, it would be a high threat, and what is proposed would be done at once, without a person.");
  expect(wouldBe({ ...c, new_gating: "reject", new_threat_level: "none" }, { threat_level: "high", gating: "allow", mitigations: block })).toBe("If there were no source address, it would be no threat, and what is proposed would be refused.");
});

test("fields and values of what changed in words", () => {
  const titles = new Map([["sigma:1", "LSASS read"]]);
  expect([valueOf("gating", "require_approval"), valueOf("action_taken", "log_only"), valueOf("rules_triggered", "rule:default_allow"), valueOf("rules_triggered", "sigma:1, rule:x", titles), valueOf("score", ""), fieldOf("action_taken"), fieldOf("score")]).toEqual(["waits for approval", "logged", "no rule", "LSASS read; rule:x", "none", "what was done", "score"]);
  expect(stepWords("block_ip 203.0.113.77 waits, gating require_approval")).toBe("block ip 203.0.113.77 waits, waits for approval");
});

test("how unusual it was, in words", () => {
  const f = { learning: false, seen: 0, total: 0, rarity: 1 };
  expect([f, { ...f, learning: true, total: 1200 }, { ...f, seen: 1, total: 12, rarity: 0.5 }].map(seenWords)).toEqual(["nothing to compare with yet, rarity 1.00", "not seen in 1,200 before; still learning", "seen 1 time in 12, rarity 0.50"]);
  expect([0, 0.39, 0.925, 1].map(percent)).toEqual(["0 %", "39 %", "93 %", "100 %"]);
});

test("like names", () => {
  expect(sameName("fail_count", "failed_auths")).toBe(true);
  expect(sameName("user", "src_ip")).toBe(false);
});

test("how long a mitigation lasts", () => {
  expect([0, 90, 120, 3600, 172_800].map(lasts)).toEqual(["until revoked", "90 s", "2 min", "1 h", "2 d"]);
});

test("places and values of an outcome in words", () => {
  expect(["level", "mitigations[0].gating", "policy.reasons[1]", "tie_d.user_impact"].map(outcomePlace)).toEqual(["level", "mitigation 1, gating", "policy, reason 2", "tie d, user impact"]);
  expect([undefined, null, "", 0, false, "x", { a: 1 }].map(outcomeValue)).toEqual(["not there", "none", "none", "0", "false", "x", '{"a":1}']);
});

test("what weighs comes first, and another ruleset is no difference where it was asked for", () => {
  const all = ["brief", "ruleset.hash", "score", "trace[0].points", "level"].map((path) => ({ path }));
  expect(outcomeFields(all, true).map((f) => f.path)).toEqual(["level", "score", "brief", "trace[0].points"]);
  expect(outcomeFields(all, false).map((f) => f.path)).toEqual(["level", "score", "brief", "ruleset.hash", "trace[0].points"]);
});

test("a number that JavaScript would round is found where it stands, and said whole", () => {
  const event = parseExact('{"payload":{"account":9007199254740993}}');
  expect(marksOf(event, [{ rule: "r", title: "Odd account", matched: true, values: { account: "9007199254740993" } }])).toEqual([["/payload/account", "Odd account: account"]]);
  expect(outcomeValue({ n: (event as { payload: object }).payload })).toBe('{"n":{"account":9007199254740993}}');
});
