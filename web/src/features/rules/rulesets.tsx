// Rulesets: what decides, and what decided before.
import "./rules.css";
import { Group, Text } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { useApi, usePages } from "@/api/hooks";
import { useTenant } from "@/app/tenant";
import { A, Badge, Curl, DataTable, Download, Empty, Failed, Id, PageHeader, Time, Who, type Column, type Export } from "@/ui";
import { Parts } from "./pieces";

type Info = Schemas["DocumentInfo"];
const target = (r: Info) => ({ to: "/rules/rulesets/$hash", params: { hash: r.hash } });
const files: Export<Info>[] = (["hash", "name", "version", "platform", "created_by", "created_at"] as const).map((name) => ({ name, value: (r: Info) => r[name] }));

export default function Rulesets() {
  const { param, id } = useTenant();
  const active = useApi("/api/v1/rulesets/active", { query: { tenant: param } });
  const q = usePages("/api/v1/rulesets", { query: { tenant: param, limit: 100 } });
  const now = active.data;
  const columns: Column<Info>[] = [
    { id: "name", head: "Ruleset", width: "minmax(150px, 3fr)", cell: (r) => <Group gap={6} wrap="nowrap"><A {...target(r)} fw={500} tabIndex={-1}>{r.name} {r.version}</A>{r.hash === now?.ruleset.hash && <Badge tone="good" icon="check">in force</Badge>}</Group> },
    { id: "of", head: "Of", width: "110px", from: 560, cell: (r) => (r.platform ? "the platform" : "this tenant") },
    { id: "by", head: "Stored by", width: "minmax(110px, 2fr)", from: 640, cell: (r) => <Who id={r.created_by} none="the server" plain /> },
    { id: "at", head: "Stored", width: "116px", cell: (r) => <Time at={r.created_at} relative /> },
    { id: "hash", head: "Hash", width: "minmax(120px, 1fr)", from: 860, cell: (r) => <Id value={r.hash} short label="the hash" /> },
  ];
  return (
    <>
      <PageHeader
        title={now ? `${now.ruleset.name} ${now.ruleset.version} decides` : "Rulesets"} tab="Rulesets" lead={now ? (now.follows_platform ? "It is the platform’s: this tenant has none of its own and moves with it." : <>In force since <Time at={now.updated_at} />, by <Who id={now.updated_by} plain />. Each change of rules makes a new one; none is ever lost.</>) : "\u00a0"}
        actions={<><Curl path={q.url} /><Download name={`rulesets-${id}`} rows={q.rows} columns={files} more={q.hasNextPage} /></>}
      />
      <Parts here="/rules/rulesets" />
      {q.error && <Failed error={q.error} what="The rulesets could not be read." retry={() => void q.refetch()} />}
      {!(q.error && q.rows.length === 0) && (
        <DataTable
          label="Rulesets" rows={q.rows} columns={columns} rowKey={(r) => r.hash} open={target} loading={q.isPending} stale={q.isPlaceholderData} hasMore={q.hasNextPage} fetchingMore={q.isFetchingNextPage} fetchMore={q.fetchNextPage}
          narrow={{ below: 480, height: 62, cell: (r) => <><Group gap={6}><Text size="sm" fw={600} truncate>{r.name} {r.version}</Text>{r.hash === now?.ruleset.hash && <Badge tone="good" icon="check">in force</Badge>}</Group><Text size="xs" c="dimmed">{r.platform ? "the platform’s" : "this tenant’s"}, stored <Time at={r.created_at} relative /></Text></> }}
          empty={<Empty icon="book" title="No ruleset" command="frostgate rules import --builtin">The server stores one when it starts.</Empty>}
        />
      )}
    </>
  );
}
