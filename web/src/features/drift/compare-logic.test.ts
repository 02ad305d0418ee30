import { expect, test } from "vitest";
import { byObject, readSide, sideNames, writeSide, type Changed } from "./compare-logic";

const hash = "ab".repeat(32);

test("sides survive the URL", () => {
  for (const s of [{ source: "directory/entra" }, { source: "upload/a:b", tenant_id: "tn_1" }, { snapshot: hash }, { snapshot: hash, tenant_id: "tn_1" }]) expect(readSide(writeSide(s))).toEqual(s);
  for (const bad of [undefined, "", "source:", "snapshot:xyz", `snapshot:${hash}0`, ["source:a"], "other:x"]) expect(readSide(bad)).toBeUndefined();
  expect(writeSide({ tenant_id: "tn_1" })).toBeUndefined();
});

test("sides are called by what tells them apart", () => {
  const name = (id: string) => ({ tn_1: "Contoso", tn_2: "Fabrikam" })[id] ?? id;
  const s = { source: "directory/entra", tenant_id: "tn_1", snapshot: hash };
  expect(sideNames(s, { ...s, snapshot: "cd".repeat(32) }, name)).toEqual(["snapshot abababab", "snapshot cdcdcdcd"]);
  expect(sideNames(s, { ...s, tenant_id: "tn_2" }, name)).toEqual(["Contoso", "Fabrikam"]);
  expect(sideNames(s, { ...s, source: "directory/intune" }, name)).toEqual(["directory/entra", "directory/intune"]);
});

test("changes gather by object, the gravest first", () => {
  const c = (id: string, severity: string, kind: Changed["kind"], path?: string) => ({ type: "t", label: "T", id_in_from: id, id_in_to: id, name: id, severity, kind, path, ops: [] }) as Changed;
  const got = byObject([c("a", "low", "metadata", "name"), c("b", "medium", "changed", "x"), c("a", "critical", "changed", "state")]);
  expect(got.map((o) => [o.name, o.severity, o.kind, o.changes.length])).toEqual([["a", "critical", "changed", 2], ["b", "medium", "changed", 1]]);
});
