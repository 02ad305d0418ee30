// Who takes care of it: chosen by name, among those who may decide.
import { Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useApi } from "@/api/hooks";
import { useIdentity } from "@/app/session";
import { reveal } from "@/ui/hidden";

export function Assignee({ value, set, tenant }: { value: string; set: (id: string) => void; tenant: string | undefined }) {
  const me = useIdentity();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text, 200);
  const q = useApi("/api/v1/names", { query: { may: "drift:write", tenant, limit: 100, ...(asked ? { text: asked } : {}) } }, { keep: true });
  if (q.error) return <TextInput label="To whom" value={value} onChange={(e) => set(e.currentTarget.value)} description="Names can’t be read: the ID of a person or service account; empty for nobody. Yours is filled in." maxLength={100} />;
  const found = (q.data?.items ?? []).map((n) => ({ value: n.id, label: n.id === me.principal_id ? `${n.name} (you)` : n.kind === "service" ? `${n.name} (service account)` : n.name }));
  // The label of who is chosen, which the field then holds, is no search.
  const own = { value: me.principal_id, label: "You" };
  const data = found.some((o) => o.value === me.principal_id) || (asked && value !== me.principal_id) ? found : [own, ...found];
  return <Select label="To whom" description="Who may decide in this tenant. Clear it for nobody." data={data} value={value || null} onChange={(v) => set(v ?? "")} searchable onSearchChange={(t) => setText(data.some((o) => reveal(o.label) === t) ? "" : t)} filter={({ options }) => options} clearable clearButtonProps={{ "aria-label": "Nobody" }} nothingFoundMessage="Nobody of this name may decide here" placeholder="Nobody" />;
}
