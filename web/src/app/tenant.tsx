// Which tenant a screen is about: the key's own unless ?tenant= names another,
// or all. The URL holds it, so that a link shows others the same.
import { useQuery } from "@tanstack/react-query";
import { useMatches, useNavigate, useSearch } from "@tanstack/react-router";
import { get, type Schemas } from "@/api/client";
import { useHas, useIdentity } from "./session";

export type Tenant = Schemas["TenantView"];
export const all = "all";
export type Reach = "own" | "one" | "many";

/** Every tenant that the key's owner may see; empty without tenants:read. */
export function useTenants(): Tenant[] {
  const has = useHas();
  const q = useQuery({
    queryKey: ["/api/v1/tenants", "all-pages"],
    enabled: has("tenants:read"),
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const out: Tenant[] = [];
      for (let cursor: string | undefined; out.length < 10_000; ) {
        const page: Schemas["TenantViewList"] = await get("/api/v1/tenants", { query: { limit: 500, ...(cursor ? { cursor } : {}) }, signal });
        out.push(...page.items);
        cursor = page.next_cursor;
        if (!cursor) break;
      }
      return out;
    },
  });
  return q.data ?? [];
}

/** How far the screen that is open can look. */
export function useReach(): Reach {
  return useMatches({ select: (m) => (m.at(-1)?.staticData as { tenant?: Reach } | undefined)?.tenant ?? "own" });
}

/**
 * The tenant in view. `param` is what requests send (undefined: the key's
 * own); `id` is its ID, or "all".
 */
export function useTenant(): { param: string | undefined; id: string; own: string; isAll: boolean } {
  const own = useIdentity().tenant_id;
  const reach = useReach();
  const raw = useSearch({ strict: false, select: (s: Record<string, unknown>) => s.tenant });
  const asked = reach === "own" || typeof raw !== "string" || raw === own ? undefined : raw;
  return { param: asked, id: asked ?? own, own, isAll: asked === all };
}

export function useSwitchTenant() {
  const navigate = useNavigate();
  const { own } = useTenant();
  // A cursor or a selection of another tenant means nothing here: filters stay.
  return (id: string) => void navigate({ to: ".", search: (s: Record<string, unknown>) => ({ ...s, tenant: id === own ? undefined : id }) });
}

/** What people call a tenant. */
export function useTenantName(): (id: string) => string {
  const tenants = useTenants();
  const me = useIdentity();
  return (id) => (id === all ? "All tenants" : (tenants.find((t) => t.id === id)?.name ?? (id === me.tenant_id ? me.tenant_name : id)));
}
