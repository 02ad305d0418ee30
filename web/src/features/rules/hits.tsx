// When a rule fired: over time, and the last decisions.
import { Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useTenant } from "@/app/tenant";
import { useHas } from "@/app/session";
import { A, Answer, localTime, Panel, plural, Severity, Time } from "@/ui";
import { windowWords, type Window } from "./logic";

const width = 1000;
const height = 96;
const order = ["critical", "high", "medium", "low", "info"] as const;

function Bars({ of: h }: { of: Schemas["RuleHistory"] }) {
  const step = h.step_s * 1000;
  const end = Date.parse(h.to);
  const start = Math.floor((h.from ? Date.parse(h.from) : Math.min(...h.buckets.map((b) => Date.parse(b.start)), end - 30 * step)) / step) * step;
  const all = Math.max(end - start, step);
  const most = Math.max(...h.buckets.map((b) => b.total), 1);
  const w = Math.max(3, (step / all) * width * 0.84);
  return (
    <div>
      <svg className="hits" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`Hits over time: ${h.buckets.slice(-20).map((b) => `${localTime(new Date(b.start))}: ${b.total}`).join("; ")}`}>
        {h.buckets.map((b) => {
          let at = 0;
          const x = Math.min(width - w, Math.max(0, ((Date.parse(b.start) - start) / all) * width));
          return (
            <g key={b.start}>
              <title>{`${localTime(new Date(b.start))}: ${plural(b.total, "hit")}`}</title>
              {order.filter((s) => (b.by_severity[s] ?? 0) > 0).map((s) => {
                const part = ((b.by_severity[s] ?? 0) / most) * (height - 6);
                at += part;
                return <rect key={s} className={`hits-${s}`} x={x} width={w} y={height - at} height={part} />;
              })}
            </g>
          );
        })}
      </svg>
      <Group justify="space-between" mt={4}><Text size="xs" c="dimmed">{localTime(new Date(start)).slice(0, 16)}</Text><Text size="xs" c="dimmed">{localTime(new Date(h.to)).slice(0, 16)}</Text></Group>
    </div>
  );
}

const windows: { value: Window; label: string }[] = [{ value: "24h", label: "24 h" }, { value: "7d", label: "7 days" }, { value: "30d", label: "30 days" }, { value: "all", label: "All" }];

/** Of a rule or a scenario, by its name in decisions. */
export function Hits({ id }: { id: string }) {
  const { param } = useTenant();
  const may = useHas()("decisions:read");
  const [window, setWindow] = useState<Window>("30d");
  const q = useApi("/api/v1/rules/hits/{id}", { path: { id }, query: { window, tenant: param } }, { keep: true });
  const last = useApi("/api/v1/decisions", { query: { rule: id, limit: 8, tenant: param } }, { enabled: may });
  return (
    <Panel title="Hits" flush aside={<SegmentedControl size="xs" aria-label="Time" value={window} data={windows} onChange={(v) => setWindow(v as Window)} />}>
      <Stack gap={6} p="sm">
        <Answer of={q} what="Its hits could not be counted.">
          {(h) => h.total === 0 ? <Text size="sm">It did not fire {windowWords[window]}.</Text> : <><Text size="sm">It fired in {plural(h.total, "decision")} {windowWords[window]}, the last <Time at={h.last_hit} relative />.</Text><Bars of={h} /></>}
        </Answer>
      </Stack>
      {may && last.data && last.data.items.length > 0 && (
        <>
          <ul className="row-list">
            {last.data.items.map((d) => (
              <li key={d.decision_id}>
                <Group gap={8} wrap="nowrap" justify="space-between">
                  <Group gap={8} wrap="nowrap" miw={0}><Severity value={d.threat_level === "none" ? "info" : d.threat_level} /><A to="/decisions/$id" params={{ id: d.decision_id }} truncate underline="always">{d.event_type} from {d.source}</A></Group>
                  <Text span size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>score {d.score} · <Time at={d.received_at} relative /></Text>
                </Group>
              </li>
            ))}
          </ul>
          <Text size="sm" p="sm" pt={4}><A to="/feed" search={{ rule: id }}>All decisions in which it fired</A></Text>
        </>
      )}
    </Panel>
  );
}
