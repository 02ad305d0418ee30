// What was proposed against it, and whether it is in force.
import { Box, Group, Stack, Text } from "@mantine/core";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { A, Badge, capital, Gating, Id, Panel, Time } from "@/ui";
import { heldTruth, sentenceOf } from "../respond/logic";
import { inWords, lasts, percent, titlesOf, type Decision } from "./logic";

export function Mitigations({ of: d, tenant }: { of: Decision; tenant: string | undefined }) {
  const has = useHas();
  const titles = titlesOf(d);
  return (
    <Panel title="What is done about it">
      {d.mitigations.length === 0 ? <Text size="sm" c="dimmed">No mitigation was proposed.</Text> : (
        <Stack gap="sm">
          {d.mitigations.map((m) => (
            <Box key={m.action + m.target + m.reason}>
              <Group gap={6}><Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>{capital(sentenceOf(m.action, m.target))}</Text><Gating value={m.gating} /></Group>
              <Text size="sm" c="dimmed">{capital(m.target_kind === "ip" ? "address" : inWords(m.target_kind))} · for {lasts(m.ttl)} · confidence {percent(m.confidence)} · {m.reversible ? "can be undone" : "cannot be undone"} · by {titles.get(m.reason) ?? m.reason}</Text>
              {m.enforcement_id && <Enforced id={m.enforcement_id} tenant={tenant} />}
            </Box>
          ))}
          {d.approval && <Text size="sm">It waits for approval until <Time at={d.approval.expires_at} />. Without one, nothing is done. This version has no way to approve: what must happen now is done on the device itself. {has("enforcements:read") && <A underline="always" to="/approvals">What waits for approval</A>}</Text>}
        </Stack>
      )}
    </Panel>
  );
}

function Enforced({ id, tenant }: { id: string; tenant: string | undefined }) {
  const may = useHas()("enforcements:read");
  const q = useApi("/api/v1/enforcements/{id}", { path: { id }, query: { tenant } }, { enabled: may });
  const e = q.data;
  return (
    <Text size="sm" component="div">
      {e && (e.active ? <><Badge tone="info" icon="check" title={heldTruth}>in force</Badge> until <Time at={e.expires_at} /> </> : e.revoked_at ? <><Badge tone="none" icon="block">revoked</Badge> <Time at={e.revoked_at} />{e.revoke_reason && `: ${e.revoke_reason}`} </> : <><Badge tone="none" icon="clock">over</Badge> since <Time at={e.expires_at} /> </>)}
      {q.error && <>Whether it is in force could not be read: {q.error.problem.detail} </>}
      {may ? <A underline="always" to="/enforcements/$id" params={{ id }} search={tenant ? { tenant } : {}}>The enforcement</A> : <Id value={id} short label="the enforcement's ID" />}
    </Text>
  );
}
