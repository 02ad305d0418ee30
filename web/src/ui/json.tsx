// JSON as text, with places marked: "the value that matched is here".
import { Fragment, type ReactNode } from "react";

/** A place in a document: RFC 6901, such as /user/name. */
export type Pointer = string;

const step = (at: Pointer, name: string | number) => `${at}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;

function Value({ value, at, depth, marks }: { value: unknown; at: Pointer; depth: number; marks: ReadonlyMap<Pointer, string | undefined> }): ReactNode {
  const pad = "  ".repeat(depth + 1);
  const end = "  ".repeat(depth);
  let body: ReactNode;
  if (Array.isArray(value)) {
    body = value.length === 0 ? "[]" : <>{"[\n"}{value.map((v, i) => <Fragment key={i}>{pad}<Value value={v} at={step(at, i)} depth={depth + 1} marks={marks} />{i < value.length - 1 ? ",\n" : "\n"}</Fragment>)}{end}]</>;
  } else if (value !== null && typeof value === "object") {
    const names = Object.entries(value);
    body = names.length === 0 ? "{}" : <>{"{\n"}{names.map(([k, v], i) => <Fragment key={k}>{pad}<span className="json-name">{JSON.stringify(k)}</span>: <Value value={v} at={step(at, k)} depth={depth + 1} marks={marks} />{i < names.length - 1 ? ",\n" : "\n"}</Fragment>)}{end}{"}"}</>;
  } else {
    body = <span className={`json-${value === null ? "null" : typeof value}`}>{JSON.stringify(value) ?? "null"}</span>;
  }
  return marks.has(at) ? <mark title={marks.get(at)}>{body}</mark> : body;
}

/** `marks` maps places to why they are marked (shown on hover). */
export function JsonView({ value, marks, label = "JSON", maxHeight = 480 }: { value: unknown; marks?: Iterable<[Pointer, string | undefined]>; label?: string; maxHeight?: number | string }) {
  return (
    <pre className="json" tabIndex={0} role="region" aria-label={label} style={{ maxHeight }}>
      <Value value={value} at="" depth={0} marks={new Map(marks ?? [])} />
    </pre>
  );
}
