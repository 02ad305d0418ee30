// Whose what is about to change is, for who works in several tenants.
import { Text } from "@mantine/core";
import { all, useTenant, useTenantName, useTenants } from "@/app/tenant";

/** The tenant in view unless another is given. */
export function InTenant({ id: given }: { id?: string }) {
  const { id } = useTenant();
  const name = useTenantName();
  const several = useTenants().length > 1;
  const of = given ?? id;
  return several && of !== all && <Text size="sm">In the tenant <b>{name(of)}</b>.</Text>;
}
