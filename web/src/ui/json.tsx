// JSON as text, with places marked: "the value that matched is here". Huge
// documents are drawn in part, more of them at a click.
import { Fragment, useMemo, useState, type ReactNode } from "react";
import { Num } from "@/api/exact";
import { count } from "./format";
import { nextOf, plan, type Node, type Pointer } from "./jsonlines";

export type { Pointer } from "./jsonlines";

interface Pen {
  marks: ReadonlyMap<Pointer, string | undefined>;
  more: (at: Pointer, n: number) => void;
}

const More = ({ onClick, children }: { onClick: () => void; children: ReactNode }) => <button type="button" className="json-more" onClick={onClick}>{children}</button>;

function plainText({ value }: Node & { kind: "plain" }): string {
  return value instanceof Num ? String(value) : JSON.stringify(value);
}

function draw(node: Node, depth: number, pen: Pen): ReactNode {
  const pad = "  ".repeat(depth + 1);
  let body: ReactNode;
  if (node.kind === "plain") {
    const { value, cut } = node;
    body = <><bdi className={`json-${value === null ? "null" : value instanceof Num ? "number" : typeof value}`}>{plainText(node)}</bdi>{cut !== undefined && <More onClick={() => pen.more(node.at, Infinity)}>{count(cut)} more characters</More>}</>;
  } else {
    const [open, close] = node.kind === "list" ? ["[", "]"] : ["{", "}"];
    const last = node.parts.length - 1;
    body = node.size === 0 ? `${open}${close}` : <>{`${open}\n`}{node.parts.map((p, i) => (
      "left" in p
        ? <Fragment key={`left ${i}`}>{pad}<More onClick={() => pen.more(node.at, nextOf(node))}>{node.parts.length === 1 ? `${count(p.left)} inside` : `${count(p.left)} more`}</More>{"\n"}</Fragment>
        : <Fragment key={p.name}>{pad}{node.kind === "object" && <><bdi className="json-name">{JSON.stringify(p.name)}</bdi>: </>}{draw(p.of, depth + 1, pen)}{i < last ? ",\n" : "\n"}</Fragment>
    ))}{"  ".repeat(depth)}{close}</>;
  }
  return pen.marks.has(node.at) ? <mark title={pen.marks.get(node.at)}>{body}</mark> : body;
}

/** `marks` maps places to why they are marked (shown on hover). */
export function JsonView({ value, marks, label = "JSON", maxHeight = 480 }: { value: unknown; marks?: Iterable<[Pointer, string | undefined]>; label?: string; maxHeight?: number | string }) {
  const [shown, setShown] = useState<{ of: unknown; more: ReadonlyMap<Pointer, number> }>({ of: value, more: new Map() });
  const more = useMemo(() => (shown.of === value ? shown.more : new Map<Pointer, number>()), [shown, value]);
  const why = [...(marks ?? [])];
  const places = JSON.stringify(why);
  const drawn = useMemo(() => {
    const marked = new Map(JSON.parse(places) as [Pointer, string | undefined][]);
    return draw(plan(value, marked.keys(), more), 0, { marks: marked, more: (at, n) => setShown({ of: value, more: new Map(more).set(at, n) }) });
  }, [value, places, more]);
  return <pre className="json" tabIndex={0} role="region" aria-label={label} style={{ maxHeight }}>{drawn}</pre>;
}
