// People and service accounts, with what they may do.
import { Button, Group, Select, Text, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { usePages, useWrite } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useEdit } from "@/app/edit";
import { useEdited } from "@/app/edited";
import type { Search } from "@/app/search";
import { useHas, useIdentity } from "@/app/session";
import { all } from "@/app/tenant";
import { A, Curl, DataTable, Download, Empty, Failed, FilterBar, Icon, PageHeader, plural, State, Time, useFilters, type Column, type Export, type Field } from "@/ui";
import { Acts, Ask, tell, useRoleText } from "./pieces";
import { RolePick, type Picked } from "./role-pick";
import { roleNames, roles } from "./words";

type Principal = Schemas["PrincipalView"];
const target = (p: Principal) => ({ to: "/settings/people/$id", params: { id: p.id } });

const fields: Field[] = [
  { kind: "text", key: "q", label: "Who", placeholder: "Name, e-mail or ID", main: true },
  { kind: "one", key: "kind", label: "Kind", options: [{ value: "person", label: "People" }, { value: "service", label: "Service accounts" }] },
  { kind: "many", key: "role", label: "Role", options: roleNames.map((r) => ({ value: r, label: roles[r].name })) },
  { kind: "one", key: "status", label: "State", options: [{ value: "active", label: "Active" }, { value: "disabled", label: "Disabled" }] },
];

export default function People() {
  const [values, set] = useFilters(fields);
  const me = useIdentity();
  const say = useRoleText();
  const q = usePages("/api/v1/people", { query: { limit: 500 } });
  const edit = useEdit();
  const has = useHas();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const [adding, setAdding] = useState(false);
  const add = search.add === "true";
  const close = () => {
    setAdding(false);
    void navigate({ to: ".", search: (s: Search) => ({ ...s, add: undefined }), replace: true });
  };
  useEdited(add && has("people:write"), close);
  const text = typeof values.q === "string" ? values.q.toLowerCase() : "";
  const wanted = Array.isArray(values.role) ? values.role : [];
  const rows = q.rows.filter((p) => `${p.name} ${p.email ?? ""} ${p.id}`.toLowerCase().includes(text) && (!values.kind || p.kind === values.kind) && (!values.status || p.status === values.status) && (wanted.length === 0 || p.roles.some((r) => wanted.includes(r.role))));
  const says = (p: Principal) => (p.roles.length === 0 ? "No role" : p.roles.map(say).join("; "));
  const kind = (p: Principal) => (p.kind === "service" ? "service account" : p.id === me.principal_id ? "you" : "person");
  const columns: Column<Principal>[] = [
    { id: "name", head: "Name", width: "minmax(150px, 2fr)", cell: (p) => <><Icon name={p.kind === "service" ? "box" : "user"} size={13} /> <A {...target(p)} fw={500} tabIndex={-1}>{p.name}</A></> },
    { id: "kind", head: "Kind", width: "116px", from: 760, cell: kind },
    { id: "roles", head: "Roles", width: "minmax(180px, 4fr)", cell: (p) => <span title={says(p)}>{says(p)}</span> },
    { id: "email", head: "E-mail", width: "minmax(120px, 2fr)", from: 980, cell: (p) => p.email ?? "" },
    { id: "state", head: "State", width: "106px", cell: (p) => <State value={p.status} /> },
    { id: "since", head: "Since", width: "112px", from: 680, cell: (p) => <Time at={p.created_at} relative /> },
  ];
  const files: Export<Principal>[] = [...(["id", "kind", "name", "email", "status", "created_at"] as const).map((name) => ({ name, value: (p: Principal) => p[name] })), { name: "roles", value: says }];
  const people = q.rows.filter((p) => p.kind === "person").length;
  return (
    <>
      <PageHeader title="People" tab="People" lead={q.isPending ? "Who may act, and as what." : <>{people === 1 ? "1 person" : `${people} people`}{q.rows.length > people && ` and ${plural(q.rows.length - people, "service account")}`}{q.hasNextPage && ", and more"}. A person is one human, however many keys they have.</>} actions={<><Curl path={q.url} /><Download name="people" rows={rows} columns={files} more={q.hasNextPage} /></>} />
      <Group justify="space-between" align="flex-start" mb="xs">
        <div style={{ flex: "1 1 300px" }}><FilterBar fields={fields} values={values} set={set} /></div>
        <Acts scope="people:write" to="add somebody"><Button leftSection={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>Add</Button></Acts>
      </Group>
      {q.error && <Failed error={q.error} what="The people could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="People" rows={rows} columns={columns} rowKey={(p) => p.id} open={target} loading={q.isPending} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 560, height: 64, cell: (p) => <><Group gap={6} justify="space-between" wrap="nowrap"><Text size="sm" fw={600} truncate>{p.name}</Text><State value={p.status} /></Group><Text size="xs" className="two-line">{says(p)}</Text></> }}
          empty={<Empty icon="people" title="Nobody fits the filters">Clear them to see everybody.</Empty>}
        />
      )}
      {(adding || add) && edit.on && <NewPerson tenant={add && typeof search.tenant === "string" && search.tenant !== all ? search.tenant : undefined} close={close} />}
    </>
  );
}

function NewPerson({ tenant, close }: { /** Where the role is to hold, where a link says so. */ tenant?: string; close: () => void }) {
  const write = useWrite("post", "/api/v1/people", ["/api/v1/people", "/api/v1/names"]);
  const navigate = useNavigate();
  const me = useIdentity();
  const has = useHas();
  const [kind, setKind] = useState<"person" | "service">("person");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Picked>({ role: "viewer", tenant: tenant ?? me.tenant_id });
  const run = async () => {
    const p = await write.mutateAsync({ body: { kind, name: name.trim(), ...(email.trim() ? { email: email.trim() } : {}), roles: [{ role: role.role, ...(role.tenant ? { tenant_id: role.tenant } : {}) }] } });
    tell(`${p.name} was added`, has("keys:write") ? "Now make a key: with it they sign in." : "Somebody who may make keys gives them one.");
    await navigate({ to: "/settings/people/$id", params: { id: p.id }, search: tenant ? { tenant } : {} });
  };
  return (
    <Ask title="Add somebody" write={write} submit="Add" close={close} run={run} ready={name.trim() !== ""}>
      <Select label="Kind" data={[{ value: "person", label: "Person: one human" }, { value: "service", label: "Service account: a program" }]} value={kind} onChange={(v) => setKind(v === "service" ? "service" : "person")} allowDeselect={false} />
      <TextInput label="Name" value={name} onChange={(e) => setName(e.currentTarget.value)} maxLength={100} required data-autofocus />
      {kind === "person" && <TextInput label="E-mail" description="For finding them; it is no proof of who they are." type="email" value={email} onChange={(e) => setEmail(e.currentTarget.value)} maxLength={254} />}
      <RolePick value={role} set={setRole} />
    </Ask>
  );
}
