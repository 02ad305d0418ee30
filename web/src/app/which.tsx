// The question which tenant a screen shall be about, with what waits in each.
import "./which.css";
import { Group, Text } from "@mantine/core";
import { Link, useRouterState } from "@tanstack/react-router";
import { useApi } from "@/api/hooks";
import { features } from "@/features";
import { tenantNeeds } from "@/features/home/logic";
import { PageHeader } from "@/ui/page";
import { navOf } from "./here";
import type { Search } from "./search";
import { useHas } from "./session";
import { useTenant, useTenants } from "./tenant";

export default function Which() {
  const path = useRouterState({ select: (s) => s.location.pathname });
  const tenants = useTenants();
  const { own } = useTenant();
  const has = useHas();
  const posture = useApi("/api/v1/posture", { query: { tenant: "all" } }, { enabled: has("decisions:read") });
  const label = navOf(path, features.flatMap((f) => f.nav))?.label ?? "This screen";
  const waits = (id: string) => posture.data?.tenants.find((t) => t.tenant_id === id);
  return (
    <>
      <PageHeader title={label} tab={label} lead={`Of one tenant at a time: choose one of ${tenants.length}.`} />
      <ul className="which panel" aria-label="Tenants">
        {tenants.map((t) => {
          const known = waits(t.id);
          const note = t.status === "active" ? known && (tenantNeeds(known).join(", ") || "nothing waits") : t.status;
          return (
            <li key={t.id}>
              <Link to="." search={(s: Search) => ({ ...s, tenant: t.id })} className="which-link">
                <Group justify="space-between" gap="xs" wrap="nowrap"><Text span size="sm" fw={600} truncate inherit>{t.name}{t.id === own && <Text span size="xs" c="dimmed" fw={400}> your key’s</Text>}</Text><Text span size="xs" c="dimmed" style={{ flex: "none" }}>{note || "\u00a0"}</Text></Group>
              </Link>
            </li>
          );
        })}
      </ul>
    </>
  );
}
