// Decisions over time, by severity or by gating; as bars or as a table.
import { Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { A, count, localTime, Time } from "@/ui";
import { barsOf, barText, mostOf, partsOf, partWords, type By } from "./logic";

const height = 140;
const width = 1000;

export function Over({ of: s }: { of: Schemas["StatsView"] }) {
  const [by, setBy] = useState<By>("severity");
  const [table, setTable] = useState(false);
  return (
    <Stack gap="xs">
      <Group gap="xs" justify="space-between">
        <Legend of={by === "severity" ? s.by_severity : s.by_gating} by={by} />
        <Group gap={6}>
          <SegmentedControl size="xs" aria-label="Coloured by" value={by} onChange={(v) => setBy(v as By)} data={[{ value: "severity", label: "Severity" }, { value: "gating", label: "Gating" }]} />
          <SegmentedControl size="xs" aria-label="Shown as" value={table ? "table" : "bars"} onChange={(v) => setTable(v === "table")} data={[{ value: "bars", label: "Bars" }, { value: "table", label: "Table" }]} />
        </Group>
      </Group>
      {table ? <Table of={s} by={by} /> : <Chart of={s} by={by} />}
    </Stack>
  );
}

function Chart({ of: s, by }: { of: Schemas["StatsView"]; by: By }) {
  const bars = barsOf(s.buckets, s.from, s.to, by);
  return (
    <div>
      <div className="chart-box">
        <Text size="xs" c="dimmed" className="chart-most">{count(mostOf(s.buckets))}</Text>
        <svg className="chart" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`Decisions over time: ${count(s.total)} in all, at most ${count(mostOf(s.buckets))} in one bar. The table has each bar.`}>
          {bars.map((b) => (
            <g key={b.start}>
              <title>{barText(b, localTime)}</title>
              <rect className="chart-hit" x={b.x * width} width={Math.max(2, b.width * width)} y={0} height={height} />
              {b.parts.map((p) => <rect key={p.part} className={`chart-${p.part}`} x={b.x * width} width={Math.max(2, b.width * width * 0.86)} y={height - p.to * (height - 8)} height={Math.max(1.5, (p.to - p.from) * (height - 8))} />)}
            </g>
          ))}
        </svg>
      </div>
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed">{localTime(new Date(s.from ?? bars[0]?.start ?? s.to)).slice(0, 16)}</Text>
        <Text size="xs" c="dimmed">{localTime(new Date(s.to)).slice(0, 16)}</Text>
      </Group>
    </div>
  );
}

function Table({ of: s, by }: { of: Schemas["StatsView"]; by: By }) {
  const parts = partsOf(by).filter((p) => ((by === "severity" ? s.by_severity : s.by_gating)[p] ?? 0) > 0);
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label="Decisions over time as a table">
      <table>
        <thead><tr><th scope="col">From</th><th scope="col">All</th>{parts.map((p) => <th key={p} scope="col">{partWords[p] ?? p}</th>)}</tr></thead>
        <tbody>{[...s.buckets].reverse().map((b) => <tr key={b.start}><th scope="row"><Time at={b.start} /></th><td>{count(b.total)}</td>{parts.map((p) => <td key={p}>{count((by === "severity" ? b.by_severity : b.by_gating)[p] ?? 0)}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

function Legend({ of, by }: { of: Record<string, number>; by: By }) {
  return (
    <Group gap="md" component="ul" className="legend">
      {partsOf(by).filter((v) => (of[v] ?? 0) > 0).map((v) => (
        <li key={v}><span className={`swatch ${v}`} aria-hidden /><A to="/feed" search={{ [by]: v }} size="sm">{partWords[v] ?? v} {count(of[v] ?? 0)}</A></li>
      ))}
    </Group>
  );
}
