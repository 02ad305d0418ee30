// Whether the decision was right, as a person says.
import { Button, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { Badge, Failed, Icon, Panel, Time } from "@/ui";
import { type Decision } from "./logic";

export function Feedback({ of: d, tenant }: { of: Decision; tenant: string | undefined }) {
  const edit = useEdit();
  if (!useHas()("evidence:write")) return null;
  return (
    <Panel title="Was it right?">
      {edit.on ? <Form of={d} tenant={tenant} /> : (
        <Stack gap="xs" align="flex-start">
          <Text size="sm">What people say of decisions is counted for each rule, and teaches the anomaly score. It is recorded as evidence.</Text>
          <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to say</Button>
        </Stack>
      )}
    </Panel>
  );
}

const whole = "";

function Form({ of: d, tenant }: { of: Decision; tenant: string | undefined }) {
  const edit = useEdit();
  const give = useWrite("post", "/api/v1/decisions/{id}/feedback", ["/api/v1/rules", "/api/v1/anomaly"]);
  const [rule, setRule] = useState<string>(whole);
  const [comment, setComment] = useState(edit.reason);
  const fired = (d.explain.trace ?? []).filter((t) => t.matched);
  const say = (verdict: "true_positive" | "false_positive") => give.mutate({ path: { id: d.decision_id }, query: { tenant }, body: { verdict, ...(rule === whole ? {} : { rule }), ...(comment.trim() ? { comment: comment.trim() } : {}) } });
  const v = give.data;
  return (
    <Stack gap="xs">
      {fired.length > 1 && <Select label="Of what" value={rule} onChange={(x) => setRule(x ?? whole)} allowDeselect={false} data={[{ value: whole, label: "The decision as a whole" }, ...fired.map((t) => ({ value: t.rule, label: t.title || t.rule }))]} />}
      <Textarea label="Comment" description="Sealed with the entry; it goes when the people in the event are erased" value={comment} onChange={(e) => setComment(e.currentTarget.value)} autosize minRows={2} maxLength={2000} />
      <Group gap={6}>
        <Button variant="light" leftSection={<Icon name="check" size={14} />} loading={give.isPending && give.variables?.body?.verdict === "true_positive"} disabled={give.isPending} onClick={() => say("true_positive")}>It was right</Button>
        <Button variant="default" leftSection={<Icon name="close" size={14} />} loading={give.isPending && give.variables?.body?.verdict === "false_positive"} disabled={give.isPending} onClick={() => say("false_positive")}>False alarm</Button>
      </Group>
      {give.error && <Failed error={give.error} what="Nothing was recorded." />}
      {v && (
        <Text size="sm" role="status" component="div">
          <Badge tone="good" icon="check">{v.verdict === "true_positive" ? "right" : "false alarm"}</Badge> {v.replayed ? "You had said the same before; nothing was added." : <>Recorded <Time at={v.at} /> as entry {v.entry} of the log.</>}{v.retrained && ` The anomaly score learned from it: ${v.model}.`}
        </Text>
      )}
    </Stack>
  );
}
