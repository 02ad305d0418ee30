import { useSearch } from "@tanstack/react-router";
import { useApi, usePages } from "@/api/hooks";
import type { Search } from "@/app/search";
import { useTenant } from "@/app/tenant";
import type { Values } from "@/ui/filters";
import { itemAsk, itemsAsk } from "./logic";

export function useItems(values: Values) {
  const { param } = useTenant();
  return usePages("/api/v1/inventory/items", itemsAsk(values, param), { most: 30 });
}

export function useItem() {
  const { param } = useTenant();
  const search = useSearch({ strict: false }) as Search;
  return useApi("/api/v1/inventory/item", itemAsk(search, param), { enabled: search.id !== undefined });
}

export function useSources() {
  const { param } = useTenant();
  return useApi("/api/v1/inventory/sources", { query: { tenant: param } }, { keep: true });
}

export function useCoverage(source?: string) {
  const { param } = useTenant();
  return useApi("/api/v1/inventory/coverage", { query: { tenant: param, source } }, { keep: true });
}

export function useRuns(values: Values) {
  const { param } = useTenant();
  return usePages("/api/v1/inventory/runs", { query: { tenant: param, limit: 100, ...values } as never });
}

export function useRun(id: string) {
  const { param } = useTenant();
  return useApi("/api/v1/inventory/runs/{id}", { path: { id }, query: { tenant: param } });
}

export function useSnapshots(values: Values) {
  const { param } = useTenant();
  return usePages("/api/v1/inventory/snapshots", { query: { tenant: param, limit: 100, ...values } as never });
}

export function useSnapshot(root: string) {
  const { param } = useTenant();
  return useApi("/api/v1/inventory/snapshots/{root}", { path: { root }, query: { tenant: param } });
}

export interface Asked {
  source: string;
  type: string;
  id: string;
}

/** One object that the address need not name. */
export function useObject(o: (Asked & { tenant?: string }) | undefined) {
  const { param } = useTenant();
  return useApi("/api/v1/inventory/item", { query: { id: o?.id, type: o?.type, source: o?.source, tenant: o?.tenant ?? param } }, { enabled: o !== undefined });
}

/** Neighbours of one object; 200 either way. */
export function useNeighbours(o: Asked | undefined, tenant?: string) {
  const { param } = useTenant();
  return useApi("/api/v1/inventory/graph/neighbours", { query: { source: o?.source, type: o?.type, id: o?.id, tenant: tenant ?? param, limit: 200 } }, { enabled: o !== undefined });
}

export function useBlastRadius(o: { source: string; type: string; id: string } | undefined, depth?: number) {
  const { param } = useTenant();
  return useApi("/api/v1/inventory/graph/blast-radius", { query: { source: o?.source, type: o?.type, id: o?.id, tenant: param, limit: 500, depth } }, { enabled: o !== undefined, keep: true });
}
