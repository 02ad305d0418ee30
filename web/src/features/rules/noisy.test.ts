import { expect, test } from "vitest";
import type { Schemas } from "@/api/client";
import { leavingOut, lineOf, linesIn, mostHit, versionAt, withScenarios } from "./noisy";

const brute = { mitigations: [{ action: "block_ip", target: "src_ip", ttl: ["1h"] }] };
const about = (...targets: [action: string, kind: string, target: string][]): Schemas["DecisionAbout"] => ({ decision_id: "x", subjects: [{ kind: "user", value: "root" }], mitigations: targets.map(([action, target_kind, target]) => ({ action, target_kind, target, ttl: 60, gating: "allow" })) });

test("who is hit most is told by what the scenario itself proposes, once a decision", () => {
  const list = [about(["block_ip", "ip", "192.0.2.1"]), about(["block_ip", "ip", "192.0.2.2"], ["block_ip", "ip", "192.0.2.2"]), about(["block_ip", "ip", "192.0.2.2"], ["isolate_host", "host", "db-1"]), about()];
  expect(mostHit(list, brute)).toEqual([{ kind: "ip", value: "192.0.2.2", decisions: 2 }, { kind: "ip", value: "192.0.2.1", decisions: 1 }]);
  expect(mostHit(list, { mitigations: [] })).toEqual([]);
});

test("a condition that leaves somebody out", () => {
  const hit = [{ kind: "host", value: "db-1", decisions: 9 }, { kind: "ip", value: "192.0.2.2", decisions: 3 }, { kind: "ip", value: "192.0.2.3", decisions: 2 }];
  expect(leavingOut(brute, hit)).toBe('src_ip != "192.0.2.2" && ( … )');
  expect(leavingOut(brute, hit.slice(0, 1))).toBe('src_ip != "192.0.2.10" && ( … )');
  expect(leavingOut({ mitigations: [{ action: "isolate_host", target: "host", ttl: [] }, ...brute.mitigations] }, hit)).toBe('host != "db-1" && ( … )');
  expect(leavingOut({ mitigations: [] })).toBe('user != "backup" && ( … )');
});

test("where a scenario stands in the document, and which lines a refusal names", () => {
  const text = 'windows:\n  - name: rule:b\nscenarios:\n  - id: rule:bb\n    points: 1\n  - id: "rule:b" # ours\n';
  expect([lineOf(text, "rule:b"), lineOf(text, "rule:bb"), lineOf(text, "rule:c"), lineOf(text, undefined)]).toEqual([6, 4, undefined, undefined]);
  expect([...linesIn("scenario document, line 183, scenarios/1/when: Syntax error")]).toEqual([183]);
  expect([...linesIn("scenario document: is empty")]).toEqual([]);
});

test("the ruleset in force with other scenarios keeps all its other documents", () => {
  const part = (kind: string, name: string) => ({ hash: `${kind}${name}`, kind, name, version: "2" });
  const r = { name: "default", version: "2", documents: [part("policy", "default"), part("scenarios", "default")], detections: [{ ...part("detections", "builtin"), rules: 7 }, part("tuning", "tuning")] } as unknown as Schemas["RulesetView"];
  expect(withScenarios(r, "text", "own-1")).toEqual({
    name: "default", version: "own-1", documents: [{ kind: "scenarios", name: "default", version: "own-1", content: "text" }], refs: [part("policy", "default"), part("detections", "builtin"), part("tuning", "tuning")],
  });
  expect(versionAt(new Date("2026-03-01T14:05:59Z"))).toBe("own-20260301-1405");
});
