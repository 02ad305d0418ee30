// Deleting what retention has outlived, and renewing the payload keys.
import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useWrite } from "@/api/hooks";
import { count, Failed, Loading, plural } from "@/ui";
import { keeps } from "./logic";
import { tell } from "./pieces";

export function Prune({ close }: { close: () => void }) {
  const plan = useWrite("post", "/api/v1/evidence/prune", []);
  const write = useWrite("post", "/api/v1/evidence/prune", ["/api/v1/evidence", "/api/v1/audit"]);
  const { mutate: ask } = plan;
  useEffect(() => ask({ body: { dry_run: true } }), [ask]);
  const p = plan.data;
  const due = p ? p.payloads + p.audit_entries : 0;
  const go = async () => {
    const done = await write.mutateAsync({ body: {} });
    tell("Deleted", `${plural(done.payloads, "payload")} and ${plural(done.audit_entries, "audit entry", "audit entries")}. The log says so.`);
    close();
  };
  return (
    <Modal opened onClose={close} title="Delete what is due now" closeButtonProps={{ "aria-label": "Close" }} centered>
      <Stack gap="sm">
        {plan.error ? <Failed error={plan.error} what="What is due could not be counted." /> : !p ? <Loading rows={2} /> : (
          <>
            <Text size="sm">Payloads are kept {keeps(p.retention_days)}, the audit {keeps(p.audit_retention_days)}. {due === 0 ? "Nothing is due." : `Due are ${plural(p.payloads, "payload")} and ${plural(p.audit_entries, "audit entry", "audit entries")}.`}{p.held > 0 && ` ${count(p.held)} more are due, but something in force rests on them.`}</Text>
            {due > 0 && <Alert color="red" variant="light" p="xs" title="This can’t be undone">The same happens by itself each minute. Proofs stay valid.</Alert>}
          </>
        )}
        {write.error && <Failed error={write.error} what="The deletion did not end; the same again goes on where it stopped." />}
        <Group justify="flex-end"><Button variant="default" onClick={close}>{due === 0 ? "Close" : "Cancel"}</Button>{due > 0 && <Button color="red.9" loading={write.isPending} onClick={() => void go().catch(() => undefined)}>Delete</Button>}</Group>
      </Stack>
    </Modal>
  );
}

export function Rekey({ close }: { close: () => void }) {
  const write = useWrite("post", "/api/v1/evidence/rekey", ["/api/v1/evidence"]);
  const [sure, setSure] = useState(false);
  const done = write.data;
  return (
    <Modal opened onClose={close} title="Renew the payload keys" closeButtonProps={{ "aria-label": "Close" }} centered>
      <Stack gap="sm">
        {done ? (
          <>
            <Text size="sm">Version {done.version} is in use; the keys of {plural(done.payloads, "payload")} were wrapped anew. Entry {done.id.split("-")[1]} of the log says so.</Text>
            {done.warning && <Alert color="yellow" variant="light" p="xs">{done.warning}</Alert>}
          </>
        ) : (
          <>
            <Text size="sm">Every payload’s key is wrapped anew, and the keys that wrapped them are destroyed. From then on a backup from before opens nothing, once the master key that protects its copy is gone.</Text>
            <Text size="sm">It takes time in proportion to the log. Decisions go on meanwhile.</Text>
            <Checkbox label="I know that backups from before can’t be opened after it" checked={sure} onChange={(e) => setSure(e.currentTarget.checked)} />
          </>
        )}
        {write.error && <Failed error={write.error} what="It did not end; the same again goes on where it stopped." />}
        <Group justify="flex-end"><Button variant="default" onClick={close}>{done ? "Close" : "Cancel"}</Button>{!done && <Button color="red.9" disabled={!sure} loading={write.isPending} onClick={() => write.mutate({ body: {} })}>Renew</Button>}</Group>
      </Stack>
    </Modal>
  );
}
