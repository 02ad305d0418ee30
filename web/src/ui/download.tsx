// A table as a file, with what is loaded.
import { Button, Menu } from "@mantine/core";
import { Icon } from "./icons";
import { csvOf } from "./csv";

export interface Export<T> {
  name: string;
  value: (row: T) => string | number | boolean | undefined | null;
}

function save(name: string, type: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const a = document.createElement("a");
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** `name` without its ending. JSON has the rows as the API gave them. */
export function Download<T>({ name, rows, columns, more = false }: { name: string; rows: readonly T[]; columns: Export<T>[]; /** Not everything is loaded. */ more?: boolean }) {
  const n = rows.length;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="download" size={14} />} disabled={n === 0} aria-label="Download"><span className="wide-only">Download</span></Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{more ? `The ${n} rows that are loaded` : `All ${n} rows`}</Menu.Label>
        <Menu.Item onClick={() => save(`${name}.csv`, "text/csv;charset=utf-8", csvOf(columns.map((c) => c.name), rows.map((r) => columns.map((c) => c.value(r)))))}>CSV</Menu.Item>
        <Menu.Item onClick={() => save(`${name}.json`, "application/json", `${JSON.stringify(rows, null, 2)}\n`)}>JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
