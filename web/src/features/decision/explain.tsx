// How the decision came about: rules, anomaly, and the steps after them.
import { Box, Code, Group, Stack, Text } from "@mantine/core";
import { useHas } from "@/app/session";
import { A, Badge, capital, KeyValue, Panel } from "@/ui";
import { inWords, rulesIn, seenWords, stepWords, valueOf, type Decision } from "./logic";

export function Trace({ of: d }: { of: Decision }) {
  const trace = rulesIn(d.explain.trace);
  const rules = useHas()("rules:read");
  if (trace.length === 0) return <Panel title="Rules"><Text size="sm" c="dimmed">No rule had anything to say about this event.</Text></Panel>;
  return (
    <Panel title="Rules">
      <Stack gap="sm">
        {trace.map((t) => (
          <Box key={t.rule}>
            <Group gap={6}>
              <Text size="sm" fw={600}>{t.title || t.rule}</Text>
              {t.matched ? <Badge tone="info" icon="check">fired, {t.points} points</Badge> : <Badge tone="none" icon="minus">did not fire</Badge>}
              {(t.techniques ?? []).map((x) => <Badge key={x} tone="none">{x}</Badge>)}
            </Group>
            <Text size="xs" c="dimmed" component="p" m={0}>{rules && <><A size="xs" to="/rules/$id" params={{ id: t.rule }}>the rule</A> · </>}<A size="xs" to="/feed" search={{ rule: t.rule }}>other decisions of this rule</A></Text>
            <Group gap={6} mt={4}>{Object.entries(t.values ?? {}).map(([k, v]) => <Code key={k} style={{ overflowWrap: "anywhere" }}>{k} = {v}</Code>)}</Group>
          </Box>
        ))}
      </Stack>
    </Panel>
  );
}

export function Anomaly({ of: d }: { of: Decision }) {
  const a = d.explain.anomaly;
  if (!a) return null;
  const strong = a.features.filter((f) => f.weight > 0);
  return (
    <Panel title="How unusual it was" aside={<Text size="xs" c="dimmed">{a.model}</Text>}>
      <Stack gap={6}>
        <Text size="sm">{a.learning && strong.length === 0 ? "Still learning what is usual here: nothing was held against the event." : `Anomaly score ${d.anomaly_score.toFixed(2)} of 1.`}</Text>
        <KeyValue rows={a.features.map((f) => [inWords(f.name), seenWords(f)])} />
      </Stack>
    </Panel>
  );
}

export function Steps({ of: d }: { of: Decision }) {
  const steps = d.explain.steps ?? [];
  if (steps.length === 0) return null;
  return (
    <Panel title="Steps after the rules">
      <Stack gap={8}>
        {steps.map((s, i) => (
          <Box key={i}>
            <Text size="sm"><strong>{capital(inWords(s.stage))}</strong>: {stepWords(s.what)}</Text>
            {s.values && <Text size="xs" c="dimmed">{Object.entries(s.values).map(([k, v]) => (k === "gating" ? valueOf(k, v) : `${inWords(k)} ${v}`)).join(" · ")}</Text>}
          </Box>
        ))}
      </Stack>
    </Panel>
  );
}
