import { expect, test } from "vitest";
import { groupsLead } from "./groups-logic";

test("the first line counts changes, tenants and what waits", () => {
  const g = (tenants: number, waiting: number) => ({ tenants, waiting });
  expect(groupsLead([], false)).toBe("");
  expect(groupsLead([g(1, 0)], false)).toBe("1 change, each in one tenant; none waits.");
  expect(groupsLead([g(1, 1)], false)).toBe("1 change, each in one tenant; 1 finding waits for a person.");
  expect(groupsLead([g(3, 1200), g(1, 0)], true)).toBe("The first 2 changes, 1 of them in more than one tenant; 1,200 findings wait for a person.");
});
