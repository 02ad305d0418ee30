// Bundles: evidence as one file that anybody can check, made and verified.
import "./evidence.css";
import { Button, Checkbox, Group, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { ApiError, buildUrl, send } from "@/api/client";
import type { Search } from "@/app/search";
import { Curl, Failed, Icon, PageHeader, Panel } from "@/ui";
import { bundleAsk, bundleCommand, missing, whats, type What, type Wish } from "./bundle-logic";
import { Taken } from "./bundle-taken";
import { Check } from "./bundle-verify";
import { kindOptions } from "./logic";
import { Commands, Parts, save } from "./pieces";

const text = (v: Search[string]) => (typeof v === "string" ? v : "");

/** What the URL asks for: other screens link here with it filled in. */
function wishOf(s: Search): Wish {
  const what = text(s.what);
  const [kind, ...value] = text(s.subject).split(":");
  return {
    what: what in whats ? (what as What) : s.id ? "decision" : "range", id: text(s.id), from: text(s.from), to: text(s.to), kind: kind === "user" || kind === "host" ? kind : "ip", value: value.join(":"),
    artifact: text(s.artifact) || "erasure", openings: s.openings !== "false",
  };
}

export default function Bundles() {
  const [made, setMade] = useState<File>();
  return (
    <>
      <PageHeader title="Bundles" tab="Bundles" lead="Evidence as one file: the entries, what they were made on, and the proof. An auditor checks it years later, without this server and without a network." />
      <Parts here="/evidence/bundles" />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Make done={setMade} />
          <Taken />
        </Stack>
        <Check file={made} />
      </div>
    </>
  );
}

function Make({ done }: { done: (f: File) => void }) {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const [w, setWish] = useState(() => wishOf(search));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const set = (change: Partial<Wish>) => setWish((was) => ({ ...was, ...change }));
  const lacks = missing(w);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const ask = bundleAsk(w);
    setBusy(true);
    setError(undefined);
    try {
      const res = await send(buildUrl("/api/v1/evidence/bundles/{id}", ask.path, ask.query), {});
      const name = /filename="([^"]+)"/.exec(res.headers.get("Content-Disposition") ?? "")?.[1] ?? "evidence.bundle";
      const file = new File([await res.blob()], name, { type: "application/vnd.frostgate.bundle" });
      save(name, file.type, file);
      done(file);
    } catch (x) {
      setError(x instanceof Error ? x : new Error(String(x)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Make a bundle">
      <form onSubmit={(e) => void submit(e)}>
        <Stack gap="sm">
          <Select label="Of what" value={w.what} data={(Object.keys(whats) as What[]).map((value) => ({ value, label: whats[value].label }))} onChange={(v) => { set({ what: (v ?? "range") as What }); void navigate({ to: ".", search: { what: v ?? "range" }, replace: true }); }} allowDeselect={false} description={whats[w.what].means} />
          <Fields of={w} set={set} />
          {w.what !== "absence" && <Checkbox label="With the payloads" description="As far as your key may read them. Without, it proves that and when things happened, and not what they were." checked={w.openings} onChange={(e) => set({ openings: e.currentTarget.checked })} />}
          {error && <Failed error={error} what={error instanceof ApiError ? "No bundle was made." : "The bundle broke off and is of no use; nothing was saved."} />}
          <Group gap={6}>
            <Button type="submit" loading={busy} disabled={lacks !== undefined} leftSection={<Icon name="download" size={14} />}>Make and download</Button>
            {lacks === undefined && <Curl path={buildUrl("/api/v1/evidence/bundles/{id}", bundleAsk(w).path, bundleAsk(w).query)} />}
            {lacks && <Text size="xs" c="dimmed">{lacks}</Text>}
          </Group>
          {lacks === undefined && <Commands of={[[bundleCommand(w), "The same from the command line; better for a long log:"]]} />}
        </Stack>
      </form>
    </Panel>
  );
}

function Fields({ of: w, set }: { of: Wish; set: (change: Partial<Wish>) => void }) {
  return (
    <>
      {w.what === "decision" && <TextInput label="Decision" value={w.id} onChange={(e) => set({ id: e.currentTarget.value })} placeholder="5853819f5013122e-12" maxLength={192} required />}
      {w.what === "subject" && (
        <Group gap="sm" align="flex-end">
          <SegmentedControl aria-label="Kind" value={w.kind} onChange={(v) => set({ kind: v as Wish["kind"] })} data={[{ value: "ip", label: "Address" }, { value: "user", label: "User" }, { value: "host", label: "Host" }]} />
          <TextInput label="As events name it" value={w.value} onChange={(e) => set({ value: e.currentTarget.value })} maxLength={512} required style={{ flex: "1 1 180px" }} />
        </Group>
      )}
      {w.what === "absence" && <Select label="There was no" value={w.artifact} data={kindOptions} onChange={(v) => set({ artifact: v ?? "" })} searchable allowDeselect={false} />}
      {(w.what === "range" || w.what === "absence") && (
        <Group grow gap="sm">
          <TextInput type="datetime-local" label="From" value={w.from} onChange={(e) => set({ from: e.currentTarget.value })} required description="In your time" />
          <TextInput type="datetime-local" label="To" value={w.to} onChange={(e) => set({ to: e.currentTarget.value })} description="Empty: until now" />
        </Group>
      )}
    </>
  );
}
