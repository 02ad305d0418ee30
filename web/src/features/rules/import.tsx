// Importing what was checked: under which name, beside or instead of what is there.
import { Autocomplete, Button, Checkbox, Group, Radio, Stack, Text, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { buildUrl, send, type Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import { useTenant } from "@/app/tenant";
import { A, Failed, Icon, Panel, plural } from "@/ui";
import { merge, nameOf, readArchive, writeArchive } from "./archive";
import type { Given } from "./check";
import type { Checked } from "./logic";
import { tell, useImport } from "./queries";

export function Import({ given, body, usable }: { given: Given; body: () => Blob; usable: Checked }) {
  const edit = useEdit();
  const { param } = useTenant();
  const active = useApi("/api/v1/rulesets/active", { query: { tenant: param } });
  const write = useImport();
  const [name, setName] = useState("own");
  const [replace, setReplace] = useState(false);
  const [activate, setActivate] = useState(true);
  const [reason, setReason] = useState(edit.reason);
  const [done, setDone] = useState<Schemas["RulesImported"]>();
  const sources = (active.data?.ruleset.detections ?? []).filter((d) => d.kind === "detections" && d.name !== "builtin");
  const there = sources.find((d) => d.name === name.trim());
  const adds = there !== undefined && !given.file && !replace;
  /** What is there with the rule added. */
  const joined = async () => {
    const doc = (await (await send(buildUrl("/api/v1/rules/documents/{hash}", { hash: there!.hash }, { tenant: param }), { headers: { Accept: "application/json" } })).json()) as Schemas["DetectionsView"];
    return new Blob([writeArchive(merge(readArchive(doc.content), [{ name: nameOf(given.text), text: given.text }]))]);
  };
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const got = await write.mutateAsync({ body: adds ? await joined() : body(), name: name.trim(), activate, reason: (reason || edit.reason).trim() });
    setDone(got);
    tell(plural(usable.loaded, "rule") + " imported", got.active ? "They count from the next event on." : "The ruleset with them is stored and not in force.");
  };
  if (done) return <Panel title="Imported"><Text size="sm">{done.refused_total > usable.refused_total && <><Icon name="alert" size={13} /> {plural(done.refused_total - usable.refused_total, "rule")} could not be used beside what is there: {done.refused.slice(-1)[0]?.reason}. </>}{done.active ? "They count from the next event on: " : "Stored, not in force: "}<A to="/rules" search={{ source: done.document.name }}>the rules of {done.document.name}</A>, <A to="/rules/rulesets/$hash" params={{ hash: done.ruleset.hash }}>the ruleset</A>.</Text></Panel>;
  if (!edit.on) return <Panel title="Import"><Group gap="sm"><Text size="sm">To have {usable.loaded === 1 ? "it" : "them"} count:</Text><Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to import</Button></Group></Panel>;
  return (
    <Panel title="Import">
      <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
        <Stack gap="sm">
          <Autocomplete size="xs" label="Under the name" description="Rules of one name are one document of the ruleset." data={sources.map((d) => d.name)} value={name} onChange={setName} maxLength={64} required />
          {there && !given.file && <Radio.Group label={`There are rules under “${there.name}” already`} value={replace ? "replace" : "add"} onChange={(v) => setReplace(v === "replace")}><Stack gap={4} mt={4}><Radio value="add" label="Add this one to them; a rule of the same ID is replaced" /><Radio value="replace" label="Take their place" /></Stack></Radio.Group>}
          {there && given.file && <Text size="sm"><Icon name="alert" size={13} /> It takes the place of what is under “{there.name}” now.</Text>}
          <Checkbox label="Have them count from the next event on" checked={activate} onChange={(e) => setActivate(e.currentTarget.checked)} />
          <Textarea label="Reason" value={reason || edit.reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={500} required />
          {write.error && <Failed error={write.error} what="Nothing was imported." />}
          <Group justify="flex-end"><Button type="submit" loading={write.isPending} disabled={!name.trim() || active.isPending}>Import {plural(usable.loaded, "rule")}</Button></Group>
        </Stack>
      </form>
    </Panel>
  );
}
