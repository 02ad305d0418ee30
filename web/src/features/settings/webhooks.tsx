// Where decisions are sent, and whether they arrive.
import { Button, Checkbox, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useApi, useWrite } from "@/api/hooks";
import { buildUrl, type Schemas } from "@/api/client";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Answer, count, Curl, DataTable, Download, Empty, Icon, PageHeader, plural, State, Time, type Column, type Export } from "@/ui";
import { filterWords } from "./logic";
import { Acts, Ask, SecretShown } from "./pieces";
import { RulePick } from "./rule-pick";

export type Hook = Schemas["Webhook"];
const target = (w: Hook) => ({ to: "/settings/webhooks/$id", params: { id: w.id } });

export function HookState({ of: w }: { of: Hook }) {
  if (w.status === "active" && w.delivered === 0 && w.given_up === 0) return <State value="active" note="Nothing was to be sent yet" />;
  return <State value={w.status === "failing" ? "failed" : w.status} note={w.last_error} />;
}

const columns: Column<Hook>[] = [
  { id: "url", head: "Address", width: "minmax(180px, 4fr)", cell: (w) => <A {...target(w)} fw={500} tabIndex={-1}>{w.url}</A> },
  { id: "filter", head: "What is sent", width: "minmax(140px, 3fr)", from: 760, cell: (w) => <span title={filterWords(w.filter)}>{filterWords(w.filter)}</span> },
  { id: "delivered", head: "Delivered", width: "92px", right: true, from: 560, cell: (w) => count(w.delivered) },
  { id: "given", head: "Given up", width: "88px", right: true, from: 560, cell: (w) => count(w.given_up) },
  { id: "state", head: "State", width: "106px", cell: (w) => <HookState of={w} /> },
  { id: "next", head: "Next try", width: "112px", from: 900, cell: (w) => (w.attempt > 0 && w.next_at ? <Time at={w.next_at} relative /> : "") },
];
const files: Export<Hook>[] = [...(["id", "url", "status", "delivered", "given_up", "last_status", "last_error", "created_at", "created_by"] as const).map((name) => ({ name, value: (w: Hook) => w[name] })), { name: "filter", value: (w) => filterWords(w.filter) }];

export default function Webhooks() {
  const { param, id } = useTenant();
  const tenant = useTenantName();
  const q = useApi("/api/v1/webhooks", { query: { tenant: param } }, { keep: true, refetchInterval: 15_000 });
  const [adding, setAdding] = useState(false);
  const rows = q.data?.items.filter((w) => w.status !== "deleted") ?? [];
  const bad = rows.filter((w) => w.status === "failing" || w.status === "disabled").length;
  return (
    <>
      <PageHeader title="Webhooks" tab="Webhooks" lead={!q.data ? "Signed messages about decisions." : rows.length === 0 ? <>Signed messages about decisions of {tenant(id)}.</> : <>{plural(rows.length, "webhook")} of {tenant(id)}{bad === 0 ? ", all deliver." : `, ${bad} of them ${bad === 1 ? "does" : "do"} not deliver.`}</>} actions={<><Curl path={buildUrl("/api/v1/webhooks", {}, { tenant: param })} /><Download name={`webhooks-${id}`} rows={rows} columns={files} /></>} />
      <Group justify="flex-end" mb="xs"><Acts scope="webhooks:write" to="add one"><Button leftSection={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>Add a webhook</Button></Acts></Group>
      <Answer of={q} what="The webhooks could not be read.">
        {() => (
          <DataTable
            label="Webhooks" rows={rows} columns={columns} rowKey={(w) => w.id} open={target}
            narrow={{ below: 480, height: 78, cell: (w) => <><Group gap={6} justify="space-between" wrap="nowrap"><Text size="sm" fw={600} truncate>{w.url}</Text><HookState of={w} /></Group><Text size="xs" truncate>{filterWords(w.filter)}</Text><Text size="xs" c="dimmed">{count(w.delivered)} delivered, {count(w.given_up)} given up</Text></> }}
            empty={<Empty icon="link" title="Nothing is sent anywhere" command={`curl -sS -X POST '${location.origin}/api/v1/webhooks' -H "X-API-Key: $FROSTGATE_API_KEY" -H 'Content-Type: application/json' -d '{"url":"https://example.org/hook","filter":{"min_severity":"high"}}'`}>Add an address: decisions that fit are sent there, signed, in the order of the log, and again until they arrive.</Empty>}
          />
        )}
      </Answer>
      {adding && <NewWebhook close={() => setAdding(false)} />}
    </>
  );
}

function NewWebhook({ close }: { close: () => void }) {
  const { param } = useTenant();
  const write = useWrite("post", "/api/v1/webhooks", ["/api/v1/webhooks"]);
  const [url, setUrl] = useState("https://");
  const [severity, setSeverity] = useState<string | null>("info");
  const [gating, setGating] = useState<string[]>([]);
  const [rules, setRules] = useState<string[]>([]);
  const made = write.data;
  if (made) return <SecretShown title="The webhook is added" secret={made.secret} close={() => (write.reset(), close())} use={<Text size="sm">The receiver checks with it that messages are ours: Standard Webhooks, header <code>webhook-signature</code>, HMAC-SHA256 of id, time and body. Libraries for most languages take it as it is.</Text>} />;
  const run = () => write.mutateAsync({ query: { tenant: param }, body: { url: url.trim(), filter: { ...(severity && severity !== "info" ? { min_severity: severity as "low" } : {}), ...(gating.length > 0 ? { gating: gating as "allow"[] } : {}), ...(rules.length > 0 ? { rules } : {}) } } });
  return (
    <Ask title="Add a webhook" write={write} submit="Add it" close={close} run={run} ready={/^https?:\/\/./.test(url.trim())}>
      <TextInput label="Address" description="https, reachable from the server, not in a private network." value={url} onChange={(e) => setUrl(e.currentTarget.value)} maxLength={2048} required data-autofocus />
      <Select label="Severity" data={[{ value: "info", label: "All" }, { value: "low", label: "Low or more severe" }, { value: "medium", label: "Medium or more severe" }, { value: "high", label: "High or critical" }, { value: "critical", label: "Critical" }]} value={severity} onChange={setSeverity} allowDeselect={false} />
      <Checkbox.Group label="What was decided" description="None chosen: whatever it was." value={gating} onChange={setGating}>
        <Stack gap={10} mt={6}><Checkbox value="allow" label="Allowed" /><Checkbox value="require_approval" label="Needs approval" /><Checkbox value="reject" label="Rejected" /></Stack>
      </Checkbox.Group>
      <RulePick value={rules} onChange={setRules} />
      <Text size="xs" c="dimmed">Decisions from now on are sent.</Text>
    </Ask>
  );
}
