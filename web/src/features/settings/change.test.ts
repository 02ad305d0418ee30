import { expect, test } from "vitest";
import type { Schemas } from "@/api/client";
import { changeOf, formOf } from "./change";

const tenant = { id: "tn_1", name: "Contoso", status: "active", settings: { persona: "sentinel", ring: "UNCLASS", rates: { defend: { per_second: 10, burst: 20 }, read: { per_second: 5, burst: 6 }, write: { per_second: 1, burst: 2 } } } } as Schemas["TenantView"];

test("only what was touched is sent", () => {
  const f = formOf(tenant);
  expect(changeOf(f, { ...f })).toEqual({});
  expect(changeOf(f, { ...f, name: " Contoso " })).toEqual({});
  expect(changeOf(f, { ...f, name: "Fabrikam", defend: 7 })).toEqual({ name: "Fabrikam", settings: { rates: { defend: { per_second: 7 } } } });
  expect(changeOf(f, { ...f, writeBurst: 0, days: 30, ring: "CUI" })).toEqual({ settings: { ring: "CUI", retention_days: 30, rates: { write: { burst: 0 } } } });
});
