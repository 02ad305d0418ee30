import { expect, test } from "vitest";
import { asListed, exceptions, flipped, groupsLead, reached, reachWords, type Unticked } from "./groups-logic";

test("the first line counts changes, tenants and what waits", () => {
  const g = (tenants: number, waiting: number) => ({ tenants, waiting });
  expect(groupsLead([], false)).toBe("");
  expect(groupsLead([g(1, 0)], false)).toBe("1 change, each in one tenant; none waits.");
  expect(groupsLead([g(1, 1)], false)).toBe("1 change, each in one tenant; 1 finding waits for a person.");
  expect(groupsLead([g(3, 1200), g(1, 0)], true)).toBe("The first 2 changes, 1 of them in more than one tenant; 1,200 findings wait for a person.");
});

test("what a decision reaches, but for what is unticked and what does not fit", () => {
  const t = (tenant_id: string, by_state: Record<string, number>) => ({ tenant_id, name: tenant_id, findings: 9, by_state });
  const all = [t("a", { new: 3, resolved: 1 }), t("b", { new: 1 }), t("c", { resolved: 2 })];
  const names = (r: ReturnType<typeof reached>) => [r.findings, r.tenants.map((x) => x.tenant_id).join("")];
  expect(names(reached(all, "accept", new Set(), []))).toEqual([4, "ab"]);
  expect(names(reached(all, "accept", new Set(["a"]), []))).toEqual([1, "b"]);
  // What is unticked twice is not left out twice, and what does not fit was never in.
  expect(names(reached(all, "accept", new Set(["a"]), [{ tenant_id: "a", state: "new" }]))).toEqual([1, "b"]);
  expect(names(reached(all, "accept", new Set(), [{ tenant_id: "a", state: "resolved" }]))).toEqual([4, "ab"]);
  expect(names(reached(all, "accept", new Set(), [{ tenant_id: "b", state: "new" }]))).toEqual([3, "a"]);
  const r = reached(all, "accept", new Set(), []);
  expect(reachWords(r, 0, 0)).toBe("all");
  expect(reachWords(r, 1, 0)).toBe("in 2 tenants");
  expect(reachWords(reached(all, "accept", new Set(["b"]), []), 1, 0)).toBe("in 1 tenant");
  expect(reachWords(r, 0, 2)).toBe("4 in 2 tenants");
});

test("what was unticked stays out of a decision, also where a newer answer no longer lists it", () => {
  type F = { id: string; tenant_id: string; state: "new" | "acknowledged" | "resolved" };
  const one: F = { id: "fnd_1", tenant_id: "a", state: "new" };
  const other: F = { id: "fnd_2", tenant_id: "a", state: "new" };
  const off = flipped<F>(new Map(), one);
  expect(exceptions(new Set(), off)).toEqual({ except: ["fnd_1"] });
  const a = { tenant_id: "a", name: "a", findings: 9, by_state: { new: 9 } };
  for (const rows of [[one, other], [other], []]) expect(reached([a], "accept", new Set(), asListed(off, rows)).findings, `${rows.length} listed`).toBe(8);
  // Its state is that of the newest answer that lists it.
  expect(asListed(off, [{ ...one, state: "resolved" }])).toEqual([{ ...one, state: "resolved" }]);
  // Ticked again, it is decided on; by its ID, as its state may be another by then.
  const none: Unticked<F> = flipped(off, { ...one, state: "acknowledged" });
  expect(exceptions(new Set(), none)).toEqual({});
  expect(off.size, "the earlier is left as it was").toBe(1);
  expect(exceptions(new Set(["b"]), flipped(off, other))).toEqual({ except_tenants: ["b"], except: ["fnd_1", "fnd_2"] });
});
