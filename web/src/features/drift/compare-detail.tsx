// One object that differs, change by change.
import { parseExact } from "@/api/exact";
import { Group, Modal, Stack, Text } from "@mantine/core";
import { Id, KeyValue, Panel, Severity, SideBySide, State } from "@/ui";
import { Members, SecretNote } from "./values";
import { hasSecret, identified, listChange } from "./values-logic";
import type { Changed, ObjectChange } from "./compare-logic";

/** The whole value where the answer has it; else as the API says it in short: JSON, or text. */
function value(whole: unknown, text: string | undefined): unknown {
  if (whole !== undefined) return whole;
  if (text === undefined) return undefined;
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}

export function Detail({ of: o, close, fromName, toName }: { of: ObjectChange; close: () => void; fromName: string; toName: string }) {
  return (
    <Modal opened onClose={close} size="xl" title={o.name} closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="md">
        <Group gap={6}><Severity value={o.severity} /><State value={o.kind} /><Text size="sm" c="dimmed">{o.label}</Text></Group>
        {o.changes.map((c, n) => <One key={n} of={c} fromName={fromName} toName={toName} />)}
        <KeyValue rows={[[`ID in ${fromName}`, o.ids.from && <Id value={o.ids.from} />], [`ID in ${toName}`, o.ids.to && <Id value={o.ids.to} />]]} />
      </Stack>
    </Modal>
  );
}

function One({ of: c, fromName, toName }: { of: Changed; fromName: string; toName: string }) {
  if (!c.path && c.from === undefined && c.to === undefined) return <Text size="sm">{c.kind === "added" ? `It is only in ${toName}.` : c.kind === "removed" ? `It is only in ${fromName}.` : c.change}</Text>;
  const [left, right] = [value(c.from_value, c.from), value(c.to_value, c.to)];
  const list = listChange(left, right);
  const told = c.path && !list ? c.change : undefined;
  const secret = hasSecret(left, right);
  return (
    <Panel title={c.path || "The object"} aside={<Severity value={c.severity} />} flush>
      {(told || secret) && <Stack gap={4} p="sm">{told && <Text size="sm">{identified(told, c.path)}</Text>}{secret && <SecretNote />}</Stack>}
      {list ? <Members of={list} names={{}} path={c.path} only={[fromName, toName]} /> : <SideBySide left={left} right={right} leftName={fromName} rightName={toName} title={c.path || "The object"} />}
    </Panel>
  );
}
