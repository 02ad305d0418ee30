// A long list of which only the pages around what is looked at are in memory:
// which rows they are, and how to get to others.
import { useQueryClient, type InfiniteData, type QueryKey } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "./client";

export interface Page<T> {
  items: T[];
  next_cursor?: string;
}

/** Where a page begins: the cursor that leads to it, how many rows are before it, and the page before. */
export interface PageAt {
  cursor: string;
  start: number;
  prev?: PageAt;
}

export function nextPage<T>(page: Page<T>, at: PageAt): PageAt | undefined {
  return page.next_cursor ? { cursor: page.next_cursor, start: at.start + (page.items ?? []).length, prev: at } : undefined;
}

/** The page, of those whose place is known, in which the row is. */
export function pageOf(known: Iterable<PageAt>, row: number): PageAt | undefined {
  let best: PageAt | undefined;
  for (const p of known) if (p.start <= row && (!best || p.start > best.start)) best = p;
  return best;
}

export interface Around {
  /** How many rows come before those in memory. */
  before: number;
  /** How far the list is known to reach. */
  extent: number;
  /** Reads the page in which the row is; what was in memory goes. */
  seek: (row: number) => Promise<void>;
  /** Reads through to the last page; what it passes does not stay. */
  toEnd: () => Promise<void>;
  /** How many rows it has passed on the way to the end. */
  going: number | undefined;
  stop: () => void;
  /** Why rows that were sought or passed did not come. */
  failed?: Failure;
}

export interface Failure {
  error: ApiError;
  again: () => void;
}

interface Ask<T> {
  key: QueryKey;
  data: InfiniteData<Page<T>, PageAt> | undefined;
  most: number;
  read: (cursor: string, limit: number, signal: AbortSignal) => Promise<Page<T>>;
}

/** How many rows a step to the end reads; a page that is sought reads as many, since known places may lie that far apart. */
const stride = 500;

/** Reads from page to page; asks again where it is told to be slower. */
export async function walk<T>(from: PageAt, read: (at: PageAt) => Promise<Page<T>>, keep: number, passed: (rows: number) => void, wait: (ms: number) => Promise<void>): Promise<InfiniteData<Page<T>, PageAt>> {
  const out: InfiniteData<Page<T>, PageAt> = { pages: [], pageParams: [] };
  for (let at: PageAt | undefined = from; at; ) {
    let page: Page<T>;
    try {
      page = await read(at);
    } catch (e) {
      if (!(e instanceof ApiError) || e.status !== 429) throw e;
      await wait((e.problem.retry_after_s ?? 1) * 1000);
      continue;
    }
    out.pages.push(page);
    out.pageParams.push(at);
    if (out.pages.length > keep) (out.pages.shift(), out.pageParams.shift());
    passed(at.start + page.items.length);
    at = nextPage(page, at);
  }
  return out;
}

export function useAround<T>({ key, data, most, read }: Ask<T>): Around {
  const client = useQueryClient();
  const name = JSON.stringify(key);
  const known = useRef({ name: "", places: new Map<number, PageAt>(), extent: 0 });
  if (known.current.name !== name) known.current = { name, places: new Map(), extent: 0 };
  const params = data?.pageParams ?? [];
  for (let p: PageAt | undefined = params.at(-1); p && known.current.places.get(p.start) !== p; p = p.prev) known.current.places.set(p.start, p);
  const end = params.length > 0 ? params.at(-1)!.start + (data!.pages.at(-1)!.items ?? []).length : 0;
  const whole = data !== undefined && !data.pages.at(-1)?.next_cursor;
  known.current.extent = whole ? end : Math.max(known.current.extent, end);

  const latest = useRef({ key, read, data });
  latest.current = { key, read, data };
  const busy = useRef<AbortController>(undefined);
  const [going, setGoing] = useState<number>();
  const [failed, setFailed] = useState<Failure>();
  useEffect(() => () => (busy.current?.abort(), (busy.current = undefined), setGoing(undefined), setFailed(undefined)), [name]);

  const one = useCallback(async (work: (signal: AbortSignal) => Promise<InfiniteData<Page<T>, PageAt> | undefined>): Promise<void> => {
    if (busy.current) return;
    const mine = (busy.current = new AbortController());
    const { key: of } = latest.current;
    setFailed(undefined);
    try {
      await client.cancelQueries({ queryKey: of, exact: true });
      const found = await work(mine.signal);
      if (found && !mine.signal.aborted) client.setQueryData(of, found);
    } catch (e) {
      if (mine.signal.aborted) return;
      if (!(e instanceof ApiError)) throw e;
      setFailed({ error: e, again: () => void one(work) });
    } finally {
      if (busy.current === mine) busy.current = undefined;
      setGoing(undefined);
    }
  }, [client]);

  const seek = useCallback((row: number) => one(async (signal) => {
    const at = pageOf(known.current.places.values(), row);
    return at && { pages: [await latest.current.read(at.cursor, stride, signal)], pageParams: [at] };
  }), [one]);

  const toEnd = useCallback(() => one(async (signal) => {
    const now = latest.current.data;
    const page = now?.pages.at(-1);
    const from = now && page && nextPage(page, now.pageParams.at(-1)!);
    if (!from) return undefined;
    const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
    return walk(from, (at) => latest.current.read(at.cursor, stride, signal), Math.max(2, Math.floor(most / 4)), setGoing, pause);
  }), [one, most]);

  const stop = useCallback(() => busy.current?.abort(), []);
  return { before: params[0]?.start ?? 0, extent: known.current.extent, seek, toEnd, going, stop, failed };
}
