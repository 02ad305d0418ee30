// How a table reaches rows that it doesn't have: the next page, the one before,
// or one far away.
import type { Around, Failure } from "@/api/around";

/** What usePages answers, as far as a table needs it. */
export interface Pages {
  around: Around;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  isFetchingNextPage: boolean;
  isFetchingPreviousPage: boolean;
  fetchNextPage: () => unknown;
  fetchPreviousPage: () => unknown;
  isError?: boolean;
}

export interface Reach {
  before: number;
  extent: number;
  hasMore: boolean;
  fetching: boolean;
  more: () => void;
  /** Rows from `first` to `last` are in view: asks for what is missing of them or will be soon. */
  look: (first: number, last: number) => void;
  toEnd?: () => Promise<void>;
  going: number | undefined;
  stop: () => void;
  failed?: Failure;
}

/** Rows before the edge of what is in memory at which more is asked for. */
const near = 20;

export type Need = "none" | "next" | "previous" | "seek";

/** What must be asked for so that the rows in view are there. */
export function needOf(first: number, last: number, before: number, count: number, hasNext: boolean): Need {
  const end = before + count;
  if (last < before || first > end) return "seek";
  if (first < before) return "previous";
  if (hasNext && last >= end - near) return "next";
  return before > 0 && first < before + near ? "previous" : "none";
}

/** Rows went while others far from the first were looked at: the list is not empty, its beginning must be read. */
export const mustBeginAnew = (pages: Pages | undefined, count: number): boolean => count === 0 && (pages?.around.before ?? 0) > 0;

interface Given {
  hasMore?: boolean;
  fetchingMore?: boolean;
  fetchMore?: () => unknown;
}

export function reachFor(pages: Pages | undefined, count: number, given: Given): Reach {
  if (!pages) {
    const more = () => void given.fetchMore?.();
    return { before: 0, extent: count, hasMore: given.hasMore ?? false, fetching: given.fetchingMore ?? false, more, look: (_, last) => given.hasMore && !given.fetchingMore && last >= count - near && more(), going: undefined, stop: () => undefined };
  }
  const { around } = pages;
  const busy = pages.isFetchingNextPage || pages.isFetchingPreviousPage;
  return {
    before: around.before, extent: Math.max(around.extent, around.before + count), hasMore: pages.hasNextPage, fetching: pages.isFetchingNextPage, going: around.going, stop: around.stop, failed: around.failed,
    more: () => void pages.fetchNextPage(),
    look: (first, last) => {
      if (busy || around.going !== undefined || around.failed || pages.isError) return;
      const need = needOf(first, last, around.before, count, pages.hasNextPage);
      if (need === "next") void pages.fetchNextPage();
      else if (need === "previous") void pages.fetchPreviousPage();
      else if (need === "seek") void around.seek(first);
    },
    toEnd: pages.hasNextPage ? around.toEnd : undefined,
  };
}
