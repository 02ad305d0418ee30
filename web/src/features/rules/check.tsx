// Checking rules before they count, and importing them.
import "./rules.css";
import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { useHas } from "@/app/session";
import { Alert } from "@mantine/core";
import { Badge, count, Failed, Icon, PageHeader, Panel, plural, Severity } from "@/ui";
import { nameOf, writeArchive } from "./archive";
import { Import } from "./import";
import { Editor } from "./editor";
import type { Checked } from "./logic";
import { Parts } from "./pieces";
import { useCheck } from "./queries";
import { Clauses } from "./text";

const example = `title: Shell started by a web server
id: 0f0a8c1e-4c39-4b3e-9d5e-8f2f6f0c9a11
status: test
description: A web server starts a shell, as after a web shell was put there.
logsource:
  product: linux
  category: process_creation
detection:
  selection:
    ParentImage|endswith: ['/nginx', '/apache2', '/httpd']
    Image|endswith: ['/sh', '/bash', '/dash']
  condition: selection
falsepositives:
  - Maintenance scripts of the web server
level: high
tags: [attack.persistence, attack.t1505.003]
`;

export interface Given {
  /** A pasted rule, or files as they were dropped. */
  text: string;
  file?: { name: string; body: Blob };
}

const isArchive = (name: string) => /\.(tar|tgz|tar\.gz|txtar)$/i.test(name);

export default function Check() {
  const may = useHas()("rules:write");
  const [given, setGiven] = useState<Given>({ text: "" });
  const [over, setOver] = useState(false);
  const check = useCheck();
  const seen = useRef("");
  const archive = (): Blob => given.file?.body ?? new Blob([writeArchive([{ name: nameOf(given.text), text: given.text }])]);
  const change = (g: Given) => (setGiven(g), check.reset());
  const take = async (files: readonly File[]) => {
    const first = files[0];
    if (!first) return;
    if (isArchive(first.name)) return change({ text: "", file: { name: first.name, body: first } });
    const texts = await Promise.all(files.map(async (f) => ({ name: f.name, text: await f.text() })));
    if (texts.length === 1) return change({ text: texts[0]!.text });
    change({ text: "", file: { name: plural(texts.length, "file"), body: new Blob([writeArchive(texts)]) } });
  };
  const run = () => ((seen.current = given.text), check.mutate(archive()));
  const bad = new Set(given.file || seen.current !== given.text ? [] : (check.data?.refused ?? []).map((r) => r.line));
  return (
    <>
      <PageHeader title={check.data ? verdict(check.data) : "Check a Sigma rule before it counts"} tab="Check rules" lead="Nothing is stored by checking. What can’t be honoured is refused with its line, never accepted to fail later." />
      <Parts here="/rules/check" />
      {!may ? <Alert icon={<Icon name="lock" />} variant="light" title="Your key does not allow this" maw={720}>Checking takes as much of the server as importing, so it needs rules:write. Without a server: frostgate rules check DIR.</Alert> : (
        <div className="two-columns">
          <div className="drop" data-over={over || undefined} onDragOver={(e) => (e.preventDefault(), setOver(true))} onDragLeave={() => setOver(false)} onDrop={(e) => (e.preventDefault(), setOver(false), void take([...e.dataTransfer.files]))}>
            <Stack gap="sm">
              {given.file ? <Panel title="What is checked"><Group gap="sm"><Icon name="box" /><Text size="sm">{given.file.name}</Text><Button variant="subtle" size="compact-sm" onClick={() => change({ text: "" })}>Write a rule instead</Button></Group></Panel> : <Editor label="Sigma rule" placeholder="Paste a Sigma rule, or drop files here." text={given.text} set={(text) => setGiven({ text })} bad={bad} />}
              <Group gap={6}>
                <Button onClick={run} loading={check.isPending} disabled={!given.file && !given.text.trim()} leftSection={<Icon name="check" size={14} />}>Check</Button>
                <FileButton multiple onChange={(f) => void take(f)} accept=".yml,.yaml,.tar,.gz,.tgz,.txtar">{(p) => <Button {...p} variant="default" leftSection={<Icon name="download" size={14} />}>Files or an archive</Button>}</FileButton>
                {!given.text && !given.file && <Button variant="subtle" onClick={() => change({ text: example })}>Start from an example</Button>}
              </Group>
            </Stack>
          </div>
          <Stack gap="md" miw={0}>
            {check.error && <Failed error={check.error} what="It was not checked." />}
            {check.data && <Result of={check.data} file={given.file !== undefined} />}
            {check.data && check.data.loaded > 0 && <Import given={given} body={archive} usable={check.data} />}
            {!check.data && !check.error && <Text size="sm" c="dimmed">A rule that can be used shows here in words, with what it would look at. A broken one shows the line and what is wrong with it.</Text>}
          </Stack>
        </div>
      )}
    </>
  );
}

function verdict(c: Checked): string {
  if (c.refused_total === 0) return c.loaded === 1 ? "The rule can be used" : `${plural(c.loaded, "rule")} can be used`;
  return c.loaded === 0 ? (c.refused_total === 1 ? "The rule can’t be used" : "None of it can be used") : `${plural(c.loaded, "rule")} can be used, ${count(c.refused_total)} can’t`;
}

function Result({ of: c, file }: { of: Checked; file: boolean }) {
  const skipped = Object.entries(c.skipped);
  return (
    <>
      {c.refused.length > 0 && (
        <Panel title="Can’t be used as it is written" flush>
          <ul className="row-list">{c.refused.slice(0, 200).map((r, i) => <li key={i}><Group gap={6} wrap="nowrap" align="flex-start"><Badge tone="critical" icon="alert">{r.line > 0 ? `line ${r.line}` : "the file"}</Badge><Text size="sm" style={{ overflowWrap: "anywhere" }}>{r.reason}{file && <Text span size="xs" c="dimmed"> {r.file}</Text>}</Text></Group></li>)}</ul>
          {c.refused_total > 200 && <Text size="xs" c="dimmed" p="sm">and {count(c.refused_total - 200)} more</Text>}
        </Panel>
      )}
      {c.usable.length > 0 && (
        <Panel title={c.loaded === 1 ? "What it would look for" : `${plural(c.loaded, "rule")} that can be used`} flush>
          <ul className="row-list">{c.usable.map((u) => <li key={u.id}><Group gap={6}><Severity value={u.level} /><Text size="sm" fw={600}>{u.title}</Text>{!u.served && <Badge tone="wait" icon="minus" title="No kind of event that is known has what it looks at">unreached</Badge>}</Group>{u.looks_for.length > 0 && c.loaded <= 10 && <Clauses of={u.looks_for} />}</li>)}</ul>
          {c.loaded > c.usable.length && <Text size="xs" c="dimmed" p="sm">and {count(c.loaded - c.usable.length)} more</Text>}
        </Panel>
      )}
      {skipped.length > 0 && <Text size="sm" c="dimmed">Left out on purpose: {skipped.map(([why, n]) => `${count(n)} ${why}`).join(", ")}.</Text>}
    </>
  );
}
