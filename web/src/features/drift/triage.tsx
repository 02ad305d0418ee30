// Deciding about findings, one or many: the buttons, and the question that some
// decisions ask.
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useApi } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useIdentity } from "@/app/session";
import { useTenantName } from "@/app/tenant";
import { capital, count, Failed, Icon, InTenant, plural, State, Time, Tip, type IconName } from "@/ui";
import { Person } from "./history";
import { actionsFor, actionWords, confirmWords, meanwhile, type Action, type Finding } from "./logic";
import { tell, useTriage } from "./queries";
import { ActFields, Buttons, submitOf, useAct } from "./triage-form";

export const icons: Record<Action, IconName> = { acknowledge: "eye", accept: "check", deny: "block", reopen: "undo", assign: "user", comment: "comment" };

/** The buttons of what can be decided about these findings; they need edit mode. `off`: what is shown is of the question before. */
export function Triage({ findings, done, off = false }: { findings: readonly Finding[]; done?: () => void; off?: boolean }) {
  const [asked, setAsked] = useState<{ action: Action; findings: readonly Finding[] }>();
  const actions = actionsFor(findings.map((f) => f.state));
  return (
    <>
      {actions.map((a) => (
        <Tip key={a} label={actionWords[a].means}><Button disabled={off} variant={a === "accept" || a === "acknowledge" ? "light" : "default"} leftSection={<Icon name={icons[a]} size={14} />} onClick={() => setAsked({ action: a, findings })}>{actionWords[a].verb}</Button></Tip>
      ))}
      {asked && <Dialog action={asked.action} findings={asked.findings} close={() => setAsked(undefined)} done={done} />}
    </>
  );
}

function byTenant(findings: readonly Finding[]): [string, Finding[]][] {
  const out = new Map<string, Finding[]>();
  for (const f of findings) out.set(f.tenant_id, [...(out.get(f.tenant_id) ?? []), f]);
  return [...out];
}

function Dialog({ action, findings, close, done }: { action: Action; findings: readonly Finding[]; close: () => void; done?: () => void }) {
  const me = useIdentity();
  const name = useTenantName();
  const triage = useTriage();
  const fields = useAct(action);
  const [refused, setRefused] = useState<Schemas["TenantDone"][]>();
  // What was seen; after a conflict, what is read anew.
  const [seen, setSeen] = useState(findings);
  const words = actionWords[action];
  const fits = seen.filter((f) => actionsFor([f.state]).includes(action));
  const parts = byTenant(fits);
  const submit = async () => {
    const versions = Object.fromEntries(fits.map((f) => [f.id, f.version]));
    const [tenant] = parts[0]!;
    const many = parts.length > 1;
    const answer = await triage.mutateAsync({
      query: { tenant: many || tenant === me.tenant_id ? undefined : tenant },
      body: { ...fields.act, versions, ...(many ? { tenants: parts.map(([tenant_id, list]) => ({ tenant_id, ids: list.map((f) => f.id) })) } : { ids: fits.map((f) => f.id) }) },
    });
    const wrong = (answer.tenants ?? []).filter((t) => t.error);
    if (answer.count > 0) tell(`${plural(answer.count, "finding")} ${words.done}`, many ? `In ${plural(parts.length - wrong.length, "tenant")}; each tenant’s log records its part.` : "It is in the tenant’s log with your reason.");
    if (wrong.length > 0) return setRefused(wrong);
    close();
    done?.();
  };
  const stale = triage.error?.problem.code === "conflict";
  const finish = () => (close(), refused && done?.());
  return (
    <Modal opened onClose={finish} title={confirmWords(action, fits.length)} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={submitOf(submit)}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{words.means}</Text>
          {fits.length < seen.length && <Alert color="yellow" variant="light" p="xs">{plural(seen.length - fits.length, "finding")} of the selection can’t be {words.done} in the state that they are in and {seen.length - fits.length === 1 ? "stays" : "stay"} as {seen.length - fits.length === 1 ? "it is" : "they are"}.</Alert>}
          {parts.length > 1 ? <Text size="sm">In {plural(parts.length, "tenant")}: {parts.map(([t, list]) => `${name(t)} (${count(list.length)})`).slice(0, 8).join(", ")}{parts.length > 8 ? " and more" : ""}.</Text> : parts[0] && <InTenant id={parts[0][0]} />}
          {!refused && <ActFields action={action} of={fields} tenant={parts.length === 1 && parts[0]![0] !== me.tenant_id ? parts[0]![0] : undefined} />}
          {refused?.map((t) => <Alert key={t.tenant_id} color="yellow" variant="light" title={`${name(t.tenant_id)} stays as it is`}>{t.error}</Alert>)}
          {triage.error && (stale ? (seen.length === 1 ? <Meanwhile of={seen[0]!} use={(f) => (setSeen([f]), triage.reset())} /> : (
            <Alert color="yellow" icon={<Icon name="people" />} title="Somebody else decided meanwhile" role="alert" styles={{ title: { color: "var(--mantine-color-text)" } }}>{triage.error.problem.detail} Nothing was changed by you. What is shown was read again: close this and look at what was decided.</Alert>
          )) : <Failed error={triage.error} what="Nothing was decided." />)}
          <Buttons action={action} count={fits.length} close={finish} busy={triage.isPending} off={!fields.complete || fits.length === 0 || stale} only={refused !== undefined} />
        </Stack>
      </form>
    </Modal>
  );
}

/** What the other did; what was typed stays and can be sent all the same. */
function Meanwhile({ of: f, use }: { of: Finding; use: (f: Finding) => void }) {
  const q = useApi("/api/v1/drift/findings/{id}", { path: { id: f.id }, query: { tenant: f.tenant_id } });
  const now = q.data && q.data.version > f.version ? q.data : undefined;
  const step = now && meanwhile(now, f.version);
  return (
    <Alert color="yellow" icon={<Icon name="people" />} title="Somebody else decided meanwhile" role="alert" styles={{ title: { color: "var(--mantine-color-text)" } }}>
      {!now ? <Text size="sm">Nothing was changed by you. It is read again…</Text> : (
        <Stack gap={6}>
          {step ? <Text size="sm" component="div">{capital(actionWords[step.action as Action]?.done ?? step.action)} by <Person id={step.by} />, <Time at={step.at} relative />{step.note ? <>: “{step.note}”</> : ""}. It is <State value={now.state} /> now.</Text> : <Text size="sm" component="div">A run changed it: it is <State value={now.state} /> now.</Text>}
          <Text size="sm">Nothing was changed by you, and what you typed is kept.</Text>
          <Group><Button size="compact-sm" variant="default" onClick={() => use(now)}>Decide all the same</Button></Group>
        </Stack>
      )}
    </Alert>
  );
}
