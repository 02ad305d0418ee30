// API keys of a tenant: whose, for what, used when, until when.
import { Button, Group, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { usePages } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useEdit } from "@/app/edit";
import { useEdited } from "@/app/edited";
import type { Search } from "@/app/search";
import { useHas } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Curl, DataTable, Download, Empty, Failed, FilterBar, Icon, PageHeader, plural, State, Time, useFilters, Who, type Column, type Export, type Field } from "@/ui";
import { KeyForm, LeakForm } from "./key-form";
import { daysUntil } from "./logic";
import { Acts } from "./pieces";
import { inShort } from "./words";

type Key = Schemas["ApiKey"];
const target = (k: Key) => ({ to: "/settings/keys/$id", params: { id: k.id } });
const fields: Field[] = [
  { kind: "text", key: "q", label: "Key", placeholder: "Name or ID", main: true },
  { kind: "one", key: "status", label: "State", options: [{ value: "active", label: "Active" }, { value: "expired", label: "Expired" }, { value: "revoked", label: "Revoked" }] },
  { kind: "hidden", key: "principal", label: "Of" },
];

/** When it ends: said louder when that is soon. */
export function Ends({ of: k }: { of: Key }) {
  if (k.status === "revoked") return <>revoked <Time at={k.revoked_at} relative /></>;
  if (!k.expires_at) return <Text span size="sm" c="dimmed" inherit>never</Text>;
  const days = daysUntil(k.expires_at, new Date());
  return <>{k.status === "active" && days !== undefined && days < 14 && <Icon name="alert" size={12} title="soon" />} <Time at={k.expires_at} relative /></>;
}

const columns: Column<Key>[] = [
  { id: "name", head: "Key", width: "minmax(130px, 2fr)", cell: (k) => <A {...target(k)} fw={500} tabIndex={-1}>{k.name}</A> },
  { id: "who", head: "Whose", width: "minmax(120px, 2fr)", cell: (k) => <Who id={k.principal_id} /> },
  { id: "may", head: "May", width: "minmax(130px, 2fr)", from: 640, cell: (k) => <span title={k.scopes.join(" ")}>{inShort(k.scopes)}</span> },
  { id: "used", head: "Last used", width: "116px", from: 720, cell: (k) => <Time at={k.last_used_at} relative /> },
  { id: "ends", head: "Ends", width: "150px", from: 820, cell: (k) => <Ends of={k} /> },
  { id: "state", head: "State", width: "102px", cell: (k) => <State value={k.status} /> },
];
const files: Export<Key>[] = [...(["id", "name", "principal_id", "tenant_id", "status", "created_at", "last_used_at", "expires_at", "revoked_at", "replaces"] as const).map((name) => ({ name, value: (k: Key) => k[name] })), { name: "scopes", value: (k) => k.scopes.join(" ") }];

export default function Keys() {
  const [values, set] = useFilters(fields);
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const edit = useEdit();
  const has = useHas();
  const { param, id } = useTenant();
  const tenant = useTenantName();
  const principal = typeof values.principal === "string" ? values.principal : undefined;
  const q = usePages("/api/v1/keys", { query: { tenant_id: param, principal, limit: 500 } });
  const make = typeof search.make === "string" ? search.make : undefined;
  const ofTenant = param ? ` --tenant ${param}` : "";
  const [leaked, setLeaked] = useState(false);
  const close = () => {
    setLeaked(false);
    void navigate({ to: ".", search: (s: Search) => ({ ...s, make: undefined, for: undefined, leaked: undefined }), replace: true });
  };
  useEdited((make !== undefined || search.leaked === "true") && has("keys:write"), close);
  const text = typeof values.q === "string" ? values.q.toLowerCase() : "";
  const rows = q.rows.filter((k) => `${k.name} ${k.id}`.toLowerCase().includes(text) && (!values.status || k.status === values.status));
  const live = q.rows.filter((k) => k.status === "active");
  const soon = live.filter((k) => (daysUntil(k.expires_at, new Date()) ?? 99) < 14).length;
  return (
    <>
      <PageHeader title="Keys" tab="Keys" lead={q.isPending ? "What signs in and what sends events." : <>{plural(live.length, "key")} of {tenant(id)} {live.length === 1 ? "works" : "work"}{soon > 0 && `, ${soon} of them ${soon === 1 ? "ends" : "end"} within two weeks`}. Secrets are shown once, when a key is made.</>} actions={<><Curl path={q.url} /><Download name={`keys-${id}`} rows={rows} columns={files} more={q.hasNextPage} /></>} />
      <Group justify="space-between" align="flex-start" mb="xs">
        <div style={{ flex: "1 1 300px" }}><FilterBar fields={fields} values={values} set={set} /></div>
        <Acts scope="keys:write" to="make, end or report a key">
          <Button variant="default" className="danger" leftSection={<Icon name="alert" size={14} />} onClick={() => setLeaked(true)}>Report a leaked key</Button>
          <Button leftSection={<Icon name="plus" size={14} />} onClick={() => void navigate({ to: ".", search: (s: Search) => ({ ...s, make: "me" }), replace: true })}>New key</Button>
        </Acts>
      </Group>
      {q.error && <Failed error={q.error} what="The keys could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Keys" rows={rows} columns={columns} rowKey={(k) => k.id} open={target} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 520, height: 80, cell: (k) => <><Group gap={6} justify="space-between" wrap="nowrap"><Text size="sm" fw={600} truncate>{k.name}</Text><State value={k.status} /></Group><Text size="xs"><Who id={k.principal_id} plain /> · {inShort(k.scopes)}</Text><Text size="xs" c="dimmed">last used <Time at={k.last_used_at} relative />, ends <Ends of={k} /></Text></> }}
          empty={<Empty icon="key" title={Object.values(values).some((v) => v !== undefined) ? "No key fits these filters" : "No key yet"} command={`frostgate keys create sensor --scopes defend:write${ofTenant}`}>Make one here in edit mode, or from the command line:</Empty>}
        />
      )}
      {make && edit.on && <KeyForm whose={make === "me" ? undefined : make} purpose={typeof search.for === "string" ? search.for : undefined} close={close} />}
      {(leaked || search.leaked === "true") && edit.on && <LeakForm close={close} />}
    </>
  );
}
