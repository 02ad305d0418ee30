import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiError, buildUrl, send, type Schemas } from "@/api/client";
import { forgotten } from "@/api/forget";
import { useApi, usePages, useWrite } from "@/api/hooks";
import { useTenant } from "@/app/tenant";
import type { Values } from "@/ui/filters";
import { rulesAsk, type Window } from "./logic";

export { tell } from "@/ui/tell";

/** What a change of the ruleset makes old. */
const forget = ["/api/v1/rules", "/api/v1/rulesets"];

export function useSummary(window: Window = "30d") {
  const { param } = useTenant();
  return useApi("/api/v1/rules/summary", { query: { window, tenant: param } }, { keep: true });
}

export function useRules(values: Values) {
  const { param } = useTenant();
  return usePages("/api/v1/rules", rulesAsk(values, param));
}

export function useRule(id: string, enabled = true) {
  const { param } = useTenant();
  return useApi("/api/v1/rules/{id}", { path: { id }, query: { tenant: param } }, { enabled });
}

export function useScenarios(window: Window = "30d") {
  const { param } = useTenant();
  return useApi("/api/v1/rules/scenarios", { query: { window, tenant: param } }, { keep: true });
}

export function useRuleFilters() {
  const { param } = useTenant();
  return useApi("/api/v1/rules/filters", { query: { tenant: param } });
}

export const useTune = () => useWrite("post", "/api/v1/rules/{id}/tuning", forget);
export const useAddFilter = () => useWrite("post", "/api/v1/rules/filters", forget);
export const useRemoveFilter = () => useWrite("delete", "/api/v1/rules/filters/{id}", forget);
export const useRemoveSource = () => useWrite("delete", "/api/v1/rules/sources/{name}", forget);
export const useRestoreBuiltin = () => useWrite("post", "/api/v1/rules/builtin", forget);
export const usePublish = () => useWrite("post", "/api/v1/rulesets", forget);
export const useActivate = () => useWrite("post", "/api/v1/rulesets/active", forget);

const upload = { method: "POST", headers: { Accept: "application/json", "Content-Type": "application/x-tar" } };

/** What would become of rules; nothing is stored. */
export function useCheck() {
  const { param } = useTenant();
  return useMutation<Schemas["RulesChecked"], ApiError, BodyInit>({
    mutationFn: async (body) => (await (await send(buildUrl("/api/v1/rules/check", {}, { tenant: param }), { ...upload, body })).json()) as Schemas["RulesChecked"],
  });
}

export interface Upload {
  body: BodyInit;
  name: string;
  activate: boolean;
  reason: string;
}

export function useImport() {
  const { param } = useTenant();
  const client = useQueryClient();
  return useMutation<Schemas["RulesImported"], ApiError, Upload>({
    mutationFn: async ({ body, ...query }) => (await (await send(buildUrl("/api/v1/rules/import", {}, { ...query, tenant: param }), { ...upload, body })).json()) as Schemas["RulesImported"],
    onSettled: () => client.invalidateQueries(forgotten(forget)),
  });
}
