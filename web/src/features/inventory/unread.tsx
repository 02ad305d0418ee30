// What a run or a snapshot could not read, and what it covered.
import { Stack, Text } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { A, count, Icon, Panel, plural } from "@/ui";
import { whyIncomplete } from "./logic";
import { Status } from "./pieces";

const most = 50;

export function Quarantine({ of: list, total }: { of: Schemas["QuarantinedView"][]; total: number }) {
  if (total === 0) return null;
  return (
    <Panel title={plural(total, "thing that could not be read", "things that could not be read")} flush>
      <Text size="sm" c="dimmed" px="sm" pt="xs">They are set aside. While they are, nothing of their types counts as removed.</Text>
      <ul className="rows">
        {list.slice(0, most).map((q, n) => <li key={n}><Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>{q.place}</Text><Text size="sm"><Icon name="alert" size={13} /> {q.reason}</Text>{q.type && <Text size="xs" c="dimmed">{q.type}</Text>}</li>)}
      </ul>
      {total > most && <Text size="sm" c="dimmed" p="sm">and {count(total - most)} more: frostgate inventory runs show lists them.</Text>}
    </Panel>
  );
}

export function Duplicates({ of: list, total }: { of: Schemas["DuplicateView"][]; total: number }) {
  if (total === 0) return null;
  return (
    <Panel title={plural(total, "identity that several objects claim", "identities that several objects claim")} flush>
      <Text size="sm" c="dimmed" px="sm" pt="xs">None of the claimants counts: which of them is meant can’t be told. Leave one in the export.</Text>
      <ul className="rows">
        {list.slice(0, most).map((d) => (
          <li key={d.type + d.id}>
            <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>{d.id} <Text span size="xs" c="dimmed">{d.type}</Text></Text>
            {(d.places ?? []).map((p) => <Text key={p} size="sm" style={{ overflowWrap: "anywhere" }}>{p}</Text>)}
          </li>
        ))}
      </ul>
      {total > most && <Text size="sm" c="dimmed" p="sm">and {count(total - most)} more.</Text>}
    </Panel>
  );
}

export function Covered({ of: list, source }: { of: Schemas["CoverageView"][]; source: string }) {
  return (
    <Panel title="What it read" aside={<Text size="xs" c="dimmed">{plural(list.length, "type")}</Text>} flush>
      <ul className="rows">
        {list.map((c) => (
          <li key={c.type}>
            <Stack gap={2}>
              <Text size="sm" component="div"><A to="/inventory" search={{ source, type: c.type }} fw={500}>{c.label}</A> · {plural(c.objects, "object")} <Status of={c} /></Text>
              {whyIncomplete(c) && <Text size="sm" c="dimmed">{whyIncomplete(c)}</Text>}
            </Stack>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
