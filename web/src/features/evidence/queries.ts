import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type ApiError, get } from "@/api/client";
import { apiQuery, useApi } from "@/api/hooks";
import type { Verdict } from "./logic";

export const useLogs = () => useApi("/api/v1/evidence/logs", {}, { refetchInterval: 15_000 });
export const useRoot = () => useApi("/api/v1/evidence/root", {}, { refetchInterval: 5_000 });

/** Recomputes the tenant's log, all of its rows in turn, and tells how far it is. */
export function useVerify() {
  const client = useQueryClient();
  const [progress, setProgress] = useState(0);
  const m = useMutation<Verdict & { compared: number }, ApiError>({
    mutationFn: async () => {
      setProgress(0);
      let compared = 0;
      for (let from = 0; ; ) {
        const v = await get("/api/v1/forensics/chain/verify", from > 0 ? { query: { rows_from: from } } : {});
        compared += v.rows_checked;
        if (!v.valid || v.rows_next === undefined || v.rows_next <= from) return { ...v, compared };
        from = v.rows_next;
        setProgress(v.size > 0 ? from / v.size : 1);
      }
    },
    onSuccess: (v) => {
      client.setQueryData(apiQuery("/api/v1/forensics/chain/verify").queryKey, v);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["/api/v1/evidence/logs"] }),
  });
  return { run: () => m.mutate(), running: m.isPending, progress, verdict: m.data, error: m.error, idle: m.isIdle };
}
