// What waits for a person, the most pressing first.
import { Box, Text } from "@mantine/core";
import type { ApiError, Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { A, Icon, Loading, plural, Time } from "@/ui";

const every = { refetchInterval: 30_000, keep: true };

export function useInbox() {
  const has = useHas();
  const may = { approvals: has("enforcements:read"), webhooks: has("webhooks:read"), drift: has("drift:read") };
  const a = useApi("/api/v1/approvals", { query: { limit: 100 } }, { ...every, enabled: may.approvals });
  const w = useApi("/api/v1/webhooks", {}, { ...every, enabled: may.webhooks });
  const d = useApi("/api/v1/drift", {}, { ...every, enabled: may.drift });
  const asked = [{ q: a, on: may.approvals, name: "approvals" }, { q: w, on: may.webhooks, name: "webhooks" }, { q: d, on: may.drift, name: "drift" }];
  return {
    approvals: a.data?.items ?? [], more: a.data?.next_cursor !== undefined, webhooks: (w.data?.items ?? []).filter((x) => x.status === "failing" || x.status === "disabled"), drift: d.data?.waiting ?? 0, grave: (d.data?.by_severity.critical ?? 0) + (d.data?.by_severity.high ?? 0),
    pending: asked.some((x) => x.on && x.q.isPending), failed: asked.filter((x) => x.q.error).map((x) => ({ name: x.name, error: x.q.error as ApiError })), hidden: asked.filter((x) => !x.on).map((x) => x.name),
  };
}

type Of = ReturnType<typeof useInbox>;

export function Inbox({ of, broken }: { of: Of; broken: boolean }) {
  if (of.pending) return <Box p="sm"><Loading rows={3} /></Box>;
  const none = of.approvals.length + of.webhooks.length + of.drift === 0 && !broken && of.failed.length === 0;
  return (
    <>
      <ul className="inbox">
        {broken && <li><Icon name="alert" /><div><strong>The log of decisions does not verify.</strong> Keep its data folder as it is and look under Evidence here.</div></li>}
        {of.approvals.map((a) => <Approval key={a.id} of={a} />)}
        {of.more && <li><Icon name="hand" /><div>And more that wait: <A to="/feed" search={{ action: "pending_approval" }}>all of them</A></div></li>}
        {of.webhooks.map((w) => <li key={w.id}><Icon name="bell" /><div><strong>A webhook {w.status === "disabled" ? "was given up: its receiver says it is gone" : "fails"}.</strong> {w.url}{w.last_status ? ` answered ${w.last_status}` : " does not answer"}{w.next_at && <>; tried again <Time at={w.next_at} relative /></>}.</div></li>)}
        {of.drift > 0 && <li><Icon name="drift" /><div><A to="/drift/findings" fw={600}>{plural(of.drift, "finding")} of drift</A> {of.drift === 1 ? "waits" : "wait"} for a decision{of.grave > 0 && <>, {of.grave} of them high or critical</>}.</div></li>}
        {of.failed.map((f) => <li key={f.name}><Icon name="alert" /><div>What waits of {f.name} could not be read: {f.error.problem.detail}</div></li>)}
        {none && <li><Icon name="check" /><div>Nothing waits for you.</div></li>}
      </ul>
      {of.hidden.length > 0 && <Text size="xs" c="dimmed" px="sm" pb="xs">Not looked at, your key does not allow it: {of.hidden.join(", ")}.</Text>}
    </>
  );
}

function Approval({ of: a }: { of: Schemas["Approval"] }) {
  return <li><Icon name="hand" /><div><A to="/decisions/$id" params={{ id: a.decision_id }} fw={600}>A mitigation waits for approval</A>, since <Time at={a.created_at} relative />; it lapses <Time at={a.expires_at} relative />.</div></li>;
}
