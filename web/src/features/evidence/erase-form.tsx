// Erasing: first what would be destroyed, then, knowingly, the deed.
import { Alert, Button, Checkbox, Group, Modal, SegmentedControl, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useWrite } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { Failed, plural } from "@/ui";
import { Copies } from "./erasure";
import type { Certificate } from "./logic";
import { tell } from "./pieces";

type Kind = "ip" | "user" | "host";

export function Erase({ close }: { close: () => void }) {
  const edit = useEdit();
  const navigate = useNavigate();
  const plan = useWrite("post", "/api/v1/evidence/erasures", []);
  const write = useWrite("post", "/api/v1/evidence/erasures", ["/api/v1/evidence", "/api/v1/decisions", "/api/v1/feed"]);
  const [kind, setKind] = useState<Kind>("user");
  const [value, setValue] = useState("");
  const [reason, setReason] = useState(edit.reason);
  const [sure, setSure] = useState(false);
  const body = { subject: { kind, value: value.trim() }, reason: reason.trim() };
  const names = value.trim() !== "" && reason.toLowerCase().includes(value.trim().toLowerCase());
  const ask = (e: FormEvent) => {
    e.preventDefault();
    plan.mutate({ body: { ...body, dry_run: true } });
  };
  const go = async () => {
    const done = await write.mutateAsync({ body });
    tell(`${plural(done.payloads, "payload")} destroyed`, "The certificate is an entry of the log.");
    close();
    if (done.id) void navigate({ to: "/evidence/erasures/$id", params: { id: done.id }, search: {} });
  };
  return (
    <Modal opened onClose={close} title="Erase what was recorded about somebody or something" closeButtonProps={{ "aria-label": "Close" }} centered size="lg">
      {plan.data ? (
        <Stack gap="sm">
          <Plan of={plan.data} subject={`${kind} ${value.trim()}`} />
          <Checkbox label="I know that this can’t be undone" checked={sure} onChange={(e) => setSure(e.currentTarget.checked)} />
          {write.error && <Failed error={write.error} what="The erasure did not end; the same again does the rest." />}
          <Group justify="flex-end"><Button variant="default" onClick={() => plan.reset()}>Back</Button><Button color="red.9" disabled={!sure} loading={write.isPending} onClick={() => void go().catch(() => undefined)}>Erase</Button></Group>
        </Stack>
      ) : (
        <form onSubmit={ask}>
          <Stack gap="sm">
            <Group gap="sm" align="flex-end">
              <SegmentedControl aria-label="Kind" value={kind} onChange={(v) => setKind(v as Kind)} data={[{ value: "user", label: "User" }, { value: "ip", label: "Address" }, { value: "host", label: "Host" }]} />
              <TextInput label="As events name it" value={value} onChange={(e) => setValue(e.currentTarget.value)} maxLength={512} required data-autofocus style={{ flex: "1 1 200px" }} />
            </Group>
            <Textarea label="Reason" description="It stays in the log for ever, so name a case, not the subject." value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={500} required error={names ? "It names the subject, which would stay in the log for ever." : undefined} />
            {plan.error && <Failed error={plan.error} what="Nothing was erased." />}
            <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" loading={plan.isPending} disabled={!value.trim() || !reason.trim() || names}>Show what would be erased</Button></Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Plan({ of: p, subject }: { of: Certificate; subject: string }) {
  return (
    <>
      <Text fw={600}>{p.payloads === 0 ? `Nothing that is still there speaks of ${subject}` : `${plural(p.payloads, "payload")} that ${p.payloads === 1 ? "speaks" : "speak"} of ${subject} would be destroyed`}</Text>
      <Alert color="red" variant="light" p="xs">
        <ul style={{ margin: 0, paddingLeft: 18 }}>
          <li>Destroyed: what these decisions were made on, in full, also what it says of others. Nobody can read it here again, not even with the database and its keys; of backups see below.</li>
          <li>Kept: that something was decided, when, by which rules and with which outcome. Every proof stays valid, and a bundle says “erased”, not “missing”.</li>
          <li>New decisions about the subject are recorded as ever.</li>
          {p.already_gone > 0 && <li>{plural(p.already_gone, "decision")} on it had lost {p.already_gone === 1 ? "its" : "their"} payload before.</li>}
        </ul>
      </Alert>
      <Copies of={p} />
      <Text size="sm">{p.backups}</Text>
      {p.warning && <Alert color="yellow" variant="light" p="xs">{p.warning}</Alert>}
    </>
  );
}
