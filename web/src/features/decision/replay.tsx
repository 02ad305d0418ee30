// Decided again from what was recorded: the same, or where it differs.
import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { useApi, useWrite } from "@/api/hooks";
import { useHas } from "@/app/session";
import { A, Badge, Curl, Failed, Icon, Id, KeyValue, Panel, plural } from "@/ui";
import { inWords, notReplayed, outcomeFields, outcomePlace, outcomeValue, type Decision } from "./logic";

type Replayed = Schemas["ReplayView"];

export function Replay({ of: d, tenant }: { of: Decision; tenant: string | undefined }) {
  const has = useHas();
  if (!has("evidence:read")) return null;
  return <Panel title="Decide it again"><Again of={d} tenant={tenant} rules={has("rules:read")} /></Panel>;
}

function Again({ of: d, tenant, rules }: { of: Decision; tenant: string | undefined; rules: boolean }) {
  const now = useApi("/api/v1/rulesets/active", { query: { tenant } }, { enabled: rules });
  const replay = useWrite("post", "/api/v1/forensics/replay", []);
  const [which, setWhich] = useState<"own" | "active">("own");
  const another = now.data && now.data.ruleset.hash !== d.ruleset.hash ? now.data.ruleset : undefined;
  const body = { decision_id: d.decision_id, ...(which === "active" && another ? { ruleset: another.hash } : {}) };
  return (
    <Stack gap="xs">
      <Text size="sm">The event and all that was known at that moment are recorded. Deciding again must give the same outcome, byte for byte.</Text>
      {another && (
        <Radio.Group label="With which ruleset?" value={which} onChange={(v) => (setWhich(v as "own" | "active"), replay.reset())}>
          <Stack gap={4} mt={4}>
            <Radio value="own" label={`Its own, version ${d.ruleset.version}`} />
            <Radio value="active" label={`The one in force now, version ${another.version}`} description="What would be decided today, from what was known then" />
          </Stack>
        </Radio.Group>
      )}
      <Group gap={6}>
        <Button variant="default" loading={replay.isPending} leftSection={<Icon name="refresh" size={14} />} onClick={() => replay.mutate({ query: { tenant }, body })}>Decide again</Button>
        <Curl path="/api/v1/forensics/replay" method="POST" body={body} />
      </Group>
      {replay.error && <Failed error={replay.error} what="It was not decided again." />}
      {replay.data?.items[0] && <Outcome of={replay.data.items[0]} />}
    </Stack>
  );
}

function Outcome({ of: r }: { of: Replayed }) {
  const ruleset = r.ruleset ?? r.recorded_ruleset;
  const fields = outcomeFields(r.fields, r.other_ruleset);
  return (
    <Stack gap="xs" role="status" aria-label="Outcome of deciding again">
      <Group gap={6}>
        {r.outcome === "same" && <><Badge tone="good" icon="check">same</Badge><Text size="sm" fw={600}>The same outcome, byte for byte.</Text></>}
        {r.outcome === "different" && <><Badge tone={r.other_ruleset ? "info" : "critical"} icon="compare">different</Badge><Text size="sm" fw={600}>{r.other_ruleset ? `That ruleset would decide otherwise: ${plural(fields.length, "difference")}.` : `It differs from what was recorded: ${plural(fields.length, "difference")}. Either the record or this server’s code was changed.`}</Text></>}
        {r.outcome === "unavailable" && <><Badge tone="wait" icon="alert">not possible</Badge><Text size="sm" fw={600}>{notReplayed[r.reason ?? ""] ?? inWords(r.reason ?? "")}</Text></>}
      </Group>
      {r.problem && <Text size="sm">{r.problem}</Text>}
      {fields.length > 0 && (
        <div className="sbs-wrap" tabIndex={0} role="region" aria-label="Differences">
          <table className="sbs">
            <thead><tr><th scope="col">What</th><th scope="col">Recorded</th><th scope="col">Decided again</th></tr></thead>
            <tbody>{fields.map((f) => <tr key={f.path}><th scope="row" title={f.path}>{outcomePlace(f.path)}</th><td className="diff-left">{outcomeValue(f.recorded)}</td><td className="diff-right">{outcomeValue(f.replayed)}</td></tr>)}</tbody>
          </table>
        </div>
      )}
      <KeyValue rows={[
        ["Ruleset", <A key="r" to="/rules/rulesets/$hash" params={{ hash: ruleset }}>{r.other_ruleset ? "the one in force now" : "its own"}</A>],
        ["Recorded outcome", r.recorded_hash && <Id key="a" value={r.recorded_hash} short label="the recorded outcome's hash" />],
        ["Outcome now", r.replayed_hash && <Id key="b" value={r.replayed_hash} short label="the hash of the outcome now" />],
      ]} />
    </Stack>
  );
}
