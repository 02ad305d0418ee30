// What waits for a person, the most pressing first.
import { Box, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useTenant } from "@/app/tenant";
import { A, count, happenedOn, Icon, Loading, plural, Severity, Time, type IconName } from "@/ui";
import { approvalWhat, approvalWhy, lapses } from "../respond/approval-words";
import { howMany, needsOf, wordsOfCheck, type Known } from "./logic";
import type { useWaiting } from "./queries";

type Waiting = ReturnType<typeof useWaiting>;

function Item({ icon, title, children }: { icon: IconName; title: ReactNode; children?: ReactNode }) {
  return <li><Icon name={icon} /><div><strong>{title}</strong> {children}</div></li>;
}

export function Inbox({ known, waiting: w }: { known: Known; waiting: Waiting }) {
  const n = needsOf(known);
  if (w.pending) return <Box p="sm"><Loading rows={3} /></Box>;
  const failing = (w.webhooks.data?.items ?? []).filter((x) => x.status === "failing" || x.status === "disabled");
  const t = known.posture.tenants[0];
  const hidden = [t?.approvals === undefined && "approvals", t?.drift === undefined && "drift", t?.webhooks === undefined && "webhooks"].filter(Boolean);
  return (
    <>
      <ul className="inbox">
        {known.posture.tenants.filter((x) => x.log_damaged).map((x) => <Item key={x.tenant_id} icon="critical" title="The log does not continue what was signed.">Nothing new is recorded in it. Keep the data folder as it is; <code>frostgate evidence fsck</code> says where it is damaged.</Item>)}
        {n.invalid > 0 && <Item icon="critical" title="The log of decisions does not verify.">Keep its data folder as it is and look under Evidence here.</Item>}
        {known.posture.wrong.map((c) => <Item key={c.name} icon="alert" title={wordsOfCheck(c.name).title}>{wordsOfCheck(c.name).means}</Item>)}
        {n.approvals > 0 && <Approvals of={w.approvals.data?.items ?? []} total={n.approvals} />}
        {failing.map((x) => <Webhook key={x.id} of={x} />)}
        {w.silent.map((m) => <Item key={m.id} icon="key" title={`The module ${m.name} has no key that is good.`}>What it sends is refused until it gets a new one.</Item>)}
        {n.drift > 0 && <Drift of={n} />}
        {howMany(known) === 0 && <li><Icon name="check" /><div>{hidden.length > 0 ? "Nothing waits in what your key may look at." : "Nothing waits for you."}</div></li>}
      </ul>
      {hidden.length > 0 && <Text size="xs" c="dimmed" px="sm" pb="xs">Not looked at, your key does not allow it: {hidden.join(", ")}.</Text>}
    </>
  );
}

/** The gravest first, then what waits longest, as the API orders them. */
function Approvals({ of: some, total }: { of: Schemas["Approval"][]; total: number }) {
  return (
    <Item icon="hand" title={<A to="/approvals" inherit>{plural(total, "decision")} {total === 1 ? "waits" : "wait"} for approval</A>}>
      <ul className="inbox-approvals" aria-label="What waits for approval, the gravest first">
        {some.map((a) => (
          <li key={a.id}>
            {a.for && <Severity value={a.for.threat_level === "none" ? "info" : a.for.threat_level} />}
            <span><A to="/decisions/$id" params={{ id: a.decision_id }} inherit fw={600}>{approvalWhat(a)}</A> <Text span size="xs" c="dimmed">{approvalWhy(a)} · {happenedOn(a.for?.event_time, a.created_at) && <>happened {happenedOn(a.for?.event_time, a.created_at)} · </>}waits since <Time at={a.created_at} relative /> · {lapses(a.expires_at, Date.now())}</Text></span>
          </li>
        ))}
      </ul>
      {total > some.length && <span className="inbox-more"><A to="/approvals" size="sm">all {count(total)}</A></span>}
    </Item>
  );
}

function Webhook({ of: w }: { of: Schemas["Webhook"] }) {
  const { param } = useTenant();
  const lost = useApi("/api/v1/webhooks/{id}/deliveries", { path: { id: w.id }, query: { limit: 1, tenant: param } as never }, { enabled: w.given_up > 0 });
  const last = lost.data?.items[0];
  return (
    <Item icon="bell" title={w.status === "disabled" ? "A webhook was given up: its receiver says it is gone." : "A webhook fails."}>
      <A to="/settings/webhooks" size="sm">{w.url}</A>{w.status !== "disabled" && <>{w.last_status ? ` answered ${w.last_status}` : " does not answer"}{w.last_error ? ` (${w.last_error})` : ""}{w.next_at && <>; tried again <Time at={w.next_at} relative /></>}.</>}
      {w.given_up > 0 && <> {plural(w.given_up, "message was", "messages were")} given up{last && <>, the last <Time at={last.given_up_at} relative /></>}.</>}
    </Item>
  );
}

function Drift({ of: n }: { of: ReturnType<typeof needsOf> }) {
  return (
    <Item icon="drift" title={<A to="/drift/findings" inherit>{plural(n.drift, "finding")} of drift</A>}>
      {n.drift === 1 ? "waits" : "wait"} for a decision{n.grave > 0 && <>, <A to="/drift/findings" search={{ severity: ["critical", "high"] as never }}>{count(n.grave)} of them critical or high</A></>}{n.reopened > 0 && <>; <A to="/drift/findings" search={{ state: "reopened" }}>{count(n.reopened)} came back</A></>}.
    </Item>
  );
}
