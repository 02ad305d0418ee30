// The smaller parts of the start screen: rules, sources, drift.
import { Group, Stack, Text } from "@mantine/core";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Answer, count, plural, Severity, Time } from "@/ui";
import { top } from "./logic";

interface Tops { of: Record<string, number>; by: string; none: string; /** What they are called. */ words?: Record<string, string>; /** Where the name leads, if not to its decisions. */ open?: (name: string) => { to: string; params: Record<string, string> } }

export function Tops({ of, by, none, words = {}, open }: Tops) {
  const rows = top(of, 8);
  const most = Math.max(...rows.map(([, n]) => n), 1);
  if (rows.length === 0) return <Text size="sm" c="dimmed">{none}</Text>;
  return (
    <div className="bars home-bars">
      {rows.map(([name, n]) => (
        <div className="bar" key={name}>
          <Group gap={0} miw={0} wrap="nowrap">{open ? <A {...open(name)} truncate>{words[name] ?? name}</A> : <A to="/feed" search={{ [by]: name }} truncate>{words[name] ?? name.replaceAll("_", " ")}</A>}</Group>
          <span className="track" aria-hidden><span style={{ width: `${Math.max(2, (n / most) * 100)}%` }} /></span>
          {open ? <A to="/feed" search={{ [by]: name }} aria-label={`${count(n)} decisions`}>{count(n)}</A> : <Text size="sm">{count(n)}</Text>}
        </div>
      ))}
    </div>
  );
}

/** Where drift stands, and how fresh what is known is. */
export function DriftNow() {
  const may = useHas()("drift:read");
  const { param } = useTenant();
  const q = useApi("/api/v1/drift", { query: { tenant: param } }, { keep: true, refetchInterval: 60_000, enabled: may });
  if (!may) return <Text size="sm" c="dimmed">To see it, your key needs the scope drift:read.</Text>;
  return (
    <Answer of={q} what="Drift could not be read.">
      {(s) => {
        const sources = s.by_tenant.flatMap((t) => t.sources);
        const types = s.by_type.filter((t) => t.waiting > 0).slice(0, 6);
        if (sources.length === 0) return <Text size="sm">Nothing was observed yet. <A to="/inventory">How to begin</A></Text>;
        return (
          <Stack gap={6}>
            <Text size="sm"><A to="/drift" fw={600}>{s.waiting === 0 ? "Nothing waits" : `${plural(s.waiting, "finding")} ${s.waiting === 1 ? "waits" : "wait"}`}</A>, {count(s.open)} open in all.</Text>
            {types.map((t) => <Group key={t.type} gap={8} wrap="nowrap" justify="space-between"><A to="/drift/findings" search={{ type: t.label }} truncate>{t.label}</A><Group gap={8} wrap="nowrap"><Text size="sm" className="num">{count(t.waiting)}</Text>{t.worst && <Severity value={t.worst} />}</Group></Group>)}
            {sources.slice(0, 4).map((x) => <Text key={x.source + x.run} size="xs" c="dimmed">{x.source} observed <Time at={x.at} relative /></Text>)}
          </Stack>
        );
      }}
    </Answer>
  );
}
