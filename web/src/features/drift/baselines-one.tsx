// One baseline: what it expects, its versions, and what was held against it.
import "./groups.css";
import { Alert, Button, Checkbox, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { buildUrl, type Schemas } from "@/api/client";
import { useApi, useWrite } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant, useTenantName } from "@/app/tenant";
import { A, Answer, Curl, Failed, Icon, Id, InTenant, KeyValue, PageHeader, Panel, plural, Time } from "@/ui";
import { Active, kinds, type Baseline } from "./baselines";
import { ChangeForm } from "./baselines-form";
import { tell } from "./queries";

export default function BaselinePage() {
  const { id = "" } = useParams({ strict: false });
  const { param } = useTenant();
  const q = useApi("/api/v1/drift/baselines/{id}", { path: { id }, query: { tenant: param } });
  return <Answer of={q} what="The baseline could not be read.">{(b) => <One of={b} />}</Answer>;
}

function One({ of: b }: { of: Schemas["BaselineDetail"] }) {
  const { param } = useTenant();
  return (
    <>
      <PageHeader back={{ to: "/drift/baselines", label: "Baselines" }} title={b.name} tab={`Baseline ${b.name}`} badges={<Active of={b} />} lead={<>{kinds[b.kind].means} Of {b.source}, version {b.version}.</>} actions={<Curl path={buildUrl("/api/v1/drift/baselines/{id}", { id: b.id }, { tenant: param })} />} />
      <Actions of={b} />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          {b.template && <Panel title="Template"><pre className="json" tabIndex={0} role="region" aria-label="The template" style={{ maxHeight: 480 }}>{b.template}</pre></Panel>}
          <Comparisons of={b} />
        </Stack>
        <Stack gap="md" miw={0}>
          <Expects of={b} />
          <Panel title={plural(b.versions.length, "version")} flush><Versions of={b.versions} /></Panel>
        </Stack>
      </div>
    </>
  );
}

function Expects({ of: b }: { of: Baseline }) {
  const name = useTenantName();
  return (
    <Panel title="Facts">
      <KeyValue rows={[
        ["Source", <A key="s" to="/inventory/runs" search={{ source: b.source }}>{b.source}</A>],
        ["Expects", b.snapshot ? <><A to="/inventory/snapshots/$root" params={{ root: b.snapshot }}>a snapshot</A> <Id value={b.snapshot} short /></> : b.golden ? <>the last run of <A to="/inventory/runs" search={{ tenant: b.golden.tenant_id, source: b.golden.source }}>{b.golden.source} of {name(b.golden.tenant_id)}</A></> : b.kind === "last_run" ? "the run before" : "the template"],
        ["Made", <Time key="c" at={b.created_at} />],
        ["Changed", b.version > 1 && <Time at={b.updated_at} />],
        ["In the log", b.entry !== undefined && `entry ${b.entry} of the tenant’s log`],
        ["Findings", <A key="f" to="/drift/findings" search={{ baseline: b.id, all: "true" }}>all that differ from it</A>],
        ["Baseline", <Id key="i" value={b.id} />],
      ]} />
    </Panel>
  );
}

function Versions({ of: list }: { of: Baseline[] }) {
  return (
    <ul className="versions">
      {list.map((v) => (
        <li key={v.version}>
          <Group justify="space-between" gap="xs"><Text size="sm" fw={500}>Version {v.version}</Text><Text size="xs" c="dimmed"><Time at={v.updated_at} /></Text></Group>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>{v.note ? `“${v.note}”` : ""} {v.snapshot && <A to="/inventory/snapshots/$root" params={{ root: v.snapshot }} size="xs">{v.snapshot.slice(0, 12)}…</A>}</Text>
          <Text size="xs" c="dimmed">{v.by === "system" ? "by the server" : v.by && <>by <Id value={v.by} short /></>}{v.entry !== undefined && `, entry ${v.entry} of the log`}</Text>
        </li>
      ))}
    </ul>
  );
}

function Comparisons({ of: b }: { of: Baseline }) {
  const { param } = useTenant();
  const q = useApi("/api/v1/drift/comparisons", { query: { baseline: b.id, tenant: param, limit: 25 } });
  return (
    <Panel title="Runs held against it" flush>
      <Answer of={q} what="Its comparisons could not be read.">
        {(page) => page.items.length === 0 ? <Text size="sm" c="dimmed" p="sm">No run yet.</Text> : (
          <ul className="versions">
            {page.items.map((c) => (
              <li key={c.id}>
                <Group justify="space-between" gap="xs"><A to="/inventory/runs/$id" params={{ id: c.run }} fw={500}>Run compared <Time at={c.at} relative /></A><Text size="xs" c="dimmed">version {c.baseline_version}</Text></Group>
                {c.error ? <Text size="sm"><Icon name="alert" size={13} /> It could not be compared: {c.error}</Text> : <Text size="sm">{c.added + c.removed + c.changed === 0 ? "As expected." : `${c.added} added, ${c.removed} removed, ${c.changed} changed.`} {plural(c.new, "new finding")}, {c.reopened} reopened, {c.resolved} resolved{c.unknown > 0 ? `; ${plural(c.unknown, "object")} can’t be told` : ""}.</Text>}
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Panel>
  );
}

function Actions({ of: b }: { of: Schemas["BaselineDetail"] }) {
  const edit = useEdit();
  const has = useHas();
  const [asked, setAsked] = useState<"change" | "activate" | "deactivate">();
  if (!has("drift:write")) return null;
  if (b.kind === "last_run") return <Text size="sm" mb="md">The server keeps it by itself. To expect something else, <A to="/drift/baselines" search={{ make: "snapshot", source: b.source }} inherit>make another baseline of {b.source}</A>.</Text>;
  if (!edit.on) return <Group mb="md"><Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to change it</Button></Group>;
  return (
    <Group gap={6} mb="md">
      <Button variant="light" onClick={() => setAsked("change")}>Next version</Button>
      {b.active ? <Button variant="default" onClick={() => setAsked("deactivate")}>Deactivate</Button> : <Button variant="default" onClick={() => setAsked("activate")}>Activate</Button>}
      {asked === "change" && <ChangeForm of={b} close={() => setAsked(undefined)} />}
      {(asked === "activate" || asked === "deactivate") && <Switch of={b} to={asked} close={() => setAsked(undefined)} />}
    </Group>
  );
}

function Switch({ of: b, to, close }: { of: Baseline; to: "activate" | "deactivate"; close: () => void }) {
  const edit = useEdit();
  const { param } = useTenant();
  const activate = useWrite("post", "/api/v1/drift/baselines/{id}/activate", ["/api/v1/drift"]);
  const deactivate = useWrite("post", "/api/v1/drift/baselines/{id}/deactivate", ["/api/v1/drift"]);
  const write = to === "activate" ? activate : deactivate;
  const [note, setNote] = useState(edit.reason);
  const [keep, setKeep] = useState(false);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    await write.mutateAsync({ path: { id: b.id }, query: { tenant: param }, body: { ...(note.trim() ? { note: note.trim() } : {}), ...(to === "activate" ? { keep_last_run: keep } : {}) } });
    tell(`${b.name} is ${to === "activate" ? "active" : "not active any more"}`, "It is in the tenant’s log.");
    close();
  };
  return (
    <Modal opened onClose={close} title={`${to === "activate" ? "Activate" : "Deactivate"} ${b.name}`} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <InTenant />
          <Alert variant="light" color="blue" p="xs">{to === "activate" ? "The source’s runs are compared with it from now on, the last one at once." : "Its findings and its history stay. Where no other baseline is active, runs are compared with the run before again."}</Alert>
          {to === "activate" && <Checkbox label="Go on comparing with the run before too" checked={keep} onChange={(e) => setKeep(e.currentTarget.checked)} />}
          <Textarea label="Reason" value={note} onChange={(e) => setNote(e.currentTarget.value)} autosize minRows={2} maxLength={2000} data-autofocus />
          {write.error && <Failed error={write.error} what="Nothing was changed." />}
          <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" loading={write.isPending}>{to === "activate" ? "Activate" : "Deactivate"}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
