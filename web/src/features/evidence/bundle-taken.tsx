// Who has taken evidence away lately, as the audit tells it: bundles themselves are not kept.
import { Group, Text } from "@mantine/core";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { Answer, Panel, Time, Who } from "@/ui";
import { whats, type What } from "./bundle-logic";
import { EntryLink } from "./pieces";

const told = (target: string) => {
  const kind = target.startsWith("bundle:") ? target.slice(7) : undefined;
  return kind && kind in whats ? whats[kind as What].label : undefined;
};

export function Taken() {
  const may = useHas()("audit:read");
  const q = useApi("/api/v1/audit", { query: { action: "evidence.read", limit: 200 } }, { enabled: may, refetchInterval: 15_000 });
  if (!may) return null;
  return (
    <Panel title="Taken lately" flush>
      <Answer of={q} what="The audit could not be read.">
        {(page) => {
          const rows = page.items.filter((r) => told(r.target ?? "") ?? /^[0-9a-f]{16}-\d+$/.test(r.target ?? "")).slice(0, 8);
          if (rows.length === 0) return <Text size="sm" c="dimmed" p="sm">Nobody has taken a bundle or a receipt lately. Bundles are made when they are asked for and kept nowhere; who took one stands in the audit.</Text>;
          return (
            <ul className="evidence-rows">
              {rows.map((r) => (
                <li key={r.id}>
                  <Group justify="space-between" gap="xs" wrap="nowrap"><span>{told(r.target ?? "") ?? <EntryLink log={(r.target ?? "").split("-")[0] ?? ""} index={Number((r.target ?? "").split("-")[1])}>Proof of entry {(r.target ?? "").split("-")[1]}</EntryLink>} <Text span size="xs" c="dimmed">by <Who id={r.principal} plain /></Text></span><Text size="xs" c="dimmed"><Time at={r.at} relative /></Text></Group>
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </Panel>
  );
}
