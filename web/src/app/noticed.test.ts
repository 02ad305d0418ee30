import { createNotificationsStore, notifications } from "@mantine/notifications";
import { expect, test } from "vitest";
import { revealing } from "./noticed";

test("a message shows what is hidden in it, however it was sent, and the list changes only when something does", () => {
  const raw = createNotificationsStore();
  const store = revealing(raw);
  const id = notifications.show({ title: "Con\u202Eoso is suspended", message: "by Ma\u3164l" }, raw);
  const first = store.getState();
  expect(first.notifications).toMatchObject([{ id, title: "Con⟨U+202E⟩oso is suspended", message: "by Ma⟨U+3164⟩l" }]);
  expect(store.getState()).toBe(first);
  notifications.show({ message: "plain" }, store);
  expect(store.getState().notifications.map((n) => [n.title, n.message])).toEqual([["Con⟨U+202E⟩oso is suspended", "by Ma⟨U+3164⟩l"], [undefined, "plain"]]);
  notifications.hide(id, store);
  expect(store.getState().notifications).toHaveLength(1);
});
