// Whose data is shown, and the change to another tenant's.
import { Box, Button, Group, Popover, ScrollArea, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { Icon } from "@/ui/icons";
import { Empty } from "@/ui/states";
import { all, useReach, useSwitchTenant, useTenant, useTenantName, useTenants } from "./tenant";

function TenantList({ pick, withAll }: { pick: (id: string) => void; withAll: boolean }) {
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
        {found.length === 0 && <Text size="sm" c="dimmed" p="xs">No tenant is called so.</Text>}
      </ScrollArea.Autosize>
    </>
  );
}

export function TenantSwitcher() {
  const tenants = useTenants();
  const reach = useReach();
  const { id } = useTenant();
  const name = useTenantName();
  const switchTo = useSwitchTenant();
  const [open, setOpen] = useState(false);
  if (tenants.length < 2 || reach === "own") {
    return (
      <Group gap={6} wrap="nowrap" c="dimmed" miw={0} title={reach === "own" && tenants.length > 1 ? "This screen shows the tenant of your key" : id}>
        <Icon name="building" size={14} />
        <Text size="sm" fw={500} truncate>{name(id)}</Text>
      </Group>
    );
  }
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={280} trapFocus>
      <Popover.Target>
        <Button variant="default" onClick={() => setOpen((o) => !o)} leftSection={<Icon name="building" size={14} />} rightSection={<Icon name="down" size={12} />} aria-label={`Tenant: ${name(id)}`} styles={{ root: { minWidth: 0, flexShrink: 1 } }}>
          {name(id)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        <TenantList withAll={reach === "many"} pick={(t) => (setOpen(false), switchTo(t))} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Asks which tenant is meant where the page is about one and the URL says all. */
export function ChooseTenant({ children }: { children: ReactNode }) {
  const reach = useReach();
  const { isAll } = useTenant();
  const switchTo = useSwitchTenant();
  if (reach !== "one" || !isAll) return children;
  return (
    <Empty icon="building" title="Which tenant?">
      This screen is about one tenant.
      <Box maw={360} mt="sm"><TenantList withAll={false} pick={switchTo} /></Box>
    </Empty>
  );
}
