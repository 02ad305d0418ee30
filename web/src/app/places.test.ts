import { beforeEach, describe, expect, test } from "vitest";
import { forgetPlaces, noticePlace, wayBack } from "./places";

const findings = "/drift/findings";
const own = "tn_own";

describe("the way back to a list", () => {
  beforeEach(() => {
    noticePlace(0, { path: "/elsewhere", search: {} });
    forgetPlaces();
  });

  test("is known for the screen that somebody signed in at, and of nothing that was before", () => {
    noticePlace(0, { path: findings, search: { q: "another's" } });
    noticePlace(1, { path: "/inventory", search: {} });
    noticePlace(2, { path: findings, search: { severity: "high" } });
    forgetPlaces();
    noticePlace(3, { path: "/drift/findings/fnd_1", search: {} });
    expect(wayBack(3, findings, undefined, own)).toEqual({ step: true, search: { severity: "high" } });
    noticePlace(2, { path: "/inventory", search: {} });
    expect(wayBack(2, findings, undefined, own)).toStrictEqual({ step: false, search: undefined });
  });

  test("is one step where the list is the entry before", () => {
    noticePlace(3, { path: findings, search: { severity: "high" } });
    noticePlace(4, { path: "/drift/findings/fnd_1", search: {} });
    expect(wayBack(4, findings, undefined, own)).toEqual({ step: true, search: { severity: "high" } });
  });

  test("leads to the list as it was seen last, past what was looked at meanwhile", () => {
    noticePlace(0, { path: findings, search: { severity: "low" } });
    noticePlace(1, { path: findings, search: { severity: "high", q: "CA" } });
    noticePlace(2, { path: "/drift/findings/fnd_1", search: {} });
    noticePlace(3, { path: "/inventory/graph", search: { id: "x" } });
    noticePlace(4, { path: "/drift/findings/fnd_1", search: {} });
    expect(wayBack(4, findings, undefined, own)).toEqual({ step: false, search: { severity: "high", q: "CA" } });
  });

  test("knows nothing of a list that was never open, of another tenant's, or of what lies ahead", () => {
    expect(wayBack(0, findings, undefined, own)).toStrictEqual({ step: false, search: undefined });
    noticePlace(0, { path: findings, search: { tenant: "tn_a", q: "x" } });
    noticePlace(1, { path: "/inventory", search: { tenant: "tn_b" } });
    noticePlace(2, { path: "/drift/findings/fnd_1", search: { tenant: "tn_b" } });
    noticePlace(3, { path: findings, search: { tenant: "tn_b" } });
    expect(wayBack(2, findings, "tn_b", own)).toStrictEqual({ step: false, search: undefined });
  });

  test("of the own tenant may name it or not; a list of all tenants is a list of each", () => {
    noticePlace(0, { path: findings, search: { q: "mine" } });
    noticePlace(1, { path: "/inventory", search: {} });
    noticePlace(2, { path: "/drift/findings/fnd_1", search: { tenant: own } });
    expect(wayBack(2, findings, own, own)).toStrictEqual({ step: false, search: { tenant: undefined, q: "mine" } });
    noticePlace(0, { path: findings, search: { tenant: "all", q: "many" } });
    noticePlace(1, { path: "/inventory", search: {} });
    noticePlace(2, { path: "/drift/findings/fnd_1", search: { tenant: "tn_b" } });
    expect(wayBack(2, findings, "tn_b", own)).toEqual({ step: false, search: { tenant: "all", q: "many" } });
    noticePlace(1, { path: "/drift/findings/fnd_1", search: { tenant: "tn_b" } });
    expect(wayBack(1, findings, "tn_b", own)).toEqual({ step: true, search: { tenant: "all", q: "many" } });
  });

  test("forgets what was ahead once somebody goes another way", () => {
    noticePlace(0, { path: findings, search: { q: "old" } });
    noticePlace(1, { path: "/inventory", search: {} });
    noticePlace(2, { path: findings, search: { q: "new" } });
    noticePlace(0, { path: findings, search: { q: "old" } });
    noticePlace(1, { path: "/drift/findings/fnd_1", search: {} });
    noticePlace(2, { path: "/drift/findings/fnd_2", search: {} });
    expect(wayBack(2, findings, undefined, own)).toEqual({ step: false, search: { q: "old" } });
  });
});
