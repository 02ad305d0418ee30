import type { ReactNode } from "react";

/** Names and values; what is undefined, null or false is left out. */
export function KeyValue({ rows, columns = 1 }: { rows: [name: string, value: ReactNode][]; columns?: 1 | 2 }) {
  return (
    <dl className={`kv kv-${columns}`}>
      {rows.filter(([, v]) => v !== undefined && v !== null && v !== false && v !== "").map(([name, v]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{v}</dd>
        </div>
      ))}
    </dl>
  );
}
