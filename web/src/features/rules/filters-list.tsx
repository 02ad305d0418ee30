// Filters: what takes known noise out of rules, until when, and why.
import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { Badge, count, Failed, Icon, InTenant, Panel, plural, Time, Who } from "@/ui";
import type { RuleDetail, RuleFilter } from "./logic";
import { FilterDialog } from "./filter-dialog";
import { RuleLink } from "./pieces";
import { tell, useRemoveFilter } from "./queries";

export function FilterRow({ of: f, rules = true }: { of: RuleFilter; /** Names the rules too. */ rules?: boolean }) {
  const edit = useEdit();
  const may = useHas()("rules:write");
  const [asked, setAsked] = useState(false);
  return (
    <li>
      <Group justify="space-between" gap="xs" align="flex-start" wrap="nowrap">
        <Stack gap={3} miw={0}>
          <Group gap={6}><Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>{f.title}</Text>{f.expired ? <Badge tone="none" icon="clock">ended</Badge> : <Badge tone="info" icon="filter">in force</Badge>}</Group>
          {rules && <Text size="sm" component="div">{f.rules.length === 0 ? "Of every rule but the critical ones" : <>Of {f.rules.slice(0, 8).map((id, i) => <span key={id}>{i > 0 && ", "}<RuleLink id={id} title={f.rule_titles[i]} /></span>)}{f.rules.length > 8 && ` and ${count(f.rules.length - 8)} more`}</>}</Text>}
          <pre className="json" style={{ maxHeight: 140 }} tabIndex={0} role="region" aria-label={`What the filter ${f.title} leaves out`}>{f.not.trim()}</pre>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>“{f.reason}” <Text span size="sm" c="dimmed">by <Who id={f.author} plain /></Text></Text>
          <Text size="xs" c="dimmed">{f.expired ? "Ended" : "Ends"} <Time at={f.expires} relative />{!f.expired && <> (<Time at={f.expires} />)</>} · {plural(f.suppressed, "hit")} taken out{f.counted_since && <> since <Time at={f.counted_since} relative /></>}</Text>
        </Stack>
        {may && edit.on && <Button size="compact-sm" variant="default" flex="none" onClick={() => setAsked(true)} aria-label={`Remove the filter ${f.title}`}>Remove</Button>}
      </Group>
      {asked && <Remove of={f} close={() => setAsked(false)} />}
    </li>
  );
}

function Remove({ of: f, close }: { of: RuleFilter; close: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const remove = useRemoveFilter();
  const [reason, setReason] = useState(edit.reason);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    await remove.mutateAsync({ path: { id: f.id }, query: { reason: reason.trim(), tenant: param } });
    tell("The filter is gone", "What it left out counts again from the next event on.");
    close();
  };
  return (
    <Modal opened onClose={close} title={`Remove the filter “${f.title}”`} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <Text size="sm">{f.expired ? "It has ended and does nothing any more; it leaves the list." : "What it leaves out counts again from the next event on. To have it back, it is written anew."}</Text>
          <Textarea label="Reason" value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={500} required data-autofocus />
          {remove.error && <Failed error={remove.error} what="The filter stays." />}
          <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" color="red" loading={remove.isPending} disabled={!reason.trim()}>Remove</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Of one rule, on its page. */
export function FiltersOf({ of: r }: { of: RuleDetail }) {
  const edit = useEdit();
  const may = useHas()("rules:write");
  const [asked, setAsked] = useState(false);
  const aside = may && r.kind === "rule" && (edit.on ? <Button size="compact-sm" variant="light" leftSection={<Icon name="plus" size={13} />} onClick={() => setAsked(true)}>Add a filter</Button> : undefined);
  return (
    <Panel title="Filters on it" flush={r.filters.length > 0} aside={aside}>
      {r.filters.length === 0 ? <Text size="sm" c="dimmed">{r.kind === "rule" ? "None: every hit counts." : "Filters are put on the rules that it looks at."}</Text> : <ul className="row-list">{r.filters.map((f) => <FilterRow key={f.id} of={f} rules={f.rules.length !== 1} />)}</ul>}
      {asked && <FilterDialog rules={[{ id: r.id, title: r.title }]} clauses={r.looks_for} close={() => setAsked(false)} />}
    </Panel>
  );
}
