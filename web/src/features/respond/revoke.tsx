// Ending what is in force, before its time: one enforcement, or all of some targets.
import { Alert, Button, Group, List, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useEdit } from "@/app/edit";
import { useTenant } from "@/app/tenant";
import { Failed, Icon, InTenant, plural } from "@/ui";
import { actionOf, type Held } from "./logic";
import { tell, useRevokeTarget } from "./queries";

export type ToEnd = Pick<Held, "action" | "target_kind" | "target" | "enforcements">;

/** Asks for the reason, and ends all that is in force of these actions against these targets. */
export function RevokeDialog({ of, close, done }: { of: readonly ToEnd[]; close: () => void; done?: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const revoke = useRevokeTarget();
  const [reason, setReason] = useState(edit.reason);
  const all = of.reduce((n, h) => n + h.enforcements, 0);
  const first = of[0]!;
  const what = of.length === 1 ? `${first.target}` : plural(of.length, "target");
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    let ended = 0;
    for (const h of of) {
      for (let more = true; more; ) {
        const r = await revoke.mutateAsync({ query: { tenant: param }, body: { action: h.action, target_kind: h.target_kind, target: h.target, reason: reason.trim() } });
        ended += r.revoked;
        more = r.more;
      }
    }
    tell(ended === 0 ? "Nothing was in force any more" : `${plural(ended, "enforcement")} revoked`, ended === 0 ? "Somebody else was first, or its time was over." : `${what}: it is in the audit with your reason.`);
    close();
    done?.();
  };
  return (
    <Modal opened onClose={close} title={`Revoke what is in force against ${what}`} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          {of.length === 1
            ? <Text size="sm">{first.target} {actionOf(first.action).is} by {plural(first.enforcements, "enforcement")}. {first.enforcements === 1 ? "It ends" : "All of them end"} now.</Text>
            : <List size="sm" style={{ maxHeight: 180, overflowY: "auto" }} tabIndex={0} aria-label="What is revoked">{of.map((h) => <List.Item key={h.action + h.target}>{actionOf(h.action).label}: {h.target} ({plural(h.enforcements, "enforcement")})</List.Item>)}</List>}
          <Alert color="yellow" variant="light" p="xs" icon={<Icon name="alert" />}>This can’t be undone. A new event against the same target may set it in force again; an entry of the allow-list prevents that.</Alert>
          <Textarea label="Reason" description="Kept with each enforcement and in the audit." value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={500} required data-autofocus />
          {revoke.error && <Failed error={revoke.error} what="Not all of it was revoked." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" color="red.9" loading={revoke.isPending} disabled={!reason.trim()}>Revoke {all === 1 ? "it" : `all ${all}`}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
