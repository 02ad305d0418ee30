// Names behind IDs of people, service accounts and keys. Each row of a list may
// ask for its own: what is asked at the same time goes in one request.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { get, type Schemas } from "./client";

export type Name = Schemas["NameView"];

/** How many go in one request; the query string has a limit. */
const most = 150;

interface Asker {
  done: (n: Name | null) => void;
  fail: (e: unknown) => void;
}

const waiting = new Map<string, Map<string, Asker[]>>();

/** The IDs that have names: principals, and keys as they are made. */
export const hasName = (id: string | undefined): id is string => id !== undefined && (/^pr_[0-9a-z_-]+$/i.test(id) || /^[0-9A-Za-z]{28}$/.test(id));

async function sendFor(tenant: string, asked: [string, Asker[]][]) {
  try {
    const { items } = await get("/api/v1/names", { query: { id: asked.map(([id]) => id), tenant: tenant || undefined, limit: 500 } });
    const by = new Map(items.map((n) => [n.id, n]));
    for (const [id, askers] of asked) for (const a of askers) a.done(by.get(id) ?? null);
  } catch (e) {
    for (const [, askers] of asked) for (const a of askers) a.fail(e);
  }
}

function flush() {
  const all = [...waiting];
  waiting.clear();
  for (const [tenant, ids] of all) {
    const list = [...ids];
    for (let i = 0; i < list.length; i += most) void sendFor(tenant, list.slice(i, i + most));
  }
}

function ask(id: string, tenant: string): Promise<Name | null> {
  return new Promise((done, fail) => {
    if (waiting.size === 0) setTimeout(flush, 4);
    const ids = waiting.get(tenant) ?? new Map<string, Asker[]>();
    waiting.set(tenant, ids);
    ids.set(id, [...(ids.get(id) ?? []), { done, fail }]);
  });
}

/** People are the organisation's, keys a tenant's. */
const placeOf = (id: string, tenant: string | undefined) => (id.startsWith("pr_") || tenant === "all" ? "" : (tenant ?? ""));

export function nameQuery(id: string, tenant?: string) {
  const place = placeOf(id, tenant);
  return queryOptions<Name | null>({ queryKey: ["/api/v1/names", place, id], queryFn: () => ask(id, place), staleTime: 300_000, retry: false });
}

/** What an ID is called: undefined while asked, null when nobody knows it. */
export function useName(id: string | undefined, tenant?: string): Name | null | undefined {
  const q = useQuery({ ...nameQuery(id ?? "", tenant), enabled: hasName(id) });
  return hasName(id) ? (q.isError ? null : q.data) : null;
}
