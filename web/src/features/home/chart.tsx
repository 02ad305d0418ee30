// Decisions over time, by severity.
import { Group, Text } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { count, localTime } from "@/ui";
import { barsOf, barText, severities } from "./logic";

const height = 140;
const width = 1000;

export function Chart({ of: s }: { of: Schemas["StatsView"] }) {
  const bars = barsOf(s.buckets, s.from, s.to);
  return (
    <div>
      <svg className="chart" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`Decisions over time: ${bars.slice(-24).map((b) => barText(b, localTime)).join("; ")}`}>
        {bars.map((b) => (
          <g key={b.start}>
            <title>{barText(b, localTime)}</title>
            {b.parts.map((p) => <rect key={p.severity} className={`chart-${p.severity}`} x={b.x * width} width={Math.max(2, b.width * width * 0.86)} y={height - p.to * (height - 8)} height={(p.to - p.from) * (height - 8)} />)}
          </g>
        ))}
      </svg>
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed">{localTime(new Date(s.from ?? bars[0]?.start ?? s.to)).slice(0, 16)}</Text>
        <Text size="xs" c="dimmed">{localTime(new Date(s.to)).slice(0, 16)}</Text>
      </Group>
    </div>
  );
}

export function Legend({ of }: { of: Record<string, number> }) {
  return <Group gap="md">{severities.filter((v) => (of[v] ?? 0) > 0).map((v) => <Text key={v} size="sm"><span className={`swatch ${v}`} aria-hidden />{v} {count(of[v] ?? 0)}</Text>)}</Group>;
}
