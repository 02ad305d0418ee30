import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";

const often = { refetchInterval: 30_000, keep: true };

/** Where things stand; also whether the server itself does. */
export function usePosture() {
  const { param } = useTenant();
  return useApi("/api/v1/posture", { query: { tenant: param } }, often);
}

/** What waits in one tenant, thing by thing. */
export function useWaiting() {
  const has = useHas();
  const { param, id, own } = useTenant();
  const may = { approvals: has("enforcements:read"), webhooks: has("webhooks:read"), modules: has("modules:read") && id === own };
  const approvals = useApi("/api/v1/approvals", { query: { limit: 5, order: "gravest", tenant: param } }, { ...often, enabled: may.approvals });
  const webhooks = useApi("/api/v1/webhooks", { query: { tenant: param } as never }, { ...often, enabled: may.webhooks });
  const modules = useApi("/api/v1/modules", { query: { limit: 200 } as never }, { ...often, enabled: may.modules });
  return {
    may, approvals, webhooks,
    /** Enrolled once, and no key of theirs is good any more. */
    silent: (modules.data?.items ?? []).filter((m) => m.status === "enrolling" && m.keys.length > 0),
    pending: (may.approvals && approvals.isPending) || (may.webhooks && webhooks.isPending),
  };
}
