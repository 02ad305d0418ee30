import { expect, test } from "vitest";
import { landing, navOf } from "./here";

const items = [{ to: "/", scope: "decisions:read" }, { to: "/drift", scope: "drift:read" }, { to: "/drift/findings", scope: "drift:read" }, { to: "/settings/me" }, { to: "/inventory", scope: "inventory:read" }];

test.each([["/", "/"], ["/drift", "/drift"], ["/drift/findings/fnd_1", "/drift/findings"], ["/drift/groups", "/drift"], ["/drifting", undefined]])("%s is of %s", (path, to) => {
  expect(navOf(path, items)?.to).toBe(to);
});

test("who may not see the start begins at the first screen that they may see", () => {
  const has = (...scopes: string[]) => (s: string | undefined) => s === undefined || scopes.includes(s);
  expect(landing("/", items, has("inventory:read"))?.to).toBe("/inventory");
  expect(landing("/", items, has())?.to).toBe("/settings/me");
  expect(landing("/", items, has("decisions:read", "drift:read"))).toBeUndefined();
  expect(landing("/drift", items, has("inventory:read")), "a link is followed").toBeUndefined();
});
