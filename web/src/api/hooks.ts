// react-query on the client: keys are the request itself, so that equal
// requests are made once and one prefix forgets all of a resource.
import { infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient, type InfiniteData, type QueryKey } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { paths } from "./gen/schema";
import { nextPage, useAround, type Page, type PageAt } from "./around";
import { forgotten } from "./forget";
import { type AnswerOf, ApiError, type BodyOf, buildUrl, call, get, type PathOf, type PathsWith, type QueryOf } from "./client";

export interface Ask<P extends keyof paths> {
  path?: PathOf<"get", P>;
  query?: QueryOf<"get", P>;
}

/** Options of one GET; for useQuery, prefetchQuery and ensureQueryData alike. */
export function apiQuery<P extends PathsWith<"get">>(path: P, ask: Ask<P> = {}) {
  return queryOptions<AnswerOf<"get", P>, ApiError>({
    queryKey: [path, ask.path ?? {}, ask.query ?? {}] as QueryKey,
    queryFn: ({ signal }) => get(path, { ...ask, signal }),
  });
}

/** One GET. Keeps what it showed while another question is asked. */
export function useApi<P extends PathsWith<"get">>(path: P, ask: Ask<P> = {}, more: { enabled?: boolean; refetchInterval?: number; keep?: boolean } = {}) {
  const { keep = false, ...rest } = more;
  return useQuery({ ...apiQuery(path, ask), ...(keep ? { placeholderData: keepPreviousData } : {}), ...rest });
}

type Listed<P extends PathsWith<"get">> = AnswerOf<"get", P> extends { items: (infer T)[] } ? T : never;

export function pagesQuery<P extends PathsWith<"get">>(path: P, ask: Ask<P> = {}) {
  return infiniteQueryOptions({
    queryKey: [path, "pages", ask.path ?? {}, ask.query ?? {}] as QueryKey,
    initialPageParam: { cursor: "", start: 0 } as PageAt,
    queryFn: ({ pageParam, signal }) => readPage(path, ask, pageParam.cursor, signal),
    getNextPageParam: (last: Page<Listed<P>>, _, at: PageAt): PageAt | undefined => nextPage(last, at),
    getPreviousPageParam: (_first, _, at: PageAt): PageAt | undefined => at.prev,
  });
}

/** A list by cursor pages, flat. Hand it to <DataTable pages/> whole; `most` is how many pages stay in memory, those around what is looked at. */
export function usePages<P extends PathsWith<"get">>(path: P, ask: Ask<P> = {}, more: { enabled?: boolean; refetchInterval?: number; most?: number } = {}) {
  const { most, ...rest } = more;
  const options = pagesQuery(path, ask);
  const q = useInfiniteQuery({ ...options, placeholderData: keepPreviousData, ...rest, ...(most ? { maxPages: most } : {}) });
  const pages = q.data?.pages;
  const rows = useMemo(() => (pages ?? []).flatMap((p) => p.items ?? []), [pages]);
  const around = useAround<Listed<P>>({ key: options.queryKey, data: q.isPlaceholderData ? undefined : (q.data as InfiniteData<Page<Listed<P>>, PageAt> | undefined), most: most ?? 0, read: (cursor, limit, signal) => readPage(path, { ...ask, query: { ...ask.query, limit } as unknown as QueryOf<"get", P> }, cursor, signal) });
  return { ...q, rows, around, error: q.error as ApiError | null, url: buildUrl(String(path), ask.path, ask.query) };
}

function readPage<P extends PathsWith<"get">>(path: P, ask: Ask<P>, cursor: string, signal: AbortSignal) {
  return get(path, { ...ask, query: { ...ask.query, ...(cursor ? { cursor } : {}) } as QueryOf<"get", P>, signal }) as unknown as Promise<Page<Listed<P>>>;
}

export interface WriteInput<M extends "post" | "put" | "patch" | "delete", P extends PathsWith<M>> {
  path?: PathOf<M, P>;
  query?: QueryOf<M, P>;
  body?: BodyOf<M, P>;
  headers?: Record<string, string>;
}

/**
 * A write. A failed one that is tried again with the same input keeps its
 * Idempotency-Key, so that it happens once. `forget` names path prefixes whose
 * answers are asked for again; where things stand always is.
 */
export function useWrite<M extends "post" | "put" | "patch" | "delete", P extends PathsWith<M>>(method: M, path: P, forget: string[]) {
  const client = useQueryClient();
  const kept = useRef(new Map<string, string>());
  return useMutation<AnswerOf<M, P>, ApiError, WriteInput<M, P>>({
    mutationFn: async (input) => {
      const keys = kept.current;
      const same = JSON.stringify(input);
      const idempotencyKey = keys.get(same) ?? crypto.randomUUID();
      keys.set(same, idempotencyKey);
      const answer = await call(method, path, { ...input, idempotencyKey });
      keys.delete(same);
      return answer;
    },
    onSettled: () => client.invalidateQueries(forgotten(forget)),
  });
}
