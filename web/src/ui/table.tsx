// A table that holds 100,000 rows: only those in view exist, and of a list by
// pages only those around them are in memory. The page scrolls, not the table;
// the keyboard moves through it.
import { Box, Button, Group, Loader, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useShortcuts } from "@/app/shortcuts";
import { count as inWords } from "./format";
import type { Target } from "./link";
import { Failed, Loading } from "./states";
import { TableHead } from "./tablehead";
import { useMoves } from "./tablemoves";
import { TableRow, type Acts } from "./tablerow";
import { mustBeginAnew, reachFor, type Pages } from "./tablepages";

export interface Column<T> {
  id: string;
  head: string;
  cell: (row: T) => ReactNode;
  /** A track of a CSS grid: "90px", "minmax(120px, 2fr)". */
  width: string;
  /** Left out in tables narrower than this, in pixels. */
  from?: number;
  right?: boolean;
  /** The name that the API sorts by. */
  sort?: string;
}

export interface Selection {
  keys: ReadonlySet<string>;
  set: (keys: ReadonlySet<string>) => void;
}

export interface Sort {
  by: string;
  desc: boolean;
  set: (by: string, desc: boolean) => void;
}

interface Props<T> {
  label: string;
  rows: readonly T[];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  /** What a row opens. */
  open?: (row: T) => Target;
  selection?: Selection;
  rowHeight?: number;
  /** One cell for the whole row, where the table is narrower than `below`. */
  narrow?: { below: number; height: number; cell: (row: T) => ReactNode };
  loading?: boolean;
  /** Shown data is of the question before. */
  stale?: boolean;
  /** The answer of usePages, when `rows` are its rows: reads on by itself, and keeps only what is near. */
  pages?: Pages;
  hasMore?: boolean;
  fetchingMore?: boolean;
  fetchMore?: () => unknown;
  empty?: ReactNode;
  sort?: Sort;
}

export function DataTable<T>(props: Props<T>) {
  const { rows, loading, empty, pages } = props;
  const anew = mustBeginAnew(pages, rows.length);
  const seek = pages?.around.seek;
  const failed = pages?.around.failed;
  useEffect(() => {
    if (anew && !failed) void seek?.(0);
  }, [anew, failed, seek]);
  if (anew && failed) return <Failed error={failed.error} what="The list could not be read." retry={failed.again} />;
  if ((loading || anew) && rows.length === 0) return <Loading rows={10} height={props.rowHeight ?? 38} />;
  if (rows.length === 0) return empty ?? <Text c="dimmed" size="sm" p="sm">Nothing to show.</Text>;
  return <Rows {...props} />;
}

/** Where the table's body begins on the page. */
function useTop(body: React.RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const now = (body.current?.getBoundingClientRect().top ?? 0) + scrollY;
    if (Math.abs(now - top) > 1) setTop(now);
  });
  return top;
}

function Rows<T>({ label, rows, columns, rowKey, open, selection, rowHeight = 38, narrow, stale, pages, sort, ...given }: Props<T>) {
  const { ref: sizer, width } = useElementSize();
  const body = useRef<HTMLDivElement>(null);
  const margin = useTop(body);
  const navigate = useNavigate();
  const router = useRouter();
  const reach = reachFor(pages, rows.length, given);
  const { before, extent } = reach;
  const slim = narrow !== undefined && width > 0 && width < narrow.below;
  const height = slim ? narrow.height : rowHeight;
  const shown = useMemo(() => columns.filter((c) => !c.from || width === 0 || width >= c.from), [columns, width]);
  const tracks = `${selection ? "34px " : ""}${slim ? "minmax(0, 1fr)" : shown.map((c) => c.width).join(" ")}`;
  const v = useWindowVirtualizer({
    count: extent, estimateSize: () => height, overscan: 6, scrollMargin: margin, scrollPaddingStart: 96, scrollPaddingEnd: 24,
    getItemKey: (i) => (i >= before && i < before + rows.length ? rowKey(rows[i - before]!) : `hole ${i}`),
  });
  useEffect(() => v.measure(), [height, v]);
  const items = v.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (!moves.heading(first, last)) reach.look(first, last);
  });

  const at = (index: number): T | undefined => rows[index - before];
  const target = (row: T) => ({ ...open!(row), search: open!(row).search ?? {} });
  const ahead = useRef<ReturnType<typeof setTimeout>>(undefined);
  const prefetch = (index: number, after: number) => {
    clearTimeout(ahead.current);
    // Not for each row that passes below the pointer, or by which the keys go.
    if (open) ahead.current = setTimeout(() => { const row = now.current.at(index); if (row) void router.preloadRoute(target(row)).catch(() => undefined); }, after);
  };
  useEffect(() => () => clearTimeout(ahead.current), []);
  const go = (row: T | undefined) => {
    if (row && open) void navigate(target(row));
  };
  const toggle = (row: T | undefined) => {
    if (!row || !selection) return;
    const keys = new Set(selection.keys);
    if (!keys.delete(rowKey(row))) keys.add(rowKey(row));
    selection.set(keys);
  };
  const moves = useMoves({ label, body, count: extent, scrollTo: (i) => v.scrollToIndex(i), reach });
  const now = useRef({ at, go, toggle, focus: moves.focus, prefetch });
  now.current = { at, go, toggle, focus: moves.focus, prefetch };
  const acts = useRef<Acts>({
    focus: (i) => (now.current.focus(i), now.current.prefetch(i, 150)), hover: (i) => now.current.prefetch(i, 80), leave: () => clearTimeout(ahead.current),
    go: (i) => now.current.go(now.current.at(i)), toggle: (i) => now.current.toggle(now.current.at(i)),
  }).current;
  useShortcuts([
    ...moves.shortcuts,
    ...(open ? [{ keys: "Enter", label: "Open the row", group: "List", run: (e: KeyboardEvent) => { const t = e.target as HTMLElement; if (t.closest("a,button")) t.click(); else go(at(moves.at)); } }] : []),
    ...(selection ? [{ keys: "x", label: "Select the row", group: "List", run: () => toggle(at(moves.at)) }] : []),
  ]);

  const chosen = selection && (selection.keys.size === 0 ? 0 : rows.filter((r) => selection.keys.has(rowKey(r))).length);
  return (
    <div className="table" data-stale={stale || undefined}>
      <Box ref={sizer} role="grid" aria-label={label} aria-rowcount={reach.hasMore ? -1 : extent + 1}>
        <TableHead label={label} columns={shown} tracks={tracks} slim={slim} sort={sort} chosen={chosen} count={rows.length} all={(on) => selection?.set(new Set(on ? rows.map(rowKey) : []))} />
        <div ref={body} role="rowgroup" onBlur={moves.blur} style={{ height: v.getTotalSize(), position: "relative" }}>
          {items.map((item) => {
            const row = at(item.index);
            return (
              <TableRow
                key={item.key} row={row} index={item.index} top={item.start - v.options.scrollMargin} height={height} tracks={tracks} columns={shown} narrow={slim ? narrow.cell : undefined}
                current={item.index === moves.at} opens={open !== undefined} selected={selection && row !== undefined ? selection.keys.has(rowKey(row)) : undefined} acts={acts}
              />
            );
          })}
        </div>
      </Box>
      {reach.going !== undefined ? (
        <Group justify="center" p="xs" gap="xs" role="status"><Loader size="xs" aria-hidden /><Text size="sm">On the way to the end: {inWords(reach.going)} rows passed.</Text><Button variant="subtle" size="compact-sm" onClick={moves.stop}>Stop</Button></Group>
      ) : reach.failed ? (
        <Box p="xs"><Failed error={reach.failed.error} what="Some rows could not be read." retry={reach.failed.again} /></Box>
      ) : reach.hasMore && (
        <Group justify="center" p="xs" mih={46}>
          {reach.fetching ? <Loader size="xs" aria-label="Loading more" /> : <Button variant="subtle" onClick={reach.more}>Load more</Button>}
        </Group>
      )}
    </div>
  );
}
