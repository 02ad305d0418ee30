import { ActionIcon, Box, Menu, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { MenuProps } from "./lazymenu";
import { Icon } from "@/ui/icons";
import { Id } from "@/ui/id";
import { Time } from "@/ui/time";
import { useIdentity, useSignOut } from "./session";

export default function AccountMenu({ start }: MenuProps) {
  const me = useIdentity();
  const signOut = useSignOut();
  const [open, setOpen] = useState(start);
  const navigate = useNavigate();
  const leave = () =>
    signOut().catch((e: unknown) => notifications.show({ color: "red", title: "Still signed in", message: `Signing out did not work: ${String(e)}` }));
  return (
    <Menu position="bottom-end" width={300} opened={open} onChange={setOpen} closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon aria-label={`Signed in as ${me.name}`}><Icon name="user" /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Box p="xs">
          <Text fw={600}>{me.name}</Text>
          <Text size="xs" c="dimmed">{me.kind === "service" ? "Service account" : "Person"} · <Id value={me.principal_id} /></Text>
          <Text size="xs" c="dimmed" mt={4}>Key <Id value={me.key_id} /></Text>
          <Text size="xs" c="dimmed" mt={4}>The session ends <Time at={me.expires_at} relative /></Text>
        </Box>
        <Menu.Label>May do ({me.scopes.length} scopes)</Menu.Label>
        <Box px="xs" pb="xs" mah={180} style={{ overflowY: "auto" }} tabIndex={0} role="group" aria-label="Scopes">
          <Text size="xs" ff="monospace" c="dimmed">{me.scopes.join("  ")}</Text>
        </Box>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="user" />} onClick={() => (setOpen(false), void navigate({ to: "/settings/access" }))}>My access</Menu.Item>
        <Menu.Item leftSection={<Icon name="out" />} onClick={() => void leave()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
