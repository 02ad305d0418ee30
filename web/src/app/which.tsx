// The question which tenant a screen shall be about.
import { Box } from "@mantine/core";
import { Empty } from "@/ui/states";
import { TenantList } from "./tenants";

export default function Which({ pick }: { pick: (id: string) => void }) {
  return (
    <Empty icon="building" title="Which tenant?">
      This screen is about one tenant.
      <Box maw={360} mt="sm"><TenantList withAll={false} pick={pick} /></Box>
    </Empty>
  );
}
