// A new entry of the allow-list: checked while it is written, with what it would
// have spared; and, once it is there, what is in force still.
import { Alert, Button, Group, Loader, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ApiError, call } from "@/api/client";
import { useEdit } from "@/app/edit";
import { useTenant } from "@/app/tenant";
import { Failed, Icon, InTenant, plural } from "@/ui";
import { actionOf, coverInWords, endAt, ends, kinds, valueProblem, type AllowEntry, type Cover } from "./logic";
import { tell, useAddAllow } from "./queries";
import { RevokeDialog } from "./revoke";

function useCover(kind: string, value: string) {
  const { param } = useTenant();
  const asked = value.trim();
  return useQuery<Cover, ApiError>({
    queryKey: ["/api/v1/allowlists/check", param, kind, asked], enabled: asked !== "" && valueProblem(kind, asked) === undefined, retry: false, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call("post", "/api/v1/allowlists/check", { query: { tenant: param }, body: { kind: kind as AllowEntry["kind"], value: asked }, signal }),
  });
}

export function AddAllow({ kind: first, value: given, close }: { kind: string; value: string; close: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const add = useAddAllow();
  const [kind, setKind] = useState(first in kinds ? first : "ip");
  const [value, setValue] = useState(given);
  const [end, setEnd] = useState("month");
  const [date, setDate] = useState("");
  const [reason, setReason] = useState(edit.reason);
  const [settled] = useDebouncedValue(value, 350);
  const cover = useCover(kind, settled);
  const [added, setAdded] = useState<Cover>();
  const problem = valueProblem(kind, value) ?? (settled === value && cover.error?.problem.field === "value" ? cover.error.problem.detail : undefined);
  const seen = cover.data && !cover.error && settled === value && value.trim() !== "" && problem === undefined ? cover.data : undefined;
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const a = await add.mutateAsync({ query: { tenant: param }, body: { kind: kind as AllowEntry["kind"], value: value.trim(), reason: reason.trim(), expires_at: endAt(end, date, Date.now()) } });
    tell(`${a.value} is on the allow-list`, "From the next event on, nothing is done against it.");
    if (seen && seen.in_force > 0) setAdded(seen);
    else close();
  };
  if (added) return <Still of={added} close={close} />;
  return (
    <Modal opened onClose={close} title="Never block a target" closeButtonProps={{ "aria-label": "Close" }} centered size="lg">
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <Group grow align="flex-start" gap="sm" preventGrowOverflow={false}>
            <Select label="Kind" data={Object.entries(kinds).map(([v, w]) => ({ value: v, label: w.label }))} value={kind} onChange={(v) => v && setKind(v)} allowDeselect={false} style={{ flex: "0 1 180px" }} />
            <TextInput label="Value" description={kinds[kind]!.hint} value={value} onChange={(e) => setValue(e.currentTarget.value)} maxLength={256} required error={problem} inputWrapperOrder={["label", "description", "input", "error"]} data-autofocus style={{ flex: "1 1 240px" }} />
          </Group>
          {seen ? <Preview of={seen} /> : <Group gap="xs" mih={38}>{cover.isFetching ? <><Loader size="xs" /><Text size="sm" c="dimmed">Looking at what it would have spared …</Text></> : <Text size="sm" c="dimmed">What it would have spared shows here.</Text>}</Group>}
          <Group grow align="flex-start" gap="sm">
            <Select label="Ends" data={ends.map(({ value: v, label }) => ({ value: v, label }))} value={end} onChange={(v) => v && setEnd(v)} allowDeselect={false} />
            {end === "date" && <TextInput type="date" label="Day" value={date} onChange={(e) => setDate(e.currentTarget.value)} required />}
          </Group>
          <Textarea label="Reason" description="Kept with the entry and in the audit." value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={500} required />
          {add.error && <Failed error={add.error} what="Nothing was added." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" loading={add.isPending} disabled={!value.trim() || problem !== undefined || !reason.trim() || (end === "date" && !date)}>Never block it</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Preview({ of: c }: { of: Cover }) {
  const w = coverInWords(c);
  return (
    <Alert color={c.in_force > 0 || c.covered_by ? "yellow" : "blue"} variant="light" p="xs" icon={<Icon name="info" />} role="status">
      <Text size="sm">{c.covered_by ? "An entry covers it already. " : ""}{w.would} {w.still}</Text>
    </Alert>
  );
}

/** The entry is there; what it covers is in force still. */
function Still({ of: c, close }: { of: Cover; close: () => void }) {
  const held = c.targets.filter((t) => t.in_force > 0);
  const [revoking, setRevoking] = useState(false);
  if (revoking) return <RevokeDialog of={held.map((t) => ({ action: t.action, target_kind: t.target_kind, target: t.target, enforcements: t.in_force }))} close={close} />;
  return (
    <Modal opened onClose={close} title="On the allow-list; something is in force still" closeButtonProps={{ "aria-label": "Close" }} centered>
      <Stack gap="sm">
        <Text size="sm">{plural(c.in_force, "enforcement")} from before {c.in_force === 1 ? "stays" : "stay"} in force against what you have just allowed: {held.slice(0, 5).map((t) => `${t.target} ${actionOf(t.action).is}`).join(", ")}{held.length > 5 ? ` and ${held.length - 5} more` : ""}.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>Let {c.in_force === 1 ? "it" : "them"} end by {c.in_force === 1 ? "itself" : "themselves"}</Button>
          <Button color="red.9" onClick={() => setRevoking(true)} data-autofocus>Revoke {c.in_force === 1 ? "it" : "them"} too</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
