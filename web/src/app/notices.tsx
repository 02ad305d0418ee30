// Where short messages appear; loaded after the first paint.
import { Notifications } from "@mantine/notifications";

export default function Notices() {
  return <Notifications position="bottom-right" />;
}
