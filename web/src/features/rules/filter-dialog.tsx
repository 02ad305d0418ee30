// A new filter: which rules, what it leaves out, until when, and why.
import { ActionIcon, Autocomplete, Button, Checkbox, Group, Modal, MultiSelect, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState, type FormEvent } from "react";
import { useApi } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useTenant } from "@/app/tenant";
import { Failed, Icon, InTenant } from "@/ui";
import { fieldsIn, filterBounds, searchOf, tests, type Part, type RuleDetail } from "./logic";
import { tell, useAddFilter } from "./queries";

interface Chosen {
  id: string;
  title: string;
}

/** Rules by a part of their title. */
function PickRules({ value, set, disabled }: { value: Chosen[]; set: (v: Chosen[]) => void; disabled: boolean }) {
  const { param } = useTenant();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text, 200);
  const q = useApi("/api/v1/rules", { query: { q: asked || undefined, kind: "rule", limit: 50, tenant: param } }, { keep: true });
  const found = (q.data?.items ?? []).map((r) => ({ id: r.id, title: r.title }));
  const all = [...value, ...found.filter((f) => !value.some((v) => v.id === f.id))];
  return (
    <MultiSelect size="xs"
      label="Rules" placeholder={value.length === 0 ? "Part of a title" : undefined} data={all.map((r) => ({ value: r.id, label: r.title }))} value={value.map((r) => r.id)} disabled={disabled} searchable searchValue={text} onSearchChange={setText}
      onChange={(ids) => set(ids.map((id) => all.find((r) => r.id === id)!))} filter={({ options }) => options} nothingFoundMessage="No rule of that title" hidePickedOptions clearable clearButtonProps={{ "aria-label": "No rule" }}
    />
  );
}

export function FilterDialog({ rules: first, clauses = [], close }: { rules: Chosen[]; clauses?: RuleDetail["looks_for"]; close: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const add = useAddFilter();
  const known = useMemo(() => fieldsIn(clauses), [clauses]);
  const [title, setTitle] = useState("");
  const [rules, setRules] = useState(first);
  const [all, setAll] = useState(false);
  const [parts, setParts] = useState<Part[]>([{ field: known[0] ?? "", test: "|contains", value: "" }]);
  const bounds = useMemo(() => filterBounds(new Date(), all), [all]);
  const [until, setUntil] = useState(bounds.proposed);
  const [reason, setReason] = useState(edit.reason);
  const search = searchOf(parts);
  const end = until > bounds.most ? bounds.most : until;
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    await add.mutateAsync({ query: { tenant: param }, body: { title: title.trim(), ...(all ? { all: true } : { rules: rules.map((r) => r.id) }), not: search as never, expires: new Date(end).toISOString(), reason: reason.trim() } });
    tell("The filter holds", "From the next event on, until its end. Hits that it takes out stay in the decision’s trace.");
    close();
  };
  const change = (i: number, c: Partial<Part>) => setParts(parts.map((p, n) => (n === i ? { ...p, ...c } : p)));
  return (
    <Modal opened onClose={close} title="Take known noise out" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <Text size="sm" c="dimmed">Hits that fit all of this give no points until the filter ends. They stay visible in each decision’s trace.</Text>
          <TextInput label="Title" value={title} onChange={(e) => setTitle(e.currentTarget.value)} required maxLength={200} placeholder="Nightly backup of the file servers" data-autofocus />
          <PickRules value={rules} set={setRules} disabled={all} />
          <Checkbox label="Every rule instead, but for the critical ones, for a day at most" checked={all} onChange={(e) => setAll(e.currentTarget.checked)} />
          <Stack gap={6} role="group" aria-label="What it leaves out">
            <Text size="sm" fw={500}>Leave out when</Text>
            {parts.map((p, i) => (
              <Group key={i} gap={6} align="flex-start" wrap="wrap">
                <Autocomplete size="xs" aria-label="Field" placeholder="Field" data={known} value={p.field} onChange={(field) => change(i, { field })} style={{ flex: "1 1 140px" }} />
                <Select aria-label="Test" data={tests} value={p.test} onChange={(test) => change(i, { test: test ?? "" })} allowDeselect={false} w={180} />
                <Textarea aria-label="Value" placeholder="Value; one on each line for several" value={p.value} onChange={(e) => change(i, { value: e.currentTarget.value })} autosize minRows={1} maxRows={6} style={{ flex: "2 1 200px" }} />
                {parts.length > 1 && <ActionIcon variant="subtle" aria-label="Leave this part out" onClick={() => setParts(parts.filter((_, n) => n !== i))}><Icon name="minus" size={14} /></ActionIcon>}
              </Group>
            ))}
            <Group><Button size="compact-sm" variant="default" leftSection={<Icon name="plus" size={13} />} onClick={() => setParts([...parts, { field: "", test: "", value: "" }])}>And another</Button></Group>
          </Stack>
          <TextInput type="datetime-local" label="Until" value={end} min={bounds.least} max={bounds.most} onChange={(e) => setUntil(e.currentTarget.value)} required description={all ? "At most a day." : "At most a year: what is still noise then is looked at again."} />
          <Textarea label="Reason" value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={1000} required />
          {add.error && <Failed error={add.error} what="No filter was added." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" loading={add.isPending} disabled={!title.trim() || !reason.trim() || !end || Object.keys(search).length === 0 || (!all && rules.length === 0)}>Add the filter</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
