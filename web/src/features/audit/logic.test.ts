import { expect, it } from "vitest";
import { auditAsk, auditLead, detailOf, doneText, fromInput, localInput, targetLink } from "./logic";

it("says what was done in words, also of actions nobody told it of", () => {
  expect(doneText("enforcement.revoke")).toBe("revoked an enforcement");
  expect(doneText("thing.put_away.late")).toBe("thing: put away late");
  expect(doneText("boot")).toBe("boot");
});

it("pairs what was with what is", () => {
  expect(detailOf({ name: "New", name_before: "Old", reason: "asked", entry: "12" })).toEqual({ changes: [{ name: "name", before: "Old", after: "New" }], rest: [["reason", "asked"]] });
  expect(detailOf({ from: "a", to: "b" }).changes).toEqual([{ name: "value", before: "a", after: "b" }]);
  expect(detailOf({ gone_before: "x" })).toEqual({ changes: [{ name: "gone", before: "x" }], rest: [] });
  expect(detailOf({ first_us: "1772366400000000" }).rest).toEqual([["first time", "2026-03-01T12:00:00.000Z"]]);
  expect(detailOf(undefined)).toEqual({ changes: [], rest: [] });
});

it("asks the API only what it takes", () => {
  expect(auditAsk({}, undefined).kind).toBe("changes");
  expect(auditAsk({ kind: "all" }, undefined).kind).toBeUndefined();
  expect(auditAsk({ kind: "reads", target: "x" }, undefined).kind).toBe("reads");
  expect([auditAsk({ target: "x" }, undefined).kind, auditAsk({ outcome: "denied" }, undefined).kind, auditAsk({ who: "ann" }, undefined).kind]).toEqual([undefined, undefined, "changes"]);
  expect(auditAsk({ q: " x ", action: ["key.", "role."], outcome: "maybe", from: "yesterday", to: "2026-03-01T12:00:00+01:00" }, "all")).toEqual({
    kind: undefined, q: "x", who: undefined, action: "key.", outcome: undefined, target: undefined, principal: undefined, key_id: undefined, from: undefined, to: "2026-03-01T11:00:00.000Z", tenant: "all",
  });
});

it("keeps a time through the field of the form", () => {
  const at = "2026-03-01T11:30:00.000Z";
  expect(fromInput(localInput(at))).toBe(at);
  expect(localInput("never")).toBe("");
  expect(fromInput("")).toBeUndefined();
});

it("links an object to its screen", () => {
  expect(targetLink({ action: "enforcement.revoke", target: "enf_0011-3-0" })?.to).toBe("/enforcements/$id");
  expect(targetLink({ action: "mission.end", target: "op-1" })).toEqual({ to: "/missions/$id", params: { id: "op-1" } });
  expect(targetLink({ action: "evidence.read", target: "decision:00112233445566aa-7" })).toEqual({ to: "/decisions/$id", params: { id: "00112233445566aa-7" } });
  expect(targetLink({ action: "tenant.create", target: "tn_b" })).toEqual({ to: "/settings/tenants/$id", params: { id: "tn_b" } });
  expect(targetLink({ action: "document.create", target: "abc" })).toBeUndefined();
});

it("counts who did it and what was denied, first of all", () => {
  const e = (principal: string, outcome: "ok" | "denied" = "ok") => ({ principal, outcome });
  expect(auditLead([], false, false)).toBe("");
  expect(auditLead([e("pr_1")], false, false)).toBe("1 entry, by one person or service; nothing was denied.");
  expect(auditLead([e("pr_1"), e("pr_2", "denied"), e("system")], true, true)).toBe("The newest 3 entries of all tenants, by 3 people and services; 1 was denied.");
});
