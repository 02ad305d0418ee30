// The filters of a list, kept in the URL.
import { Badge, Box, Button, Checkbox, CloseButton, Group, Popover, ScrollArea, Stack, TextInput, UnstyledButton } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Search } from "@/app/search";
import { useShortcuts } from "@/app/shortcuts";
import { activeCount, readFilters, writeFilters, type Field, type Values } from "./filters";
import { Icon } from "./icons";

/** The filters in the URL, checked, and how to change them. */
export function useFilters<V extends Values = Values>(fields: readonly Field[]): [V, (change: Values) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const text = JSON.stringify(search);
  const values = useMemo(() => readFilters(fields, JSON.parse(text) as Search) as V, [fields, text]);
  return [values, (change) => void navigate({ to: ".", search: (s: Search) => writeFilters(s, change), replace: true })];
}

function TextField({ field, value, set }: { field: Field & { kind: "text" }; value: string; set: (v: string) => void }) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // The URL changed by another way than this field.
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const t = setTimeout(() => ((sent.current = text), set(text)), 250);
    return () => clearTimeout(t);
  });
  useShortcuts(field.main ? [{ keys: "/", label: "Filter by text", group: "List", run: () => input.current?.select() }] : []);
  return (
    <TextInput
      ref={input} aria-label={field.label} placeholder={field.placeholder ?? field.label} value={text} onChange={(e) => setText(e.currentTarget.value)} style={{ flex: field.main ? "1 1 200px" : "0 1 160px", maxWidth: field.main ? 420 : 220 }}
      leftSection={field.main ? <Icon name="search" size={14} /> : undefined} rightSection={text ? <CloseButton size="xs" aria-label={`Clear ${field.label}`} onClick={() => setText("")} /> : undefined}
      onKeyDown={(e) => e.key === "Escape" && (text ? setText("") : e.currentTarget.blur())}
    />
  );
}

function Choice({ field, value, set }: { field: Field & { kind: "many" | "one" }; value: string[]; set: (v: string[]) => void }) {
  const name = (v: string) => field.options.find((o) => o.value === v)?.label ?? v;
  const extra = value.filter((v) => !field.options.some((o) => o.value === v)).map((v) => ({ value: v, label: v }));
  const said = value.length === 0 ? "" : value.length <= 2 ? value.map(name).join(", ") : `${value.length} chosen`;
  return (
    <Popover position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button variant={value.length ? "light" : "default"} fw={value.length ? 600 : 400} rightSection={<Icon name="down" size={12} />}>{said ? `${field.label}: ${said}` : field.label}</Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" miw={180}>
        <ScrollArea.Autosize mah={320}>
          {field.kind === "many" ? (
            <Checkbox.Group value={value} onChange={set} aria-label={field.label}>
              <Stack gap={8} p={4}>{[...field.options, ...extra].map((o) => <Checkbox key={o.value} value={o.value} label={o.label} />)}</Stack>
            </Checkbox.Group>
          ) : (
            field.options.map((o) => <UnstyledButton key={o.value} className="option" aria-pressed={value[0] === o.value} onClick={() => set(value[0] === o.value ? [] : [o.value])}>{o.label}{value[0] === o.value && <Icon name="check" size={14} title="chosen" />}</UnstyledButton>)
          )}
        </ScrollArea.Autosize>
        {value.length > 0 && <Button variant="subtle" size="compact-xs" mt={6} onClick={() => set([])}>Clear</Button>}
      </Popover.Dropdown>
    </Popover>
  );
}

export function FilterBar({ fields, values, set }: { fields: readonly Field[]; values: Values; set: (change: Values) => void }) {
  const active = activeCount(fields, values);
  return (
    <Group gap={6} mb="sm" role="search" aria-label="Filters">
      {fields.map((f) => {
        const v = values[f.key];
        if (f.kind === "text") return <TextField key={f.key} field={f} value={typeof v === "string" ? v : ""} set={(t) => set({ [f.key]: t })} />;
        if (f.kind === "many" || f.kind === "one") {
          const chosen = Array.isArray(v) ? v : typeof v === "string" ? [v] : [];
          return <Choice key={f.key} field={f} value={chosen} set={(n) => set({ [f.key]: f.kind === "many" ? n : n[0] })} />;
        }
        if (f.kind === "flag") return <Checkbox key={f.key} label={f.label} checked={v === true} onChange={(e) => set({ [f.key]: e.currentTarget.checked })} />;
        return typeof v === "string" && (
          <Badge key={f.key} variant="light" size="lg" tt="none" fw={500} maw={320} rightSection={<CloseButton size="xs" aria-label={`Clear ${f.label}`} onClick={() => set({ [f.key]: undefined })} />}>{f.label}: {v}</Badge>
        );
      })}
      {active > 1 && <Button variant="subtle" onClick={() => set(Object.fromEntries(fields.map((f) => [f.key, undefined])))}>Clear all</Button>}
      <Box />
    </Group>
  );
}
