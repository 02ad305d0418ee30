import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { conditionWords } from "./condition";
import { differentWords, fieldWord, keyWord } from "./fieldwords";

test.each<[string, string | undefined]>([
  ['has(payload.action) && payload.action == "user_added" && payload.outcome == "success"', "an account is made and the outcome is “success”"],
  ['fail_count >= 1 || (has(payload.outcome) && payload.outcome == "failure")', "at least one failure is counted or the outcome is “failure”"],
  ['src_ip != "" && fail_count <= 1 && (fail_count == 1 || (has(payload.outcome) && payload.outcome == "failure"))', "there is a source address and the count of failures is at most 1 and either one failure is counted or the outcome is “failure”"],
  ['payload.eventName == "AttachUserPolicy" && payload.requestParameters.policyArn.endsWith("/AdministratorAccess") || payload.eventName == "AddUserToGroup" && payload.requestParameters.groupName.matches("(?i)admin")', "the API call is “AttachUserPolicy” and the policy ends with “/AdministratorAccess”, or the API call is “AddUserToGroup” and the group contains “admin”, in small or capital letters"],
  ['(has(payload.Event) ? payload.Event.TargetSid : has(payload.TargetSid) ? payload.TargetSid : payload.event_data.TargetSid).matches("-(544|512)$")', "the target’s SID ends with -544 (Administrators) or -512 (Domain Admins)"],
  ["has(payload.cmd) && fail_count == 0", "there is a cmd and no failure is counted"],
  ["host != 'db-1' && payload.bytes > 10", "the host is not “db-1” and the bytes is more than 10"],
  ['has(payload.a) && (payload.a == "1" || payload.a == "2" && payload.b == "3")', "the a is “1”, or the a is “2” and the b is “3”"],
  ['has(payload.x) && payload.x != ""', "there is a x"],
  ['has(payload.Event) && payload.Event.name == "y" && src_ip == ""', "the name is “y” and there is no source address"],
  // What can't be said exactly is not said.
  ['!(user == "root")', undefined],
  ["(a == 1 || b == 2) && (c == 3 || d == 4)", undefined],
  ["(user == \"x\" ? payload.a.TargetSid : payload.TargetSid) == \"y\"", undefined],
  ['rules["x"] && user == "y"', undefined],
  ["size(payload.list) > 3", undefined],
  // An event without the field doesn't fit, and the words would say that it does.
  ['has(payload.a) && (payload.a == "1" || payload.b == "2")', undefined],
  ['(has(payload.b) ? payload.b.TargetSid : payload.TargetSid) == "y" && has(payload.TargetSid)', undefined],
  ['has(payload.x) && payload.x != "y"', undefined],
  ['has(payload.x) && payload.x == ""', undefined],
  ['payload.x != "y"', undefined],
  ["user ==", undefined],
  ["true", undefined],
  ["", undefined],
])("a condition in words: %s", (cel, want) => {
  expect(conditionWords(cel)).toBe(want);
});

test("fields by the names that people have for them", () => {
  expect([fieldWord("payload.recipientAccountId").word, fieldWord("payload.session.id").word, fieldWord("payload.src_bytesOut").word]).toEqual(["AWS account", "session", "source bytes out"]);
  expect(keyWord("payload.MemberSid | payload.TargetSid").word).toBe("account (by its SID)");
  expect(keyWord("payload.accessKeyId | payload.session_id | payload.session.id").word).toBe("access key or session");
  expect([differentWords("src_ip", 3), differentWords("payload.country", 1), differentWords("payload.hash", 2)]).toEqual(["different source addresses", "different country", "different values of hash"]);
});

test("every step of the built-in scenarios is told in words", () => {
  const yaml = readFileSync(resolve(import.meta.dirname, "../../../../internal/governance/defaults/scenarios.yaml"), "utf8");
  const steps = [...yaml.matchAll(/^      - when: (?:>-\n((?: {10}.*\n)+)|(.+)\n)/gm)].map((m) => (m[1] ?? m[2]!).replace(/\s+/g, " ").trim());
  expect(steps).toHaveLength(8);
  expect(steps.filter((s) => conditionWords(s) === undefined)).toEqual([]);
});
