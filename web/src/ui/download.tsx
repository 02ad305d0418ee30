// A table as a file: what is loaded, or everything that the list has.
import { Button, Menu } from "@mantine/core";
import { useState } from "react";
import { jsonText } from "@/api/exact";
import { Icon } from "./icons";
import { csvOf } from "./csv";
import { save } from "./save";

export interface Export<T> {
  name: string;
  value: (row: T) => string | number | boolean | undefined | null;
}

interface Props<T> {
  /** Without its ending. JSON has the rows as the API gave them. */
  name: string;
  rows: readonly T[];
  columns: Export<T>[];
  /** Not everything is loaded. */
  more?: boolean;
  /** Reads all rows of the list for the file; `tell` hears how many it has so far. */
  all?: (tell: (n: number) => void) => Promise<readonly T[]>;
}

export function Download<T>({ name, rows, columns, more = false, all }: Props<T>) {
  const [read, setRead] = useState<number>();
  const [wrong, setWrong] = useState("");
  const n = rows.length;
  const write = async (as: "csv" | "json") => {
    setWrong("");
    let list = rows;
    if (all) {
      setRead(0);
      try {
        list = await all(setRead);
      } catch (e) {
        return setWrong(e instanceof Error ? e.message : String(e));
      } finally {
        setRead(undefined);
      }
    }
    if (as === "csv") save(`${name}.csv`, "text/csv;charset=utf-8", csvOf(columns.map((c) => c.name), list.map((r) => columns.map((c) => c.value(r)))));
    else save(`${name}.json`, "application/json", `${jsonText(list, 2)}\n`);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name={wrong ? "alert" : "download"} size={14} />} disabled={n === 0 || read !== undefined} aria-label="Download" title={wrong || undefined}>
          <span className="wide-only">{read !== undefined ? `${read} rows…` : wrong ? "Download failed" : "Download"}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{wrong || (all ? "Everything that the list has" : more ? `The ${n} rows that are loaded` : `All ${n} rows`)}</Menu.Label>
        <Menu.Item onClick={() => void write("csv")}>CSV</Menu.Item>
        <Menu.Item onClick={() => void write("json")}>JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
