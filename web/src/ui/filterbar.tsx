// The filters of a list, kept in the URL.
import { Badge, Button, Checkbox, CloseButton, Group, Popover, ScrollArea, Stack, TextInput, UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { again } from "@/app/again";
import type { Search } from "@/app/search";
import { useShortcuts } from "@/app/shortcuts";
import { activeCount, arrange, chosenOf, readFilters, writeFilters, type Field, type Values } from "./filters";
import { Icon } from "./icons";

/** The filters in the URL, checked, and how to change them. */
export function useFilters<V extends Values = Values>(fields: readonly Field[]): [V, (change: Values) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const text = JSON.stringify(search);
  const values = useMemo(() => readFilters(fields, JSON.parse(text) as Search) as V, [fields, text]);
  return [values, (change) => void navigate({ to: ".", search: (s: Search) => writeFilters(s, change), replace: true })];
}

interface Change {
  values: Values;
  set: (change: Values) => void;
}

/** Filters of another make (a list to search in, times): in the bar, and on phones with the others. */
interface Extra {
  node: ReactNode;
  /** How many of them are set. */
  active: number;
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

/** One filter in the bar. */
function InBar({ field: f, values, set }: { field: Field } & Change) {
  const v = values[f.key];
  if (f.kind === "text") return <TextField field={f} value={typeof v === "string" ? v : ""} set={(t) => set({ [f.key]: t })} />;
  if (f.kind === "many" || f.kind === "one") return <Choice field={f} value={chosenOf(v)} set={(n) => set({ [f.key]: f.kind === "many" ? n : n[0] })} />;
  if (f.kind === "flag") return <Checkbox label={f.label} checked={v === true} onChange={(e) => set({ [f.key]: e.currentTarget.checked })} />;
  return typeof v === "string" && (
    <Badge variant="light" size="lg" tt="none" fw={500} maw={320} rightSection={<CloseButton size="xs" aria-label={`Clear ${f.label}`} onClick={() => set({ [f.key]: undefined })} />}>{f.label}: {v}</Badge>
  );
}

const loadSheet = () => again(() => import("./filtersheet"));
const Sheet = lazy(loadSheet);

/** The filters that have no place in the bar: on phones all but the text, elsewhere the rare ones. */
function Behind({ fields, phone, values, set, extra }: { fields: readonly Field[]; phone: boolean; extra?: Extra } & Change) {
  const [opened, setOpened] = useState(false);
  const active = phone ? activeCount(fields, values) + (extra?.active ?? 0) : 0; // elsewhere those that are set stand in the bar
  return (
    <>
      <Button
        variant={active ? "light" : "default"} fw={active ? 600 : 400} leftSection={<Icon name="filter" size={14} />} aria-haspopup="dialog" aria-expanded={opened}
        onPointerEnter={() => void loadSheet()} onFocus={() => void loadSheet()} onClick={() => setOpened(true)}
      >
        {phone ? "Filters" : "More filters"}{active > 0 && ` (${active})`}
      </Button>
      {opened && <Suspense fallback={null}><Sheet title={phone ? "Filters" : "More filters"} phone={phone} fields={fields} values={values} set={set} close={() => setOpened(false)}>{extra?.node}</Sheet></Suspense>}
    </>
  );
}

export function FilterBar({ fields, values, set, extra }: { fields: readonly Field[]; extra?: Extra } & Change) {
  const phone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false }) === true;
  const { bar, behind, said } = arrange(fields, phone, values);
  const active = activeCount(fields, values);
  const one = phone && behind.length === 1 && !extra; // no sheet for a single one
  return (
    <Group gap={6} mb="sm" role="search" aria-label="Filters">
      {(one ? [...bar, ...behind] : bar).map((f) => <InBar key={f.key} field={f} values={values} set={set} />)}
      {(behind.length > 0 || (phone && extra)) && !one && <Behind fields={behind} phone={phone} values={values} set={set} extra={phone ? extra : undefined} />}
      {!phone && extra?.node}
      {said.map((f) => <InBar key={f.key} field={f} values={values} set={set} />)}
      {active > 1 && <Button variant="subtle" onClick={() => set(Object.fromEntries(fields.map((f) => [f.key, undefined])))}>Clear all</Button>}
    </Group>
  );
}
