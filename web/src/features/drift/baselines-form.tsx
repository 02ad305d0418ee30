// Making a baseline, or the next version of one.
import { Button, Checkbox, FileButton, Group, Modal, SegmentedControl, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useApi, useWrite } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useTenant, useTenants } from "@/app/tenant";
import { Failed, Icon, InTenant, localTime } from "@/ui";
import { kinds, type Baseline } from "./baselines";
import { tell } from "./queries";

type Kind = "snapshot" | "golden" | "template";
interface Values { snapshot: string; tenant: string; source: string; template: string }

export function BaselineForm({ kind: first, source: given, snapshot, close }: { kind: Kind; source?: string; snapshot?: string; close: () => void }) {
  const edit = useEdit();
  const navigate = useNavigate();
  const { param } = useTenant();
  const sources = useApi("/api/v1/inventory/sources", { query: { tenant: param } });
  const make = useWrite("post", "/api/v1/drift/baselines", ["/api/v1/drift"]);
  const [kind, setKind] = useState<Kind>(first);
  const [name, setName] = useState("");
  const [source, setSource] = useState(given ?? "");
  const [v, setV] = useState<Values>({ snapshot: snapshot ?? "", tenant: "", source: "", template: "" });
  const [note, setNote] = useState(edit.reason);
  const [keep, setKeep] = useState(false);
  const [inactive, setInactive] = useState(false);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const b = await make.mutateAsync({ query: { tenant: param }, body: { kind, name: name.trim(), source, ...part(kind, v), ...(note.trim() ? { note: note.trim() } : {}), keep_last_run: keep, inactive } });
    tell(`Baseline ${b.name} is there`, inactive ? "Nothing is compared with it yet." : "The source’s last run is compared with it now.");
    void navigate({ to: "/drift/baselines/$id", params: { id: b.id }, search: {} });
  };
  const list = (sources.data?.items ?? []).map((s) => s.source);
  return (
    <Modal opened onClose={close} title="New baseline" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <SegmentedControl aria-label="Kind" data={(["snapshot", "golden", "template"] as const).map((k) => ({ value: k, label: kinds[k].word }))} value={kind} onChange={(k) => setKind(k as Kind)} fullWidth />
          <Text size="sm" c="dimmed">{kinds[kind].means}</Text>
          <TextInput label="Name" value={name} onChange={(e) => setName(e.currentTarget.value)} required maxLength={100} placeholder="go-live" data-autofocus />
          <Select label="Of which source" description="Its runs are compared with the baseline." data={source && !list.includes(source) ? [...list, source] : list} value={source || null} onChange={(s) => setSource(s ?? "")} required allowDeselect={false} />
          <Expected kind={kind} of={source} v={v} set={(c) => setV({ ...v, ...c })} />
          <Checkbox label="Go on comparing with the run before too" checked={keep} onChange={(e) => setKeep(e.currentTarget.checked)} />
          <Checkbox label="Only make it: compare nothing with it yet" checked={inactive} onChange={(e) => setInactive(e.currentTarget.checked)} />
          <Textarea label="Reason" value={note} onChange={(e) => setNote(e.currentTarget.value)} autosize minRows={2} maxLength={2000} />
          {make.error && <Failed error={make.error} what="No baseline was made." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" loading={make.isPending} disabled={!name.trim() || !source || !whole(kind, v)}>Make it</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The next version: its findings and history stay. */
export function ChangeForm({ of: b, close }: { of: Baseline; close: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const change = useWrite("post", "/api/v1/drift/baselines/{id}", ["/api/v1/drift"]);
  const [v, setV] = useState<Values>({ snapshot: b.snapshot ?? "", tenant: b.golden?.tenant_id ?? "", source: b.golden?.source ?? "", template: b.template ?? "" });
  const [note, setNote] = useState(edit.reason);
  const kind = b.kind as Kind;
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    await change.mutateAsync({ path: { id: b.id }, query: { tenant: param }, body: { ...part(kind, v), version: b.version, ...(note.trim() ? { note: note.trim() } : {}) } });
    tell(`Version ${b.version + 1} of ${b.name}`, "Findings and history stay; the source’s last run is compared with it now.");
    close();
  };
  return (
    <Modal opened onClose={close} title={`The next version of ${b.name}`} size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <Expected kind={kind} of={b.source} v={v} set={(c) => setV({ ...v, ...c })} />
          <Textarea label="Reason" value={note} onChange={(e) => setNote(e.currentTarget.value)} autosize minRows={2} maxLength={2000} />
          {change.error && <Failed error={change.error} what={change.error.problem.code === "conflict" ? "Somebody else changed it meanwhile; nothing was changed by you." : "Nothing was changed."} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" loading={change.isPending} disabled={!whole(kind, v)}>Make version {b.version + 1}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const part = (kind: Kind, v: Values) => (kind === "snapshot" ? { snapshot: v.snapshot } : kind === "golden" ? { golden: { tenant_id: v.tenant, source: v.source } } : { template: v.template });
const whole = (kind: Kind, v: Values) => (kind === "snapshot" ? v.snapshot !== "" : kind === "golden" ? v.tenant !== "" && v.source !== "" : v.template.trim() !== "");

function Expected({ kind, of, v, set }: { kind: Kind; of: string; v: Values; set: (c: Partial<Values>) => void }) {
  if (kind === "snapshot") return <PickSnapshot of={of} v={v} set={set} />;
  if (kind === "golden") return <PickGolden v={v} set={set} />;
  return <WriteTemplate v={v} set={set} />;
}

function PickSnapshot({ of, v, set }: { of: string; v: Values; set: (c: Partial<Values>) => void }) {
  const { param } = useTenant();
  const q = useApi("/api/v1/inventory/snapshots", { query: { tenant: param, source: of || undefined, limit: 100 } });
  const options = (q.data?.items ?? []).map((s) => ({ value: s.root, label: `${s.at ? localTime(new Date(s.at)) : "imported"}, ${s.objects} objects, ${s.source} (${s.root.slice(0, 8)}…)` }));
  if (v.snapshot && !options.some((o) => o.value === v.snapshot)) options.push({ value: v.snapshot, label: `${v.snapshot.slice(0, 16)}…` });
  return <Select label="Snapshot" data={options} value={v.snapshot || null} onChange={(s) => set({ snapshot: s ?? "" })} searchable required allowDeselect={false} error={q.error?.problem.detail} nothingFoundMessage="No snapshot of this source" />;
}

function PickGolden({ v, set }: { v: Values; set: (c: Partial<Values>) => void }) {
  const tenants = useTenants();
  const { id } = useTenant();
  const q = useApi("/api/v1/inventory/sources", { query: { tenant: v.tenant } }, { enabled: v.tenant !== "" });
  return (
    <Group grow align="flex-start">
      <Select label="Golden tenant" description="Its values show in findings here." data={tenants.filter((t) => t.id !== id).map((t) => ({ value: t.id, label: t.name }))} value={v.tenant || null} onChange={(t) => set({ tenant: t ?? "", source: "" })} searchable required allowDeselect={false} nothingFoundMessage="There is no other tenant" />
      <Select label="Its source" description="Its last run is what is expected." data={(q.data?.items ?? []).map((s) => s.source)} value={v.source || null} onChange={(s) => set({ source: s ?? "" })} required allowDeselect={false} disabled={!v.tenant} error={q.error?.problem.detail} />
    </Group>
  );
}

function WriteTemplate({ v, set }: { v: Values; set: (c: Partial<Values>) => void }) {
  return (
    <Stack gap={4}>
      <Group justify="space-between" align="flex-end">
        <Text size="sm" fw={500}>Template</Text>
        <FileButton accept=".yaml,.yml,text/yaml" onChange={(f) => void f?.text().then((template) => set({ template }))}>{(p) => <Button {...p} variant="default" size="compact-sm" leftSection={<Icon name="download" size={13} />}>From a file</Button>}</FileButton>
      </Group>
      <Textarea aria-label="Template" value={v.template} onChange={(e) => set({ template: e.currentTarget.value })} autosize minRows={8} maxRows={20} spellCheck={false} required styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.75rem" } }} placeholder={"version: 1\ntitle: Administrators sign in with strong methods\nobjects:\n  - type: Conditional Access\n    name: Admins need strong sign-in\n    desired:\n      state: enabled"} description="YAML. What it says is checked when it is made; an error names the line." />
    </Stack>
  );
}
