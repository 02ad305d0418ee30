// A table that holds 100,000 rows: only those in view exist. The page scrolls,
// not the table; the keyboard moves through it.
import { Box, Button, Checkbox, Group, Loader, Text, UnstyledButton } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type MouseEvent, type ReactNode } from "react";
import { useShortcuts } from "@/app/shortcuts";
import { Icon } from "./icons";
import type { Target } from "./link";
import { Loading } from "./states";

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
  hasMore?: boolean;
  fetchingMore?: boolean;
  fetchMore?: () => unknown;
  empty?: ReactNode;
  sort?: { by: string; desc: boolean; set: (by: string, desc: boolean) => void };
}

/** Whether a click meant something else than the row. */
const inner = (e: MouseEvent) => (e.target as HTMLElement).closest("a,button,input,label") !== null;

function useMove(count: number, show: (i: number) => void) {
  const [at, setAt] = useState(0);
  const move = (to: number) => {
    if (count === 0) return;
    const i = Math.max(0, Math.min(count - 1, to));
    setAt(i);
    show(i);
  };
  return { at: Math.min(at, Math.max(0, count - 1)), move, setAt };
}

export function DataTable<T>(props: Props<T>) {
  const { rows, loading, empty } = props;
  if (loading && rows.length === 0) return <Loading rows={10} height={props.rowHeight ?? 38} />;
  if (rows.length === 0) return empty ?? <Text c="dimmed" size="sm" p="sm">Nothing to show.</Text>;
  return <Rows {...props} />;
}

function Rows<T>({ label, rows, columns, rowKey, open, selection, rowHeight = 38, narrow, stale, hasMore, fetchingMore, fetchMore, sort }: Props<T>) {
  const { ref: sizer, width } = useElementSize();
  const body = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const navigate = useNavigate();
  const router = useRouter();
  const slim = narrow !== undefined && width > 0 && width < narrow.below;
  const height = slim ? narrow.height : rowHeight;
  const shown = columns.filter((c) => !c.from || width === 0 || width >= c.from);
  const tracks = `${selection ? "34px " : ""}${slim ? "minmax(0, 1fr)" : shown.map((c) => c.width).join(" ")}`;
  useLayoutEffect(() => {
    const top = (body.current?.getBoundingClientRect().top ?? 0) + scrollY;
    if (Math.abs(top - margin) > 1) setMargin(top);
  });
  const v = useWindowVirtualizer({ count: rows.length, estimateSize: () => height, overscan: 10, scrollMargin: margin, getItemKey: (i) => rowKey(rows[i]!), scrollPaddingStart: 96, scrollPaddingEnd: 24 });
  useEffect(() => v.measure(), [height, v]);
  const items = v.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !fetchingMore && last >= rows.length - 20) void fetchMore?.();
  }, [last, rows.length, hasMore, fetchingMore, fetchMore]);

  const wantFocus = useRef(false);
  const { at, move, setAt } = useMove(rows.length, (i) => {
    wantFocus.current = true;
    v.scrollToIndex(i);
    const r = rows[i];
    if (r && open) void router.preloadRoute({ ...open(r), search: open(r).search ?? {} });
  });
  useEffect(() => {
    if (!wantFocus.current) return;
    const el = body.current?.querySelector<HTMLElement>(`[data-index="${at}"]`);
    if (el) (wantFocus.current = false), el.focus({ preventScroll: true });
  });
  const go = (row: T | undefined) => {
    if (row && open) void navigate({ ...open(row), search: open(row).search ?? {} });
  };
  const toggle = (row: T | undefined) => {
    if (!row || !selection) return;
    const keys = new Set(selection.keys);
    if (!keys.delete(rowKey(row))) keys.add(rowKey(row));
    selection.set(keys);
  };
  useShortcuts([
    { keys: "j", label: "Next row", group: "List", run: () => move(wantsFirst(body.current) ? at : at + 1) },
    { keys: "k", label: "Previous row", group: "List", run: () => move(at - 1) },
    { keys: "ArrowDown", label: "Next row", group: "List", run: () => move(wantsFirst(body.current) ? at : at + 1) },
    { keys: "ArrowUp", label: "Previous row", group: "List", run: () => move(at - 1) },
    ...(open ? [{ keys: "Enter", label: "Open the row", group: "List", run: (e: KeyboardEvent) => { const t = e.target as HTMLElement; if (t.closest("a,button")) t.click(); else go(rows[at]); } }] : []),
    ...(selection ? [{ keys: "x", label: "Select the row", group: "List", run: () => toggle(rows[at]) }] : []),
  ]);

  const allKeys = selection ? rows.map(rowKey) : [];
  const chosen = selection ? allKeys.filter((k) => selection.keys.has(k)).length : 0;
  return (
    <Box ref={sizer} role="grid" aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1} className="table" data-stale={stale || undefined}>
      <Box role="rowgroup" className="table-head">
        <Box role="row" className="table-row" style={{ gridTemplateColumns: tracks }}>
          {selection && (
            <span role="columnheader" className="cell">
              <Checkbox aria-label="Select all that are loaded" checked={chosen > 0 && chosen === rows.length} indeterminate={chosen > 0 && chosen < rows.length} onChange={(e) => selection.set(new Set(e.currentTarget.checked ? allKeys : []))} />
            </span>
          )}
          {slim ? <span role="columnheader" className="cell">{label}</span> : shown.map((c) => (
            <span key={c.id} role="columnheader" className="cell" data-right={c.right || undefined} aria-sort={sort && c.sort === sort.by ? (sort.desc ? "descending" : "ascending") : undefined}>
              {c.sort && sort ? <UnstyledButton className="sort" onClick={() => sort.set(c.sort!, sort.by === c.sort ? !sort.desc : true)}>{c.head}{sort.by === c.sort && <Icon name={sort.desc ? "down" : "high"} size={12} />}</UnstyledButton> : c.head}
            </span>
          ))}
        </Box>
      </Box>
      <div ref={body} role="rowgroup" style={{ height: v.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const row = rows[item.index]!;
          const key = rowKey(row);
          return (
            <div
              key={item.key} role="row" className="table-row body-row" data-index={item.index} aria-rowindex={item.index + 2} aria-selected={selection ? selection.keys.has(key) : undefined} tabIndex={item.index === at ? 0 : -1} data-opens={open ? true : undefined}
              style={{ gridTemplateColumns: tracks, height, transform: `translateY(${item.start - v.options.scrollMargin}px)` }}
              onFocus={() => setAt(item.index)} onClick={(e) => !inner(e) && getSelection()?.toString() === "" && go(row)} onMouseEnter={() => open && void router.preloadRoute({ ...open(row), search: open(row).search ?? {} })}
            >
              {selection && <span role="gridcell" className="cell"><Checkbox aria-label="Select the row" checked={selection.keys.has(key)} onChange={() => toggle(row)} tabIndex={-1} /></span>}
              {slim ? <span role="gridcell" className="cell slim">{narrow.cell(row)}</span> : shown.map((c) => <span key={c.id} role="gridcell" className="cell" data-right={c.right || undefined}>{c.cell(row)}</span>)}
            </div>
          );
        })}
      </div>
      {hasMore && (
        <Group justify="center" p="xs">
          {fetchingMore ? <Loader size="xs" aria-label="Loading more" /> : <Button variant="subtle" onClick={() => void fetchMore?.()}>Load more</Button>}
        </Group>
      )}
    </Box>
  );
}

/** The first key press lands on the row that is marked, not on the one after it. */
function wantsFirst(body: HTMLElement | null): boolean {
  return !body?.contains(document.activeElement);
}
