// What came to a list and what went, a row each: by name where there is one.
import "./groups.css";
import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { count, Icon, Id, plural } from "@/ui";
import { member, type ListChange, type Member } from "./values-logic";

const marks = { added: "plus", removed: "minus", same: "check" } as const;
type Mark = keyof typeof marks;

function Said({ of: m }: { of: Member }) {
  return <span className="member-text">{m.nameless ? <>{m.text} <Text span c="dimmed" inherit>whose name is not known</Text></> : m.text} {m.id && <Id value={m.id} short label="its ID" />}</span>;
}

export function SecretNote() {
  return <Text size="sm" c="dimmed">The value is secret: it is kept as a keyed hash that shows only whether it changed.</Text>;
}

const most = 100;

/** `only`: of two that are compared, what each is called; else expected and observed. */
export function Members({ of: c, names, path, only }: { of: ListChange; names: Record<string, string>; path: string | undefined; only?: readonly [from: string, to: string] }) {
  const words: Record<Mark, string> = only ? { removed: `only in ${only[0]}`, added: `only in ${only[1]}`, same: "in both" } : { removed: "removed", added: "added", same: "as before" };
  const [all, setAll] = useState(false);
  const [many, setMany] = useState(most);
  const changed = [...c.removed.map((v) => ["removed", v] as const), ...c.added.map((v) => ["added", v] as const)];
  const rows: (readonly [Mark, unknown])[] = all ? [...changed, ...c.same.map((v) => ["same", v] as const)] : changed;
  return (
    <div className="members" data-wide={only !== undefined || undefined}>
      <ul>
        {rows.slice(0, many).map(([mark, v], i) => (
          <li key={i} data-mark={mark}>
            <span className="member-mark"><Icon name={marks[mark]} size={12} /> {words[mark]}</span>
            <Said of={member(v, names, path)} />
          </li>
        ))}
      </ul>
      {rows.length > many && <Button variant="subtle" size="compact-xs" onClick={() => setMany(many + most)}>{count(rows.length - many)} more</Button>}
      {c.same.length > 0 && <Button variant="subtle" size="compact-xs" onClick={() => setAll(!all)} aria-expanded={all}>{all ? "Only what changed" : only ? `${plural(c.same.length, "entry is", "entries are")} in both: show` : `${plural(c.same.length, "entry stays", "entries stay")} as before: show`}</Button>}
    </div>
  );
}
