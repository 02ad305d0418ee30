// Where short messages appear; loaded after the first paint.
import { Notifications, notificationsStore } from "@mantine/notifications";
import "@mantine/notifications/styles.css";
import { revealing } from "./noticed";

const store = revealing(notificationsStore);

export default function Notices() {
  return <Notifications position="bottom-right" store={store} />;
}
