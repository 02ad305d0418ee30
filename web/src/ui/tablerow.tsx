// One row of a table. It renders again only when what it shows changed, not
// because the table was scrolled.
import { memo, type MouseEvent } from "react";
import type { Column } from "./table";

export interface Acts {
  focus: (index: number) => void;
  go: (index: number) => void;
  hover: (index: number) => void;
  leave: () => void;
  toggle: (index: number) => void;
}

interface Props<T> {
  row: T | undefined;
  index: number;
  top: number;
  height: number;
  tracks: string;
  columns: Column<T>[];
  narrow?: (row: T) => React.ReactNode;
  current: boolean;
  opens: boolean;
  /** undefined: the table has no selection. */
  selected: boolean | undefined;
  acts: Acts;
}

/** Whether a click meant something else than the row. */
const inner = (e: MouseEvent) => (e.target as HTMLElement).closest("a,button,input,label") !== null;

function Row<T>({ row, index, top, height, tracks, columns, narrow, current, opens, selected, acts }: Props<T>) {
  const style = { gridTemplateColumns: tracks, height, transform: `translateY(${top}px)` };
  if (row === undefined) {
    // Passed before, and not in memory now.
    return <div role="row" className="table-row body-row" data-index={index} aria-rowindex={index + 2} aria-busy="true" style={style}><span role="gridcell" className="cell" style={{ gridColumn: "1 / -1" }}><span className="hole" aria-label="Loading" role="img" /></span></div>;
  }
  return (
    <div
      role="row" className="table-row body-row" data-index={index} aria-rowindex={index + 2} aria-selected={selected} tabIndex={current ? 0 : -1} data-opens={opens || undefined} style={style}
      onFocus={() => acts.focus(index)} onClick={(e) => !inner(e) && getSelection()?.toString() === "" && acts.go(index)} onPointerEnter={() => acts.hover(index)} onPointerLeave={acts.leave}
    >
      {selected !== undefined && <span role="gridcell" className="cell"><input type="checkbox" className="tick" aria-label="Select the row" checked={selected} onChange={() => acts.toggle(index)} tabIndex={-1} /></span>}
      {narrow ? <span role="gridcell" className="cell slim">{narrow(row)}</span> : columns.map((c) => <span key={c.id} role="gridcell" className="cell" data-right={c.right || undefined}>{c.cell(row)}</span>)}
    </div>
  );
}

export const TableRow = memo(Row) as typeof Row;
