// Whether the log of decisions still says what it said, recomputed from its entries.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { apiQuery, useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { Badge, count, Failed, Icon, Id, Loading, Time } from "@/ui";

/** Longer logs are recomputed only when somebody asks: it reads every entry. */
const small = 20_000;

/** `here`: the tenant in view is the key's own; another's log is verified by who signs in there. */
export function useProof(here: boolean) {
  const may = useHas()("evidence:read") && here;
  const newest = useApi("/api/v1/feed/live", { query: { limit: 1 } }, { enabled: may });
  const size = newest.data ? (newest.data.items[0]?.index ?? -1) + 1 : undefined;
  const q = useQuery({ ...apiQuery("/api/v1/forensics/chain/verify"), enabled: may && size !== undefined && size <= small, staleTime: 600_000, gcTime: 3_600_000, refetchOnWindowFocus: false });
  return { may, here, size, data: q.data, error: q.error, at: q.dataUpdatedAt, busy: q.isFetching, look: () => void q.refetch() };
}

export function Proof({ of: p }: { of: ReturnType<typeof useProof> }) {
  if (!p.here) return <Text size="sm" c="dimmed">Its log is verified with a key of that tenant.</Text>;
  if (!p.may) return <Text size="sm" c="dimmed"><Icon name="lock" size={12} /> To see it, your key needs the scope evidence:read.</Text>;
  const d = p.data;
  if (!d && !p.error && (p.busy || p.size === undefined)) return <Loading rows={2} height={30} />;
  return (
    <Stack gap="xs">
      {p.error && <Failed error={p.error} what="The log could not be recomputed." />}
      {d && (
        <>
          <Group gap={6}>{d.valid ? <Badge tone="good" icon="evidence">verified</Badge> : <Badge tone="critical" icon="alert">does not verify</Badge>}<Text size="sm"><Time at={new Date(p.at).toISOString()} relative /></Text></Group>
          <Text size="sm">{d.valid ? `All ${count(d.size)} entries of the log give its root.` : `Wrong at entry ${d.first_bad ?? d.bad_row?.index ?? "?"}: ${d.problem ?? "a row is not what its entry proves"}.`}</Text>
          <Text size="xs" c="dimmed">Root <Id value={d.recomputed_root} short label="the root" /></Text>
        </>
      )}
      {!d && !p.error && <Text size="sm">The log has {count(p.size ?? 0)} entries; recomputing it takes a while.</Text>}
      <Group><Button variant="default" size="compact-sm" loading={p.busy} onClick={p.look}>Verify now</Button></Group>
    </Stack>
  );
}
