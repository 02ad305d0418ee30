import { useApi, usePages, useWrite } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useTenant } from "@/app/tenant";
import type { Search } from "@/app/search";
import { allowAsk, heldAsk, historyAsk } from "./logic";

export { tell } from "@/ui/tell";

const fresh = { refetchInterval: 15_000 };
/** Pages in memory of lists that are read again by themselves: each of them is asked for each time. */
const near = 4;
const forget = ["/api/v1/enforcements", "/api/v1/allowlists", "/api/v1/audit"];

export function useTotals() {
  const { param } = useTenant();
  return useApi("/api/v1/enforcements/totals", { query: { tenant: param } }, { ...fresh, keep: true });
}

export function useHeld(search: Search) {
  const { param } = useTenant();
  return usePages("/api/v1/enforcements/targets", heldAsk(search, param), { ...fresh, most: near });
}

export function useHistory(search: Search) {
  const { param } = useTenant();
  return usePages("/api/v1/enforcements", historyAsk(search, param), { most: 30 });
}

export function useEnforcement(id: string) {
  const { param } = useTenant();
  return useApi("/api/v1/enforcements/{id}", { path: { id }, query: { tenant: param } }, fresh);
}

export function useAllowList(search: Search) {
  const { param } = useTenant();
  return usePages("/api/v1/allowlists", allowAsk(search, param), { most: 30 });
}

export function useApprovals() {
  const { param } = useTenant();
  const q = usePages("/api/v1/approvals", { query: { tenant: param, limit: 50, order: "gravest" } }, { ...fresh, most: near });
  return { ...q, total: (q.data?.pages[0] as Schemas["ApprovalPage"] | undefined)?.total };
}

export const useRevoke = () => useWrite("post", "/api/v1/enforcements/{id}/revoke", forget);
export const useRevokeTarget = () => useWrite("post", "/api/v1/enforcements/revoke", forget);
export const useAddAllow = () => useWrite("post", "/api/v1/allowlists", forget);
export const useRemoveAllow = () => useWrite("delete", "/api/v1/allowlists/{id}", forget);
