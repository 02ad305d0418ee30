import { useApi, usePages, useWrite } from "@/api/hooks";
import { useTenant } from "@/app/tenant";
import type { Values } from "@/ui/filters";
import { findingsAsk } from "./logic";

export { tell } from "@/ui/tell";

/** What a triage makes old: every answer about drift. */
const forget = ["/api/v1/drift"];

export function useSummary() {
  const { param } = useTenant();
  return useApi("/api/v1/drift", { query: { tenant: param } }, { keep: true, refetchInterval: 60_000 });
}

export function useFindings(values: Values) {
  const { param } = useTenant();
  return usePages("/api/v1/drift/findings", findingsAsk(values, param), { most: 30 });
}

/** How many the list has, by state. */
export function useCount(values: Values, enabled = true) {
  return useApi("/api/v1/drift/findings/count", { query: useWhole(values) as never }, { keep: true, enabled });
}

/** Which runs found what the list has. */
export function useFoundRuns(values: Values) {
  return useApi("/api/v1/drift/findings/runs", { query: useWhole(values) as never }, { keep: true });
}

function useWhole(values: Values) {
  const { param } = useTenant();
  const { limit: _, ...query } = findingsAsk(values, param).query ?? {};
  return query;
}

export function useFinding(id: string) {
  const { param } = useTenant();
  return useApi("/api/v1/drift/findings/{id}", { path: { id }, query: { tenant: param } });
}

export function useTriage() {
  return useWrite("post", "/api/v1/drift/findings/triage", forget);
}
