// What several settings screens share: writing only in edit mode, asking before
// what can't be undone, and showing a secret once.
import "./settings.css";
import { Alert, Button, Checkbox, Code, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenantName } from "@/app/tenant";
import { A, Copy, Failed, Icon } from "@/ui";
import type { Schemas } from "@/api/client";
import { held, roles } from "./words";

export { tell } from "@/ui/tell";

/** Buttons that change something: for who may, and in edit mode only. */
export function Acts({ scope, to, children }: { scope: string; /** "change this tenant" */ to: string; children: ReactNode }) {
  const edit = useEdit();
  const has = useHas();
  if (!has(scope)) return null;
  if (!edit.on) return <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to {to}</Button>;
  return <Group gap={6}>{children}</Group>;
}

interface Write {
  isPending: boolean;
  error: Error | null;
}

/** A question with a form; what the server refuses stands in it. */
export function Ask({ title, write, submit, close, run, danger, typed, wide, ready = true, children }: { title: string; write: Write; submit: string; close: () => void; run: () => Promise<unknown>; danger?: boolean; /** Must be typed before, where nothing brings it back. */ typed?: string; wide?: boolean; ready?: boolean; children?: ReactNode }) {
  const edit = useEdit();
  const [text, setText] = useState("");
  const send = (e: FormEvent) => {
    e.preventDefault();
    void run().catch(() => undefined);
  };
  return (
    <Modal opened onClose={close} title={title} size={wide ? "lg" : "md"} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={send}>
        <Stack gap="sm">
          {children}
          {typed !== undefined && <TextInput label={<>Type <b>{typed}</b> to go on</>} value={text} onChange={(e) => setText(e.currentTarget.value)} autoComplete="off" data-autofocus />}
          {edit.reason && <Text size="xs" c="dimmed">Kept in the audit with your reason: “{edit.reason}”</Text>}
          {write.error && <Failed error={write.error} what="Nothing was changed." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>Cancel</Button>
            <Button type="submit" color={danger ? "red.9" : undefined} loading={write.isPending} disabled={!ready || (typed !== undefined && text.trim() !== typed)}>{submit}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** A secret that is shown this once. */
export function SecretShown({ title, secret, use, close }: { title: string; secret: string; /** How it is used, as a command or a sentence. */ use: ReactNode; close: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <Modal opened onClose={() => undefined} title={title} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} size="lg" centered>
      <Stack gap="sm">
        <Alert className="warn" color="yellow" variant="light" icon={<Icon name="alert" />} title="This is shown once">It can’t be read again: put it into your secret store now. Who holds it can do all that it allows.</Alert>
        <Group gap={6} wrap="nowrap" align="center">
          <div className="secret" style={{ flex: 1, minWidth: 0 }} data-testid="secret">{secret}</div>
          <Copy text={secret} label="Copy the secret" />
        </Group>
        <div>{use}</div>
        <Checkbox label="I have stored it" checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} />
        <Group justify="flex-end"><Button onClick={close} disabled={!kept}>Done</Button></Group>
      </Stack>
    </Modal>
  );
}

export function Command({ text }: { text: string }) {
  return <Group gap={4} wrap="nowrap" align="flex-start"><Code block style={{ flex: 1, minWidth: 0, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{text}</Code><Copy text={text} label="Copy the command" /></Group>;
}

export function Scopes({ of }: { of: readonly string[] }) {
  return (
    <div className="scope-areas">
      {held(of).map((a) => (
        <div key={a.name}>
          <h3>{a.name}</h3>
          <ul>{a.scopes.map((s) => <li key={s.scope} title={s.scope}>{s.may}</li>)}</ul>
        </div>
      ))}
    </div>
  );
}

type RoleView = Schemas["RoleView"];

/** "Administrator in Contoso", "Owner of the organisation". */
export function useRoleText(): (r: RoleView) => string {
  const tenant = useTenantName();
  return (r) => `${roles[r.role].name} ${r.tenant_id ? `in ${tenant(r.tenant_id)}` : "of the whole organisation"}`;
}

export function RoleLine({ of: r }: { of: RoleView }) {
  const tenant = useTenantName();
  const has = useHas();
  return (
    <div>
      <Text size="sm" fw={600}>{roles[r.role].name} {r.tenant_id ? <>in {has("tenants:read") ? <A to="/settings/tenants/$id" params={{ id: r.tenant_id }} inherit>{tenant(r.tenant_id)}</A> : tenant(r.tenant_id)}</> : "of the whole organisation"}</Text>
      <Text size="sm" c="dimmed">{roles[r.role].may}</Text>
    </div>
  );
}
