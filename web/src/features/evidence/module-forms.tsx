// Registering and ending modules and their keys.
import { Alert, Button, Code, Group, Modal, Stack, TagsInput, Text, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useWrite } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { A, Copy, Failed, Time } from "@/ui";
import type { Module } from "./logic";
import { Commands, tell } from "./pieces";

interface Token {
  token: string;
  token_expires_at: string;
}

/** A token is shown this once, with what to do with it. */
function TokenShown({ of: t, close, module }: { of: Token; close: () => void; module?: string }) {
  return (
    <Stack gap="sm">
      <Alert color="yellow" variant="light" p="xs">The token is shown this once. It brings in one key, and is good until <Time at={t.token_expires_at} />.</Alert>
      <Group gap={4} wrap="nowrap"><Code block style={{ flex: 1, minWidth: 0, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{t.token}</Code><Copy text={t.token} label="Copy the token" /></Group>
      <Commands of={[["frostgate modules enrol module.key --token-file token.txt", "On the module’s machine, with the token in a file and any key of this tenant:"], ["frostgate modules attest module.key result.json --type scan", "From then on it signs and sends:"]]} />
      <Group justify="flex-end">{module && <A to="/evidence/modules/$id" params={{ id: module }}>Open the module</A>}<Button onClick={close}>I have it</Button></Group>
    </Stack>
  );
}

export function NewModule({ close }: { close: () => void }) {
  const write = useWrite("post", "/api/v1/modules", ["/api/v1/modules"]);
  const [name, setName] = useState("");
  const [kind, setKind] = useState("scanner");
  const [types, setTypes] = useState<string[]>(["scan"]);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    write.mutate({ body: { name: name.trim(), kind: kind.trim(), types } });
  };
  return (
    <Modal opened onClose={close} title={write.data ? `${write.data.name} is registered` : "Register a module"} closeButtonProps={{ "aria-label": "Close" }} closeOnClickOutside={!write.data} centered size="lg">
      {write.data ? <TokenShown of={write.data} module={write.data.id} close={close} /> : (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput label="Name" value={name} onChange={(e) => setName(e.currentTarget.value)} maxLength={100} required data-autofocus />
            <TextInput label="Kind" value={kind} onChange={(e) => setKind(e.currentTarget.value)} maxLength={64} required description="What it is, in a lower-case word." />
            <TagsInput label="What it may attest" value={types} onChange={setTypes} maxTags={32} description="Types of attestations, lower-case words. Press Enter after each." />
            {write.error && <Failed error={write.error} what="Nothing was registered." />}
            <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" loading={write.isPending} disabled={!name.trim() || !kind.trim() || types.length === 0}>Register</Button></Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

export function NewToken({ of: m, close }: { of: Module; close: () => void }) {
  const write = useWrite("post", "/api/v1/modules/{id}/token", ["/api/v1/modules"]);
  return (
    <Modal opened onClose={close} title={`A token for ${m.name}`} closeButtonProps={{ "aria-label": "Close" }} closeOnClickOutside={!write.data} centered size="lg">
      {write.data ? <TokenShown of={write.data} close={close} /> : (
        <Stack gap="sm">
          <Text size="sm">With a token the module brings in a key. Tokens made before end now. {m.keys.length > 0 && "When it enrols with it, its earlier keys end too: to replace a key without a gap, let the module rotate it itself."}</Text>
          {write.error && <Failed error={write.error} what="No token was made." />}
          <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button loading={write.isPending} onClick={() => write.mutate({ path: { id: m.id } })}>Make a token</Button></Group>
        </Stack>
      )}
    </Modal>
  );
}

/** Ends a module, or one key of it. */
export function Revoke({ of: m, keyId, close }: { of: Module; keyId?: string; close: () => void }) {
  const edit = useEdit();
  const whole = useWrite("post", "/api/v1/modules/{id}/revoke", ["/api/v1/modules", "/api/v1/evidence"]);
  const one = useWrite("post", "/api/v1/modules/{id}/keys/{key}/revoke", ["/api/v1/modules", "/api/v1/evidence"]);
  const write = keyId ? one : whole;
  const [reason, setReason] = useState(edit.reason);
  const others = keyId ? m.keys.filter((k) => k.id !== keyId && (k.status === "active" || k.status === "ending")).length : 0;
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const body = { reason: reason.trim() };
    if (keyId) await one.mutateAsync({ path: { id: m.id, key: keyId }, body });
    else await whole.mutateAsync({ path: { id: m.id }, body });
    tell(keyId ? "The key is revoked" : `${m.name} is revoked`, "It is in the log, with your reason.");
    close();
  };
  return (
    <Modal opened onClose={close} title={keyId ? `Revoke a key of ${m.name}` : `Revoke ${m.name}`} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <Alert color="red" variant="light" p="xs" title="This can’t be undone">
            <ul style={{ margin: 0, paddingLeft: 18 }}>
              <li>{keyId ? (others > 0 ? "What it signs is refused from now on; the module’s other key goes on." : "It is the only key: what the module signs is refused until it enrols again with a new token.") : "All its keys and tokens end at once. What it signs is refused from now on, and it can’t enrol again: a successor is registered anew."}</li>
              <li>What it attested until now stays in the log and still verifies.</li>
            </ul>
          </Alert>
          <Textarea label="Reason" description="It stays in the log for ever." value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={500} required data-autofocus />
          {write.error && <Failed error={write.error} what="Nothing was revoked." />}
          <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" color="red.9" loading={write.isPending} disabled={!reason.trim()}>Revoke</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
