import { expect, test } from "vitest";
import { forgotten } from "./forget";

test("a write makes its own area old, where things stand, and nothing else", () => {
  const { predicate } = forgotten(["/api/v1/drift"]);
  const old = ["/api/v1/drift/findings", "/api/v1/drift", "/api/v1/posture", "/api/v1/audit", "session"].filter((path) => predicate({ queryKey: [path, {}, {}] }));
  expect(old).toEqual(["/api/v1/drift/findings", "/api/v1/drift", "/api/v1/posture"]);
  expect(forgotten([]).predicate({ queryKey: ["/api/v1/posture"] })).toBe(true);
});
