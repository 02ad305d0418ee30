// Expected and observed, aligned by key, with the names of what is referred to.
import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { count, plural } from "./format";
import { Icon } from "./icons";
import { keyedLines, type Line } from "./keyed";
import { forReading } from "./whole";

const uuid = /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/g;

/** Writes the names of identifiers before them. */
export function withNames(text: string, names: Record<string, string>): string {
  return text.replace(uuid, (id) => (names[id] ? `${names[id]} (${id.slice(0, 8)}…)` : id));
}

const said = { same: "", changed: "changed", added: "added", removed: "removed" } as const;

function Side({ line, text, side, names }: { line: Line; text?: string; side: "left" | "right"; names: Record<string, string> }) {
  const tinted = line.mark !== "same" && (side === "left" ? line.mark !== "added" : line.mark !== "removed");
  return (
    <td className={tinted ? `diff-${side}` : undefined} data-absent={text === undefined || undefined}>
      {text === undefined ? <span className="absent">{side === "left" ? "not there" : "gone"}</span> : <span title={text.length > 60 ? text : undefined}>{withNames(text, names)}</span>}
    </td>
  );
}

export function SideBySide({ left, right, leftName = "Expected", rightName = "Observed", names = {}, title }: { left: unknown; right: unknown; leftName?: string; rightName?: string; names?: Record<string, string>; /** Of a plain value's only row. */ title?: string }) {
  // Of an object that is on one side only, what it is and does; the rest on request.
  const [all, setAll] = useState(false);
  const alone = left === undefined || right === undefined;
  const read = useMemo(() => (alone ? forReading(left ?? right) : undefined), [alone, left, right]);
  const short = read !== undefined && read.left > 0 && !all;
  const lines = useMemo(() => (read && !all ? keyedLines(left === undefined ? undefined : read.value, right === undefined ? undefined : read.value) : keyedLines(left, right)), [left, right, read, all]);
  const same = lines.filter((l) => l.mark === "same").length;
  const [whole, setWhole] = useState(same < 12);
  const wanted = whole ? lines : lines.filter((l) => l.mark !== "same");
  const [most, setMost] = useState(500);
  const shown = wanted.slice(0, most);
  const named = shown.some((l) => l.name !== "");
  return (
    <div className="sbs-wrap" role="region" aria-label={`${leftName} and ${rightName} side by side`} tabIndex={0}>
      <table className="sbs" data-named={named || undefined}>
        <thead>
          <tr>{(named || title) && <th scope="col">Setting</th>}<th scope="col">{leftName}</th><th scope="col">{rightName}</th></tr>
        </thead>
        <tbody>
          {shown.map((l, i) => (
            <tr key={i} data-mark={l.mark}>
              {(named || title) && (
                <th scope="row" style={{ paddingLeft: 10 + l.depth * 14 }}>
                  {l.mark !== "same" && <Icon name={l.mark === "added" ? "plus" : l.mark === "removed" ? "minus" : "pencil"} size={11} title={said[l.mark]} />} {l.name || (named ? <span className="absent">element</span> : title)}
                </th>
              )}
              <Side line={l} text={l.left} side="left" names={names} />
              <Side line={l} text={l.right} side="right" names={names} />
            </tr>
          ))}
        </tbody>
      </table>
      {wanted.length > most && <Button variant="subtle" size="compact-xs" m={6} onClick={() => setMost(most + 1000)}>{count(wanted.length - most)} more lines</Button>}
      {read !== undefined && read.left > 0 && <Button variant="subtle" size="compact-xs" m={6} onClick={() => setAll(!all)}>{short ? `Show ${plural(read.left, "more member")} that ${read.left === 1 ? "is" : "are"} empty or name a type` : "Only what says something"}</Button>}
      {same >= 12 && <Button variant="subtle" size="compact-xs" m={6} onClick={() => setWhole(!whole)}>{whole ? "Only what differs" : `Show ${same} that are equal too`}</Button>}
    </div>
  );
}
