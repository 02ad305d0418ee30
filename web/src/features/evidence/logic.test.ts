import { describe, expect, test } from "vitest";
import { bundleAsk, bundleCommand, contents, missing, verdictWords, type FileVerdict, type Wish } from "./bundle-logic";
import { holds, keyParts, policyWords, posture, readCheckpoint, subjectOf, witnessState, type Log, type RootStatus } from "./logic";
import { readStatement } from "./statement";

const now = new Date("2026-03-01T12:00:00Z");
const own: Log = { id: "5853819f5013122e", kind: "tenant", origin: "o/5853819f5013122e", size: 10, root: "00", grown_at: "2026-03-01T11:00:00Z", anchored: { size: 10, epoch: 3, at: "2026-03-01T11:00:00Z" }, checked: { at: "2026-03-01T11:59:00Z", by: "pr_x", valid: true, size: 10, rows_to: 10 } };
const status: RootStatus = { origin: "o", size: 100, cosigned_size: 100, quorum: "reached", needed: 1, policy: "one", max_lag: 30, witnesses: [{ name: "one", url: "https://w", vkey: "w+11223344+x", size: 100, last_ok: "2026-03-01T11:59:00Z" }] };

describe("posture", () => {
  test("all is well", () => expect(posture(own, undefined, status, now)).toEqual({ tone: "good", title: "Everything recorded here can be proven", points: [] }));
  test("what is wrong comes first, with the entry", () => {
    const p = posture({ ...own, problem: "the rows give another hash", checked: { ...own.checked!, valid: false, first_bad: 1234, problem: "the stored leaf hash is not that of the entry" } }, undefined, { ...status, quorum: "missed", cosigned_size: 60 }, now);
    expect(p.tone).toBe("critical");
    expect(p.title).toContain("Not everything");
    expect(p.points.map((x) => x.tone)).toEqual(["critical", "critical", "wait"]);
    expect(p.points[1]).toMatchObject({ entry: 1234, text: "The last verification failed at entry 1,234: the stored leaf hash is not that of the entry." });
  });
  test("a forked log of logs", () => expect(posture(own, undefined, { ...status, alarm: "witness one has seen 9 entries" }, now).points[0]?.text).toMatch(/nothing new is anchored/));
  test("witnesses that are behind are no lie about the past", () => {
    const p = posture(own, undefined, { ...status, quorum: "missed", size: 101, witnesses: [{ ...status.witnesses[0]!, error: "connection refused" }] }, now);
    expect(p).toMatchObject({ tone: "wait", title: "Everything recorded here can be proven, but the witnesses are behind" });
    expect(p.points[0]?.text).toBe("The last entry of the log of logs is not witnessed: one does not answer as expected. Decisions go on, and what is recorded is anchored; it becomes witnessed when they are back.");
  });
  test("waiting for an epoch counts only when it takes long", () => {
    expect(posture({ ...own, size: 12 }, undefined, status, now).points[0]?.text).toMatch(/^2 entries wait/);
    expect(posture({ ...own, size: 12, grown_at: now.toISOString() }, undefined, status, now).points).toEqual([]);
  });
});

describe("witnesses", () => {
  const w = status.witnesses[0]!;
  test.each([
    [w, "up to date"], [{ ...w, size: 90 }, "keeps up"], [{ ...w, size: 60 }, "behind"], [{ ...w, error: "refused" }, "no cosignature"], [{ ...w, size: 0, last_ok: undefined }, "not asked yet"],
    [{ ...w, error: "witness one: conflict" }, "contradicts"],
  ])("%j", (of, word) => expect(witnessState(of, status).word).toBe(word));
  test("policy", () => {
    expect(policyWords(status)).toBe("Its cosignature is required.");
    expect(policyWords({ ...status, needed: 0 })).toMatch(/nothing becomes witnessed/);
    expect(policyWords({ ...status, needed: 1, policy: "1 of (a, b)", witnesses: [w, w] })).toBe("At least 1 of 2 must cosign (1 of (a, b)).");
  });
});

test("a checkpoint is read, its cosignature's time too", () => {
  const sig = (bytes: number[]) => btoa(String.fromCharCode(...bytes));
  const at = 1_772_366_400n;
  const time = [...Array(8).keys()].map((i) => Number((at >> BigInt(56 - 8 * i)) & 255n));
  const text = `o/log\n544\n${sig(Array(32).fill(171))}\n\n— o ${sig([191, 109, 96, 208, ...Array(64).fill(1)])}\n— w ${sig([1, 2, 3, 4, ...time, ...Array(64).fill(1)])}\n`;
  expect(readCheckpoint(text)).toEqual({ origin: "o/log", size: 544, root: "ab".repeat(32), signatures: [{ name: "o", key: "bf6d60d0", kind: "signature", at: undefined }, { name: "w", key: "01020304", kind: "cosignature", at: "2026-03-01T12:00:00.000Z" }] });
  expect(readCheckpoint("no checkpoint")).toBeUndefined();
  expect(keyParts("o/log+bf6d60d0+AeMf")).toEqual({ name: "o/log", id: "bf6d60d0" });
});

test("what an epoch holds", () => {
  const e = { index: 3, kind: "epoch" as const, at: "x", level: "anchored" as const, tenants: 1 };
  expect(holds({ ...e, own: { since: 539, size: 544, slot: 0 } })).toBe("Entries 539–543 of your log (5)");
  expect(holds({ ...e, own: { since: 543, size: 544, slot: 0 } })).toBe("Entry 543 of your log");
  expect(holds(e)).toBe("Nothing new of your log");
  expect(holds({ ...e, kind: "key", vkey: "o+aabbccdd+x", action: "revoke", reason: "stolen" })).toBe("Log key aabbccdd revoked: stolen");
  expect(subjectOf({ kind: "decision", id: "a-1" })?.to).toBe("/decisions/$id");
  expect(subjectOf({ kind: "genesis", id: "a-0" })).toBeUndefined();
});

describe("bundles", () => {
  const w: Wish = { what: "decision", id: "5853819f5013122e-12", from: "", to: "", kind: "user", value: "", artifact: "erasure", openings: true };
  test("what is missing", () => {
    expect(missing(w)).toBeUndefined();
    expect(missing({ ...w, id: "x" })).toMatch(/ID/);
    expect(missing({ ...w, what: "subject" })).toBeDefined();
    expect(missing({ ...w, what: "range", from: "2026-03-02T00:00", to: "2026-03-01T00:00" })).toMatch(/after/);
    expect(missing({ ...w, what: "tenant" })).toBeUndefined();
    expect(missing({ ...w, what: "absence" })).toMatch(/from which/);
  });
  test("request and command", () => {
    expect(bundleAsk({ ...w, openings: false })).toEqual({ path: { id: w.id }, query: { openings: false } });
    expect(bundleAsk({ ...w, what: "subject", value: "O'Hara" }).query).toEqual({ subject: "user:O'Hara" });
    expect(bundleCommand({ ...w, what: "subject", value: "O'Hara" })).toBe(`frostgate evidence bundle --subject 'user:O'\\''Hara' --out evidence.bundle`);
    expect(bundleCommand({ ...w, what: "absence" })).toBe("frostgate evidence bundle --absent erasure --out evidence.bundle");
  });
  test("verdicts", () => {
    const v: FileVerdict = { verdict: "verified", valid: true, pinned: true, signer: "s", level: "anchored", checks: [], trust: { whose: "x", keys: [] }, entries: 2, first: 3, last: 9, artifacts: { decision: 2 }, payloads: { opened: 1, partial: 0, erased: 1, pruned: 0, withheld: 0, missing: 0 } };
    expect(verdictWords(v)).toMatchObject({ tone: "good", title: "It is genuine and unchanged" });
    expect(verdictWords({ ...v, verdict: "unpinned" }).tone).toBe("wait");
    expect(verdictWords({ ...v, valid: false, verdict: "not_verified", checks: [{ check: "digest", ok: false, detail: "the file was changed" }] })).toMatchObject({ tone: "critical", text: "The file was changed." });
    expect(contents(v)).toEqual(["2 entries between 3 and 9", "Decision: 2", "Payloads: 1 opened, 1 erased"]);
  });
});

test("an attestation's statement is read from its openings", () => {
  const statement = { subject: [{ name: "h", digest: { sha256: "ab" } }], predicate: { module: "mod_x", counter: 3, time: "t", type: "scan", data: { a: 1 } } };
  const envelope = JSON.stringify({ payload: btoa(JSON.stringify(statement)), signatures: [{ keyid: "k", sig: "" }] });
  expect(readStatement({ envelope: { salt: "", value: JSON.stringify(envelope) } })).toEqual({ type: "scan", module: "mod_x", counter: 3, time: "t", data: { a: 1 }, subjects: [{ name: "h", digest: "ab" }], keys: ["k"] });
  expect(readStatement(undefined)).toBeUndefined();
});
