// The list of tenants behind the switch.
import { Button, Group, Popover, ScrollArea, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { MenuProps } from "./lazymenu";
import { tenantButton } from "./switcher";
import { all, useReach, useSwitchTenant, useTenant, useTenantName, useTenants } from "./tenant";

export function TenantList({ pick, withAll }: { pick: (id: string) => void; withAll: boolean }) {
  const tenants = useTenants();
  const { id, own } = useTenant();
  const [text, setText] = useState("");
  const found = tenants.filter((t) => `${t.name} ${t.id}`.toLowerCase().includes(text.toLowerCase()));
  const row = (value: string, name: string, note: string) => (
    <UnstyledButton key={value} className="option" onClick={() => pick(value)} aria-current={value === id ? "true" : undefined}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" truncate>{name}</Text>
        <Text size="xs" c="dimmed" style={{ flex: "none" }}>{note}</Text>
      </Group>
    </UnstyledButton>
  );
  return (
    <>
      {tenants.length > 8 && <TextInput aria-label="Find a tenant" placeholder="Find a tenant" value={text} onChange={(e) => setText(e.currentTarget.value)} mb={6} data-autofocus />}
      <ScrollArea.Autosize mah={320}>
        {withAll && !text && row(all, "All tenants", `${tenants.length}`)}
        {found.slice(0, 200).map((t) => row(t.id, t.name, t.id === own ? "the key's" : t.status === "active" ? "" : t.status))}
        {found.length > 200 && <Text size="xs" c="dimmed" p="xs">And {found.length - 200} more: type a part of the name.</Text>}
        {found.length === 0 && <Text size="sm" c="dimmed" p="xs">No tenant is called so.</Text>}
      </ScrollArea.Autosize>
    </>
  );
}

export default function TenantMenu({ start }: MenuProps) {
  const reach = useReach();
  const { id } = useTenant();
  const name = useTenantName();
  const switchTo = useSwitchTenant();
  const [open, setOpen] = useState(start);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={280} trapFocus returnFocus>
      <Popover.Target>
        <Button {...tenantButton(name(id))} onClick={() => setOpen((o) => !o)} />
      </Popover.Target>
      <Popover.Dropdown p={6}>
        <TenantList withAll={reach === "many"} pick={(t) => (setOpen(false), switchTo(t))} />
      </Popover.Dropdown>
    </Popover>
  );
}
