import { Box, Checkbox, UnstyledButton } from "@mantine/core";
import { Icon } from "./icons";
import type { Column, Sort } from "./table";

interface Props<T> {
  label: string;
  columns: Column<T>[];
  tracks: string;
  slim: boolean;
  sort?: Sort;
  /** How many of those in memory are selected; undefined: there is no selection. */
  chosen?: number;
  count: number;
  all: (on: boolean) => void;
}

export function TableHead<T>({ label, columns, tracks, slim, sort, chosen, count, all }: Props<T>) {
  return (
    <Box role="rowgroup" className="table-head">
      <Box role="row" className="table-row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
        {chosen !== undefined && (
          <span role="columnheader" className="cell">
            <Checkbox aria-label="Select all that are loaded" checked={chosen > 0 && chosen === count} indeterminate={chosen > 0 && chosen < count} onChange={(e) => all(e.currentTarget.checked)} />
          </span>
        )}
        {slim ? <span role="columnheader" className="cell">{label}</span> : columns.map((c) => (
          <span key={c.id} role="columnheader" className="cell" data-right={c.right || undefined} aria-sort={sort && c.sort === sort.by ? (sort.desc ? "descending" : "ascending") : undefined}>
            {c.sort && sort ? <UnstyledButton className="sort" onClick={() => sort.set(c.sort!, sort.by === c.sort ? !sort.desc : true)}>{c.head}{sort.by === c.sort && <Icon name={sort.desc ? "down" : "high"} size={12} />}</UnstyledButton> : c.head}
          </span>
        ))}
      </Box>
    </Box>
  );
}
