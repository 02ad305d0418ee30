import { expect, test } from "vitest";
import { correlationWords, spanWords, windowSentence, type Window } from "./counted";

test("spans and correlations in words", () => {
  expect([spanWords("10m0s"), spanWords("1h0m0s"), spanWords("168h"), spanWords("90s"), spanWords("x")]).toEqual(["10 minutes", "1 hour", "7 days", "90 seconds", "x"]);
  const c = { type: "event_count", rules: [], rule_titles: [], group_by: ["User"], needs: ["gte 3"], timespan: "5m0s", quiet: false };
  expect(correlationWords(c)).toBe("At least 3 hits of the rules below with the same User within 5 minutes.");
  expect(correlationWords({ ...c, type: "value_count", field: "Host", needs: ["gt 9"] })).toBe("More than 9 different values of Host in hits of the rules below with the same User within 5 minutes.");
  expect(correlationWords({ ...c, type: "value_avg", field: "Size", needs: ["gt 9", "lte 20"] })).toBe("The average of Size in hits of the rules below with the same User is more than 9 and at most 20 within 5 minutes.");
});

const step = (n: number) => ({ detections: [], count: n });
const base: Window = { name: "w", kind: "count", event_types: [], detections: [], key: ["src_ip"], span: "30m", needs: ">= 5", steps: [] };
const say = (w: Partial<Window>) => windowSentence({ ...base, ...w });

test.each<[string, Partial<Window>, string]>([
  ["from the first event on", { key: ["payload.userIdentity.accessKeyId | host"] }, "At least 5 events for the same access key or host within 30 minutes of the first one."],
  ["one event", { needs: "== 1" }, "Exactly 1 event for the same source address within 30 minutes of the first one."],
  ["no number", { needs: undefined }, "How many events come for the same source address within 30 minutes of the first one."],
  ["sliding", { kind: "sliding", needs: "> 4" }, "More than 4 events for the same source address within 30 minutes."],
  ["leaky", { kind: "leaky", limit: 60, span: "1m", needs: ">= 20" }, "At least 20 events for the same source address more than run off, which are 60 in 1 minute."],
  ["distinct", { kind: "distinct", of: "user", needs: ">= 10" }, "At least 10 different users for the same source address within 30 minutes."],
  ["distinct, of what has no word", { kind: "distinct", of: "payload.sessionHash", needs: ">= 1" }, "At least 1 different value of session hash for the same source address within 30 minutes."],
  ["distinct, wherever an event has it", { kind: "distinct", of: "payload.src_country | payload.location.countryOrRegion", key: ["payload.Event.EventData.SourceIp | src_ip", "payload.dst_ip | payload.destination.ip"], needs: ">= 2" }, "At least 2 different countries for the same source address and destination address within 30 minutes."],
  ["ratio is in thousandths", { kind: "ratio", needs: ">= 305", least_events: 20 }, "At least 30.5% of the events for the same source address within 30 minutes are hits, counted from 20 events on."],
  ["sequence", { kind: "sequence", steps: [step(5), step(1)], needs: ">= 2" }, "5 events of step 1, then 1 of step 2, for the same source address within 30 minutes."],
  ["the number of a sequence is of steps", { kind: "sequence", steps: [step(1), step(3), step(1)], needs: "> 1" }, "1 event of step 1, then 3 of step 2, for the same source address within 30 minutes."],
  ["a sequence in its steps’ own words", { kind: "sequence", needs: ">= 2", key: ["host", "user"], span: "1h", steps: [{ detections: [], count: 1, when: 'payload.action == "user_added"' }, { detections: [], count: 3, when: 'payload.group in ["sudo", "wheel"]' }] }, "An event where an account is made, then 3 where the group is “sudo” or “wheel”, for the same host and user within 1 hour."],
  ["a step that only its condition says goes by its number", { kind: "sequence", needs: ">= 2", steps: [{ detections: [], count: 1, when: 'payload.action == "user_added"' }, { detections: ["9f1c"], count: 2, when: "true" }] }, "An event where an account is made, then 2 of step 2, for the same source address within 30 minutes."],
  ["all_of in its steps’ own words", { kind: "all_of", needs: ">= 2", steps: [{ detections: [], count: 1, when: 'user == "root"' }, { detections: [], count: 2, when: "fail_count == 0" }] }, "All 2 steps, in any order, for the same source address within 30 minutes: an event where the user is “root”; 2 events where no failure is counted."],
  ["a sequence that is not over", { kind: "sequence", steps: [step(1), step(1)], needs: "< 2" }, "Less than 2 of 2 steps, in their order, for the same source address within 30 minutes."],
  ["all_of", { kind: "all_of", steps: [step(1), step(1), step(1)], needs: "== 3", key: ["user", "host"] }, "All 3 steps, in any order, for the same user and host within 30 minutes."],
  ["some of all_of", { kind: "all_of", steps: [step(1), step(1), step(1)], needs: ">= 2" }, "At least 2 of 3 steps, in any order, for the same source address within 30 minutes."],
  ["at most some of all_of", { kind: "all_of", steps: [step(1), step(1)], needs: "<= 1" }, "At most 1 of 2 steps, in any order, for the same source address within 30 minutes."],
  ["first seen", { kind: "first_seen", of: "payload.country", key: ["user"], span: "720h", learn: "168h", needs: "== 1" }, "A country that was not seen within 30 days for the same user; it is told once the user is known for 7 days."],
  ["first seen of the key itself", { kind: "first_seen", span: "720h", needs: "> 0" }, "A source address that was not seen within 30 days."],
  ["seen before", { kind: "first_seen", of: "user", span: "720h", needs: "== 0" }, "A user that was already seen within 30 days for the same source address."],
  ["sum", { kind: "sum", of: "payload.bytes_out", needs: ">= 1000000" }, "The sum of bytes out for the same source address within 30 minutes is at least 1,000,000."],
  ["average", { kind: "average", of: "payload.bytes", needs: "< 3" }, "The average of bytes for the same source address within 30 minutes is less than 3."],
  ["median", { kind: "median", of: "payload.bytes", percent: 50, needs: "!= 3" }, "The median of bytes for the same source address within 30 minutes is other than 3."],
  ["percentile", { kind: "percentile", of: "payload.bytes", percent: 95, needs: "<= 3" }, "The 95th percentile of bytes for the same source address within 30 minutes is at most 3."],
  ["another percentile", { kind: "percentile", of: "payload.bytes", percent: 81, needs: undefined }, "The 81st percentile of bytes for the same source address within 30 minutes."],
])("what a window counts: %s", (_, w, want) => {
  expect(say(w)).toBe(want);
});
