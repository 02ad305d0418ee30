// Says in a corner of the screen what was done; for a while, and aloud.
import { notifications } from "@mantine/notifications";

export function tell(title: string, message: string) {
  notifications.show({ title, message, color: "teal", autoClose: 8000, closeButtonProps: { "aria-label": "Close" }, styles: { description: { color: "var(--mantine-color-text)" } } });
}
