// What a tenant may set, and the limits that the organisation sets for it.
import { NumberInput, Select, SimpleGrid, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { useWrite } from "@/api/hooks";
import { changeOf, formOf, type TenantForm } from "./change";
import { Ask, tell } from "./pieces";
import { personaChoices, ringChoices } from "@/ui/words";

export function SettingsForm({ of: t, close }: { of: Schemas["TenantView"]; close: () => void }) {
  const write = useWrite("patch", "/api/v1/tenants/{id}", ["/api/v1/tenants", "/api/v1/usage"]);
  const [before] = useState(() => formOf(t));
  const [form, setForm] = useState<TenantForm>(before);
  const change = changeOf(before, form);
  const set = <K extends keyof TenantForm>(key: K, value: TenantForm[K]) => setForm((f) => ({ ...f, [key]: value }));
  const number = (key: "defend" | "defendBurst" | "read" | "readBurst" | "write" | "writeBurst" | "days" | "auditDays", label: string, description?: string) => (
    <NumberInput size="xs" label={label} description={description} value={form[key]} onChange={(v) => set(key, typeof v === "number" ? v : 0)} min={0} max={key === "days" || key === "auditDays" ? 3650 : 10_000_000} allowDecimal={false} thousandSeparator="," />
  );
  const run = async () => {
    await write.mutateAsync({ path: { id: t.id }, body: change });
    tell(`${form.name} was changed`, "It holds from the next request on.");
    close();
  };
  return (
    <Ask title={`Change ${t.name}`} write={write} submit="Change it" close={close} run={run} wide ready={Object.keys(change).length > 0 && form.name.trim() !== ""}>
      <TextInput label="Name" value={form.name} onChange={(e) => set("name", e.currentTarget.value)} maxLength={100} required data-autofocus />
      <Title order={3}>Limits</Title>
      <Text size="xs" c="dimmed">0 is the default. Only who may change tenants in the whole organisation changes limits.</Text>
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="xs">
        {number("defend", "Events a second")}{number("read", "Reads a second")}{number("write", "Changes a second")}
        {number("defendBurst", "Events at once")}{number("readBurst", "Reads at once")}{number("writeBurst", "Changes at once")}
      </SimpleGrid>
      <Title order={3}>What is kept</Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {number("days", "Payloads, days", "0 keeps them. Shorter: older ones are destroyed for good; proofs stay.")}
        {number("auditDays", "Audit, days", "0 keeps it. The log records how many entries were deleted.")}
      </SimpleGrid>
      <Title order={3}>Of events that name none</Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        <Select label="Persona" data={personaChoices} value={form.persona} onChange={(v) => v && set("persona", v as TenantForm["persona"])} allowDeselect={false} />
        <Select label="Ring" data={ringChoices} value={form.ring} onChange={(v) => v && set("ring", v as TenantForm["ring"])} allowDeselect={false} />
      </SimpleGrid>
    </Ask>
  );
}
