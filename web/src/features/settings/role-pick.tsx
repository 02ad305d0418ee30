// A role and where it holds, by name.
import { Select, Stack, Text } from "@mantine/core";
import { useIdentity } from "@/app/session";
import { useTenants } from "@/app/tenant";
import { roleNames, roles, type Role } from "./words";

export interface Picked {
  role: Role;
  /** Empty: the whole organisation. */
  tenant: string;
}

const everywhere = "*";

export function RolePick({ value, set }: { value: Picked; set: (v: Picked) => void }) {
  const me = useIdentity();
  const tenants = useTenants();
  const known = tenants.length > 0 ? tenants.map((t) => ({ value: t.id, label: t.name })) : [{ value: me.tenant_id, label: me.tenant_name }];
  return (
    <Stack gap="xs">
      <Select label="Role" data={roleNames.map((r) => ({ value: r, label: roles[r].name }))} value={value.role} onChange={(v) => v && set({ ...value, role: v as Role })} allowDeselect={false} />
      <Text size="xs" c="dimmed">{roles[value.role].may}</Text>
      <Select label="Where" data={[...known, { value: everywhere, label: "The whole organisation, tenants to come too" }]} value={value.tenant || everywhere} onChange={(v) => v && set({ ...value, tenant: v === everywhere ? "" : v })} allowDeselect={false} searchable />
    </Stack>
  );
}
