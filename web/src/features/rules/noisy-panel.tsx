// A scenario that fires too often: what can be done about it, and what not.
import { Alert, Group, Stack, Text } from "@mantine/core";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, ButtonLink, count, Icon, Panel, plural } from "@/ui";
import type { Scenario } from "./logic";
import { leavingOut, mostHit, type Target } from "./noisy";

/** As many decisions as the API tells about at once. */
const looked = 100;

function useMostHit(s: Scenario) {
  const { param } = useTenant();
  const may = useHas()("decisions:read") && s.mitigations.length > 0;
  const last = useApi("/api/v1/decisions", { query: { rule: s.id, limit: looked, tenant: param } }, { enabled: may });
  const id = (last.data?.items ?? []).map((d) => d.decision_id);
  const about = useApi("/api/v1/decisions/about", { query: { id, tenant: param } }, { enabled: id.length > 0 });
  return { of: about.data ? mostHit(about.data.items, s) : [], decisions: id.length };
}

export function Noisy({ of: s }: { of: Scenario }) {
  const hit = useMostHit(s);
  const may = useHas()("rules:write");
  return (
    <Panel title="If it is noisy">
      <Stack gap="sm">
        <Text size="sm">Level, cap and filters are of rules: a scenario has none of them. What works here:</Text>
        <div>
          <Text size="sm" fw={600}>Spare who is known</Text>
          {s.mitigations.length > 0
            ? <Text size="sm">Whoever is on the <A to="/allowlists" underline="always">allow-list</A> has nothing done to them, from the next event on. It still fires for them, and still adds its points.</Text>
            : <Text size="sm">It proposes nothing to be done, so the allow-list changes nothing here.</Text>}
          {hit.of.length > 0 && <><Text size="xs" c="dimmed" mt={6}>Hit most, in its {hit.decisions === 1 ? "only decision" : `${hit.decisions < looked ? "" : "newest "}${count(hit.decisions)} decisions`}:</Text><ul className="hit-most">{hit.of.slice(0, 3).map((t) => <Most key={t.kind + t.value} of={t} rule={s.id} />)}</ul></>}
        </div>
        <div>
          <Text size="sm" fw={600}>Change it</Text>
          <Text size="sm">In the document of scenarios: whom its condition leaves out, the number from which on it fires, its points; or take it out. To leave somebody out: <code className="cel">{leavingOut(s, hit.of)}</code> around the condition. That makes a new ruleset, which decides when you say so.</Text>
          {may ? <ButtonLink mt={6} size="compact-sm" to="/rules/scenarios/change" search={{ scenario: s.id }} leftSection={<Icon name="pencil" size={13} />}>Change the document</ButtonLink> : <Text size="xs" c="dimmed" mt={4}>Your key may read rules, not change them.</Text>}
        </div>
      </Stack>
    </Panel>
  );
}

function Most({ of: t, rule }: { of: Target; rule: string }) {
  const { param } = useTenant();
  const has = useHas();
  const allowed = useApi("/api/v1/allowlists", { query: { q: t.value, limit: 100, tenant: param } }, { enabled: has("enforcements:read") });
  const on = allowed.data?.items.some((a) => a.kind === t.kind && a.value === t.value);
  return (
    <li>
      <Group gap={8} justify="space-between" mih={26}>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}><A to="/feed" search={{ rule, q: t.value }}>{t.value}</A> <Text span size="xs" c="dimmed">{plural(t.decisions, "decision")}</Text></Text>
        {on ? <Text size="xs" c="dimmed">on the allow-list</Text> : has("enforcements:write") && <ButtonLink to="/allowlists" search={{ add: t.kind, value: t.value }} size="compact-sm" variant="default" aria-label={`Never block it: ${t.value}`}>Never block it</ButtonLink>}
      </Group>
    </li>
  );
}

/** What the key lacks. */
export const NoWriting = () => <Alert icon={<Icon name="lock" />} variant="light" title="Your key does not allow this" maw={720}>Changing the scenarios needs rules:write. They are read on their own pages, and in the <A to="/rules/rulesets" underline="always">ruleset</A>.</Alert>;
