import { usePages } from "@/api/hooks";
import type { Values } from "@/ui/filters";
import { decisionsAsk, feedAsk, passes, rowOf, wayOf, type Order, type Row } from "./logic";

/** The list as it was read, whichever way answers these filters. */
export function useFeed(values: Values, tenant: string | undefined, order: Order) {
  const way = wayOf(values, order);
  const feed = usePages("/api/v1/feed/live", feedAsk(values, tenant), { enabled: way === "feed" });
  const decisions = usePages("/api/v1/decisions", decisionsAsk(values, tenant, order), { enabled: way === "decisions" });
  const q = way === "feed" ? feed : decisions;
  /** Reads what was read once more; the newest index then, undefined when it can't be read. */
  const reread = async (): Promise<number | undefined> => {
    const { data, isError } = await q.refetch();
    return isError ? undefined : (data?.pages[0]?.items?.[0]?.index ?? -1);
  };
  const all: Row[] = way === "feed" ? feed.rows : decisions.rows.map(rowOf);
  return {
    rows: all.filter((r) => passes(values, r)), newest: all[0]?.index ?? -1, url: q.url, error: q.error, isPending: q.isPending, isPlaceholderData: q.isPlaceholderData,
    hasNextPage: q.hasNextPage, isFetchingNextPage: q.isFetchingNextPage, fetchNextPage: q.fetchNextPage, refetch: q.refetch, reread,
  };
}
