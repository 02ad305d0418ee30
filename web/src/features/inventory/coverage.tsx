// How completely each type was read, and why not.
import { Group, Stack, Text } from "@mantine/core";
import { buildUrl } from "@/api/client";
import { useTenant } from "@/app/tenant";
import { A, Answer, count, Curl, Download, Empty, PageHeader, Panel, plural, Time, useFilters, type Export } from "@/ui";
import { readingOf, sourceField, whollyKnown, whyIncomplete, type Coverage } from "./logic";
import { observe, Parts, SourcePicker, Status } from "./pieces";
import { useCoverage } from "./queries";
import "./inventory.css";

const fields = [sourceField];
const files: Export<Coverage>[] = (["source", "type", "label", "status", "objects", "quarantined", "duplicates", "error", "run", "at", "complete_run", "complete_at", "normaliser"] as const).map((name) => ({ name, value: (c: Coverage) => c[name] }));

export default function CoveragePage() {
  const [values, set] = useFilters(fields);
  const source = typeof values.source === "string" ? values.source : undefined;
  const q = useCoverage(source);
  const { id: tenant, param } = useTenant();
  return (
    <>
      <PageHeader title="Coverage" tab="Coverage" lead="How completely the last runs read each type. Only what was read to its end proves that something is gone." actions={<><Curl path={buildUrl("/api/v1/inventory/coverage", {}, { tenant: param, source })} /><Download name={`coverage-${tenant}`} rows={q.data?.items ?? []} columns={files} /></>} />
      <Parts here="/inventory/coverage" />
      <Group mb="sm"><SourcePicker value={source} set={(v) => set({ source: v })} /></Group>
      <Answer of={q} what="Coverage could not be read.">
        {(page) => page.items.length === 0 ? <Empty icon="eye" title="Nothing was observed yet" command={observe}>Coverage says for each type how completely a run read it.</Empty> : <Board of={page.items} />}
      </Answer>
    </>
  );
}

function Board({ of: all }: { of: Coverage[] }) {
  const open = all.filter((c) => !whollyKnown(c));
  const rest = all.filter(whollyKnown);
  return (
    <Stack gap="md">
      <Text size="lg" fw={650}>{open.length === 0 ? `Everything was read: ${plural(all.length, "type")}, all to their end.` : `${count(open.length)} of ${plural(all.length, "type")} ${open.length === 1 ? "is" : "are"} not wholly known.`}</Text>
      {open.length > 0 && <Panel title="Not wholly known" flush><Rows of={open} /></Panel>}
      {rest.length > 0 && <Panel title="Read to the end" flush><Rows of={rest} /></Panel>}
    </Stack>
  );
}

function Rows({ of: list }: { of: Coverage[] }) {
  const several = new Set(list.map((c) => c.source)).size > 1;
  return (
    <ul className="rows">
      {list.map((c) => {
        const why = whyIncomplete(c);
        return (
          <li key={c.source + c.type}>
            <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
              <div style={{ minWidth: 0 }}>
                <Group gap={8}><A to="/inventory" search={{ source: c.source, type: c.type }} fw={600}>{c.label}</A><Status of={c} /></Group>
                {why && <Text size="sm">{why}</Text>}
                {!whollyKnown(c) && <Text size="sm" c="dimmed">{readingOf(c).means} {c.status === "complete" ? null : c.complete_at ? <>It was last read to its end <Time at={c.complete_at} relative />.</> : "It was never read to its end."}</Text>}
                <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>{c.type}{c.places?.length ? ` · from ${c.places.join(", ")}` : ""}</Text>
              </div>
              <Text size="sm" c="dimmed" ta="right" style={{ flex: "none" }} component="div">{plural(c.objects, "object")}<br /><A to="/inventory/runs/$id" params={{ id: c.run }} size="xs">{several ? `${c.source}, ` : ""}{c.at ? <Time at={c.at} relative /> : "its run"}</A></Text>
            </Group>
          </li>
        );
      })}
    </ul>
  );
}
