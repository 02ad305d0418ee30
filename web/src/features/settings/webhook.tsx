// One webhook: how its deliveries go, and what to do when they don't.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi, usePages, useWrite } from "@/api/hooks";
import { useTenant } from "@/app/tenant";
import { Answer, Badge, count, Curl, Failed, Icon, Id, KeyValue, PageHeader, Panel, plural, Time, Who } from "@/ui";
import { advice, filterWords } from "./logic";
import { Acts, Ask, tell } from "./pieces";
import { HookState, type Hook } from "./webhooks";

const forget = ["/api/v1/webhooks"];
const answered = (status: number | undefined, error: string | undefined) => (status ? `answered ${status}` : error ? `no answer: ${error}` : "no answer");

export default function WebhookPage() {
  const { id = "" } = useParams({ strict: false });
  const { param } = useTenant();
  const q = useApi("/api/v1/webhooks/{id}", { path: { id }, query: { tenant: param } }, { refetchInterval: 10_000 });
  return <Answer of={q} what="The webhook could not be read.">{(w) => <One of={w} />}</Answer>;
}

function One({ of: w }: { of: Hook }) {
  const { param } = useTenant();
  const bad = w.status === "failing" || w.status === "disabled";
  return (
    <>
      <PageHeader back={{ to: "/settings/webhooks", label: "Webhooks" }} title={w.url} tab="Webhook" badges={<HookState of={w} />} lead={<>{filterWords(w.filter)}. {plural(w.delivered, "message")} delivered{w.given_up > 0 && `, ${count(w.given_up)} given up`}.</>} actions={<Curl path={buildUrl("/api/v1/webhooks/{id}", { id: w.id }, { tenant: param })} />} />
      <Actions of={w} />
      {bad && (
        <Alert className="warn" color={w.status === "disabled" ? "red" : "yellow"} variant="light" icon={<Icon name="alert" />} mb="md" title={w.status === "disabled" ? "It is switched off: the receiver said that it is gone" : "The last message did not arrive"} maw={860}>
          <Text size="sm">The receiver {answered(w.last_status, w.last_error)}. {advice(w.last_status, w.last_error)}</Text>
          {w.attempt > 0 && <Text size="sm" mt={4}>{plural(w.attempt, "try", "tries")} so far{w.next_at && <>, the next <Time at={w.next_at} relative /></>}. Nothing is lost meanwhile: what follows waits in the order of the log.</Text>}
        </Alert>
      )}
      <div className="two-columns">
        <Failures of={w} />
        <Panel title="Facts">
          <KeyValue rows={[
            ["Last answer", w.last_status || w.last_error ? answered(w.last_status, w.last_error) : w.delivered > 0 ? "taken" : "nothing was sent yet"],
            ["Looks next at", `entry ${count(w.next_index)} of the log`],
            ["Added", <Time key="t" at={w.created_at} />],
            ["By", <Who key="w" id={w.created_by} />],
            ["Webhook", <Id key="i" value={w.id} />],
          ]} />
        </Panel>
      </div>
    </>
  );
}

function Failures({ of: w }: { of: Hook }) {
  const { param } = useTenant();
  const q = usePages("/api/v1/webhooks/{id}/deliveries", { path: { id: w.id }, query: { tenant: param, limit: 50 } }, { refetchInterval: 15_000 });
  return (
    <Panel title="Messages that were given up" flush>
      {q.error && <Failed error={q.error} what="They could not be read." retry={() => void q.refetch()} />}
      {!q.error && q.rows.length === 0 && <Text size="sm" c="dimmed" p="sm">{w.attempt > 0 ? "None yet: the one that fails is tried again for three days." : "None."}</Text>}
      <ul className="plain-list">
        {q.rows.map((f) => (
          <li key={f.message_id}>
            <Group justify="space-between" gap="xs"><Text size="sm" fw={500}>Entry {count(f.index)} of the log</Text><Text size="xs" c="dimmed"><Time at={f.given_up_at} /></Text></Group>
            <Text size="sm">After {plural(f.attempts, "try", "tries")} the receiver {answered(f.last_status, f.last_error)}. {advice(f.last_status, f.last_error)}</Text>
            <Text size="xs" c="dimmed">Message <Id value={f.message_id} short /></Text>
          </li>
        ))}
      </ul>
      {q.hasNextPage && <Group p="sm"><Button variant="default" loading={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>More</Button></Group>}
    </Panel>
  );
}

function Actions({ of: w }: { of: Hook }) {
  const { param } = useTenant();
  const test = useWrite("post", "/api/v1/webhooks/{id}/test", forget);
  const [removing, setRemoving] = useState(false);
  const result: Schemas["WebhookTest"] | undefined = test.data;
  return (
    <Stack gap="xs" mb="md">
      <Acts scope="webhooks:write" to="test or remove it">
        <Button variant="light" leftSection={<Icon name="play" size={14} />} loading={test.isPending} onClick={() => void test.mutateAsync({ path: { id: w.id }, query: { tenant: param } }).catch(() => undefined)}>Send a test message</Button>
        <Button variant="default" className="danger" onClick={() => setRemoving(true)}>Remove</Button>
      </Acts>
      {test.error && <Failed error={test.error} what="The test was not sent." />}
      {result && !test.isPending && <Text size="sm" role="status"><Badge tone={result.delivered ? "good" : "critical"} icon={result.delivered ? "check" : "alert"}>{result.delivered ? "arrived" : "did not arrive"}</Badge> The receiver {answered(result.status, result.error)}. {!result.delivered && advice(result.status, result.error)}</Text>}
      {removing && <Remove of={w} close={() => setRemoving(false)} />}
    </Stack>
  );
}

function Remove({ of: w, close }: { of: Hook; close: () => void }) {
  const { param } = useTenant();
  const navigate = useNavigate();
  const client = useQueryClient();
  const write = useWrite("delete", "/api/v1/webhooks/{id}", []);
  const host = URL.canParse(w.url) ? new URL(w.url).host : w.url;
  const run = async () => {
    await write.mutateAsync({ path: { id: w.id }, query: { tenant: param } });
    tell("The webhook is removed", "Nothing is sent there any more.");
    close();
    await navigate({ to: "/settings/webhooks", search: {} });
    // What was removed must not be asked for again: only the list is.
    await client.invalidateQueries({ predicate: (q) => q.queryKey[0] === "/api/v1/webhooks" });
  };
  return (
    <Ask title="Remove the webhook" write={write} submit="Remove it" close={close} run={run} danger typed={host}>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>Nothing is sent to {w.url} any more, what still waits neither. Its secret is destroyed.</Text>
    </Ask>
  );
}
