// Making a mission: its limits can't be changed afterwards, only ended.
import { Button, Checkbox, Group, Modal, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useApi, useWrite } from "@/api/hooks";
import { useTenant } from "@/app/tenant";
import { Failed, InTenant, personaFull, ringWord } from "@/ui";
import { actionOf } from "./logic";
import { bodyOf, emptyForm, formProblems, type Form } from "./mission-logic";
import { tell } from "./queries";

export function MissionForm({ close, made }: { close: () => void; made: (id: string) => void }) {
  const { param } = useTenant();
  const policy = useApi("/api/v1/roe/policy", { query: { tenant: param } });
  const create = useWrite("post", "/api/v1/missions", ["/api/v1/missions", "/api/v1/audit"]);
  const [f, setForm] = useState<Form>(() => emptyForm(Date.now()));
  const put = (change: Partial<Form>) => setForm((old) => ({ ...old, ...change }));
  const wrong = formProblems(f, Date.now());
  const d = policy.data?.doctrine;
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const m = await create.mutateAsync({ query: { tenant: param }, body: bodyOf(f) });
    tell(`Mission “${m.title}” is signed`, "Events name it by its ID to be decided within its limits.");
    made(m.mission_id ?? "");
  };
  return (
    <Modal opened onClose={close} title="Make a mission" closeButtonProps={{ "aria-label": "Close" }} centered size="lg">
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <TextInput label="Title" value={f.title} onChange={(e) => put({ title: e.currentTarget.value })} maxLength={200} required data-autofocus />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <TextInput type="datetime-local" label="Begins" value={f.starts} onChange={(e) => put({ starts: e.currentTarget.value })} error={wrong.starts} required />
            <TextInput type="datetime-local" label="Ends" value={f.ends} onChange={(e) => put({ ends: e.currentTarget.value })} error={wrong.ends} required />
          </SimpleGrid>
          <Checkbox.Group label="May" description="Without any, decisions under it do nothing." value={f.allowed} onChange={(allowed) => put({ allowed })}>
            <Group gap="md" mt={6}>{Object.keys(d?.actions ?? {}).sort().map((a) => <Checkbox key={a} value={a} label={actionOf(a).label} />)}</Group>
          </Checkbox.Group>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <TextInput label="At most so many mitigations" placeholder="no cap" inputMode="numeric" value={f.budget} onChange={(e) => put({ budget: e.currentTarget.value })} error={wrong.budget} />
            <TextInput label="Greatest impact without approval, %" placeholder="no cap" inputMode="numeric" value={f.blast} onChange={(e) => put({ blast: e.currentTarget.value })} error={wrong.blast} />
          </SimpleGrid>
          <Group grow align="flex-start" gap="sm">
            <Select label="Persona" placeholder="any" clearable clearButtonProps={{ "aria-label": "Any persona" }} data={Object.keys(d?.personas ?? {}).sort().map((value) => ({ value, label: personaFull(value) }))} value={f.persona || null} onChange={(v) => put({ persona: v ?? "" })} />
            <Select label="Ring" placeholder="any" clearable clearButtonProps={{ "aria-label": "Any ring" }} data={(d?.rings ?? []).map((r) => ({ value: String(r.name), label: ringWord(String(r.name)) }))} value={f.ring || null} onChange={(v) => put({ ring: v ?? "" })} />
            <TextInput label="ID" placeholder="made for you" value={f.id} onChange={(e) => put({ id: e.currentTarget.value })} error={wrong.id} maxLength={128} />
          </Group>
          <Text size="sm" c="dimmed">The limits are signed and never change; a mission can only be ended.</Text>
          {policy.error && <Failed error={policy.error} what="What may be chosen could not be read." retry={() => void policy.refetch()} />}
          {create.error && <Failed error={create.error} what="No mission was made." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" loading={create.isPending} disabled={!f.title.trim() || Object.keys(wrong).length > 0}>Sign it</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
