import { Button, Menu, Text, TextInput } from "@mantine/core";
import { buildUrl } from "@/api/client";
import { A, Badge, Icon, Id, Who } from "@/ui";
import { targetLink, type Entry } from "./logic";

export function Outcome({ value }: { value: Entry["outcome"] }) {
  return value === "denied" ? <Badge tone="critical" icon="lock">denied</Badge> : <Badge tone="good" icon="check">done</Badge>;
}

/** Who acted; the name is the server's, so that who may not read people sees it too. */
export function Actor({ of: e }: { of: Entry }) {
  if (e.principal === "system") return <>FrostGate itself</>;
  if (e.principal === "") return <Text span c="dimmed" inherit>somebody unknown</Text>;
  return e.principal_name ? <span title={e.principal}>{e.principal_name}</span> : <Id value={e.principal} short />;
}

/** What it was done to: by name, or by a short ID that leads on. */
export function Target({ of: e }: { of: Entry }) {
  const t = e.target ?? "";
  if (t === "") return null;
  if (/^pr_/.test(t) || e.action.startsWith("key.") || e.action.startsWith("session.")) return <Who id={t} tenant={e.tenant_id} />;
  const link = targetLink(e);
  const named = e.action.startsWith("enforcement.") ? (e.detail?.target ?? t) : e.action.startsWith("allowlist.") ? (e.detail?.value ?? t) : (e.detail?.name ?? e.detail?.title ?? t);
  const text = named.length > 44 ? `${named.slice(0, 28)}…${named.slice(-8)}` : named;
  return link ? <A {...link} search={{ tenant: e.tenant_id }} tabIndex={-1}>{text}</A> : <span title={t}>{text}</span>;
}

/** The whole list as a file: the server writes it, however long it is. */
export function Export({ query }: { query: object }) {
  const href = (format: string) => buildUrl("/api/v1/audit/export", {}, { ...query, format });
  return (
    <Menu position="bottom-end">
      <Menu.Target><Button variant="default" leftSection={<Icon name="download" size={14} />} aria-label="Export"><span className="wide-only">Export</span></Button></Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>All entries that fit the filters</Menu.Label>
        <Menu.Item component="a" href={href("csv")} download>CSV</Menu.Item>
        <Menu.Item component="a" href={href("json")} download>JSON</Menu.Item>
        <Menu.Item component="a" href={href("ndjson")} download>JSON, one entry a line</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A bound of time in the URL. */
export function When({ label, value, set }: { label: string; value: string; set: (v: string) => void }) {
  return <TextInput type="datetime-local" aria-label={label} title={label} leftSection={<Text size="xs" c="dimmed">{label}</Text>} leftSectionWidth={46} value={value} onChange={(e) => set(e.currentTarget.value)} w={232} />;
}
