// Filters that the bar has no room for: from below on phones, at the side elsewhere.
import { Button, Checkbox, Chip, Drawer, Group, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { activeCount, chosenOf, type Field, type Values } from "./filters";

interface Change {
  values: Values;
  set: (change: Values) => void;
}

/** Text that is taken over when it rests, and when the sheet closes before that. */
function TextRow({ field, value, set }: { field: Field & { kind: "text" }; value: string; set: (v: string) => void }) {
  const [text, setText] = useState(value);
  const latest = useRef({ text, sent: value, set });
  Object.assign(latest.current, { text, set });
  const send = () => {
    const l = latest.current;
    if (l.text === l.sent) return;
    l.sent = l.text;
    l.set(l.text);
  };
  useEffect(() => {
    const t = setTimeout(send, 300);
    return () => clearTimeout(t);
  }, [text]);
  useEffect(() => send, []);
  return <TextInput size="sm" label={field.label} placeholder={field.placeholder} value={text} onChange={(e) => setText(e.currentTarget.value)} />;
}

function Row({ field: f, values, set }: { field: Field } & Change) {
  const v = values[f.key];
  const now = chosenOf(v);
  if (f.kind === "text") return <TextRow field={f} value={typeof v === "string" ? v : ""} set={(t) => set({ [f.key]: t })} />;
  if (f.kind === "flag") return <Checkbox size="sm" label={f.label} checked={v === true} onChange={(e) => set({ [f.key]: e.currentTarget.checked })} />;
  if (f.kind === "hidden") return null;
  const extra = now.filter((x) => !f.options.some((o) => o.value === x)).map((x) => ({ value: x, label: x }));
  const pick = (value: string) => {
    const rest = now.filter((x) => x !== value);
    if (f.kind === "one") set({ [f.key]: now.includes(value) ? undefined : value });
    else set({ [f.key]: rest.length < now.length ? rest : [...now, value] });
  };
  return (
    <Stack gap={6} role="group" aria-label={f.label}>
      <Text size="sm" fw={600}>{f.label}</Text>
      <Group gap={6}>
        {[...f.options, ...extra].map((o) => <Chip key={o.value} size="xs" checked={now.includes(o.value)} onChange={() => pick(o.value)}>{o.label}</Chip>)}
      </Group>
    </Stack>
  );
}

interface Props extends Change {
  title: string;
  phone: boolean;
  fields: readonly Field[];
  close: () => void;
  children?: ReactNode;
}

export default function FilterSheet({ title, phone, fields, values, set, close, children }: Props) {
  return (
    <Drawer opened onClose={close} position={phone ? "bottom" : "right"} size={phone ? "82%" : 380} title={title} closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="md">
        {fields.map((f) => <Row key={f.key} field={f} values={values} set={set} />)}
        {children}
        <Group justify="flex-end" gap="xs" className="sheet-foot">
          {activeCount(fields, values) > 0 && <Button variant="subtle" size="sm" onClick={() => set(Object.fromEntries(fields.map((f) => [f.key, undefined])))}>Clear these</Button>}
          <Button size="sm" onClick={close}>Show the list</Button>
        </Group>
      </Stack>
    </Drawer>
  );
}
