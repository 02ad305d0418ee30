// How a rule counts here, and changing it.
import { Alert, Button, Group, Modal, Select, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { Badge, Failed, Icon, InTenant, KeyValue, Panel, Severity } from "@/ui";
import { levels, type RuleDetail } from "./logic";
import { tell, useTune } from "./queries";

const isTuned = (r: RuleDetail) => r.tuning.enabled === false || !!r.tuning.level || !!r.tuning.cap;
const capWords = (cap: string) => cap.replace(/^(\d+)\/(.+)$/, "$1 hits per $2");

export function Tuning({ of: r }: { of: RuleDetail }) {
  const edit = useEdit();
  const may = useHas()("rules:write");
  const [asked, setAsked] = useState<"tune" | "reset">();
  const tuned = isTuned(r);
  return (
    <Panel title="How it counts here" aside={may && (edit.on ? <Group gap={6}><Button size="compact-sm" variant="light" onClick={() => setAsked("tune")}>Tune</Button>{tuned && <Button size="compact-sm" variant="default" onClick={() => setAsked("reset")}>As its author wrote it</Button>}</Group> : <Button size="compact-sm" variant="default" leftSection={<Icon name="pencil" size={13} />} onClick={edit.ask}>Edit to tune</Button>)}>
      <Stack gap={8}>
        {!tuned && <Text size="sm">As its author wrote it.</Text>}
        <KeyValue rows={[
          ["State", r.enabled ? <Badge key="s" tone="good" icon="check">on</Badge> : <Badge key="s" tone="wait" icon="pause">off: not looked at</Badge>],
          ["Level", <span key="l"><Severity value={r.level} />{r.level !== r.own_level && <Text span size="xs" c="dimmed"> its author wrote {r.own_level}</Text>}</span>],
          ["Cap", r.kind === "rule" && (r.tuning.cap ? `${capWords(r.tuning.cap)}, for one user, address and host` : r.level === "critical" ? "none: critical rules always count" : "1,000 hits per hour for one user, address and host")],
        ]} />
        {!may && <Text size="xs" c="dimmed">Your key may read rules, not change them.</Text>}
      </Stack>
      {asked && <Dialog of={r} reset={asked === "reset"} close={() => setAsked(undefined)} />}
    </Panel>
  );
}

function Dialog({ of: r, reset, close }: { of: RuleDetail; reset: boolean; close: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const tune = useTune();
  const [on, setOn] = useState(r.enabled);
  const [level, setLevel] = useState(r.tuning.level ?? "");
  const [cap, setCap] = useState(r.tuning.cap ?? "");
  const [reason, setReason] = useState(edit.reason);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const change = reset ? {} : { enabled: on, ...(level ? { level: level as (typeof levels)[number] } : {}), ...(cap.trim() ? { cap: cap.trim() } : {}) };
    await tune.mutateAsync({ path: { id: r.id }, query: { tenant: param }, body: { ...change, reason: reason.trim() } });
    tell(reset ? "The rule counts as its author wrote it" : on ? "The rule is tuned" : "The rule is off", "From the next event on. A new ruleset is in force, with your reason.");
    close();
  };
  return (
    <Modal opened onClose={close} title={reset ? "Back to its author’s ways" : `Tune “${r.title}”`} closeButtonProps={{ "aria-label": "Close" }} centered size="md">
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          {reset ? <Text size="sm">It is on, with the level {r.own_level} and no cap of yours. Filters stay as they are.</Text> : (
            <>
              <Switch label={on ? "On" : "Off: it is not looked at, and gives no points"} checked={on} onChange={(e) => setOn(e.currentTarget.checked)} />
              {!on && <Alert variant="light" color="yellow" p="xs">What only this rule would find goes unseen while it is off. A filter for the known noise leaves the rest of it watching.</Alert>}
              <Select label="Level" data={[{ value: "", label: `As its author wrote it (${r.own_level})` }, ...levels.map((l) => ({ value: l, label: l }))]} value={level} onChange={(v) => setLevel(v ?? "")} allowDeselect={false} disabled={!on} />
              {r.kind === "rule" && <TextInput label="Cap" description="Hits that count per span, for one user, address and host; further ones give no points. Empty: the default." placeholder="100/1h" value={cap} onChange={(e) => setCap(e.currentTarget.value)} maxLength={40} disabled={!on} error={tune.error?.problem.field === "cap" ? tune.error.problem.detail : undefined} />}
            </>
          )}
          <Textarea label="Reason" value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={1000} required />
          {tune.error && tune.error.problem.field !== "cap" && <Failed error={tune.error} what="The rule counts as before." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" loading={tune.isPending} disabled={!reason.trim()}>{reset ? "Put it back" : "Apply from the next event on"}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
