// Short messages go to Mantine as data, past what makes elements (src/jsx): their
// hidden characters are shown here, whoever sends them.
import type { NotificationData, NotificationsStore } from "@mantine/notifications";
import { reveal } from "@/ui/hidden";

const shown = (n: NotificationData): NotificationData => ({
  ...n, message: typeof n.message === "string" ? reveal(n.message) : n.message, ...(typeof n.title === "string" ? { title: reveal(n.title) } : {}),
});

/** The same store, read with what is hidden shown. */
export function revealing(store: NotificationsStore): NotificationsStore {
  let was: unknown;
  let now = store.getState();
  return {
    ...store,
    getState: () => {
      const state = store.getState();
      // The same answer until something changes: React asks often.
      if (state !== was) [was, now] = [state, { ...state, notifications: state.notifications.map(shown) }];
      return now;
    },
  };
}
