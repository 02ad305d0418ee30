// Which rules match an event, and why: nothing is decided and nothing recorded.
import "./rules.css";
import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import type { Schemas } from "@/api/client";
import { jsonText, parseExact } from "@/api/exact";
import { useApi, useWrite } from "@/api/hooks";
import type { Search } from "@/app/search";
import { useTenant } from "@/app/tenant";
import { A, Answer, Badge, count, Failed, JsonView, PageHeader, Panel, plural, Severity } from "@/ui";
import { Parts, RuleLink } from "./pieces";

const example = `{
  "logsource": {"product": "linux", "category": "process_creation"},
  "Image": "/usr/bin/bash",
  "ParentImage": "/usr/sbin/nginx",
  "CommandLine": "bash -i"
}`;

/** Where a matched value stands, as a JSON pointer. */
export const pointerOf = (path: string) => `/${path.replace(/\[(\d+)\]/g, ".$1").split(".").map((s) => s.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;

export default function Explain() {
  const search = useSearch({ strict: false }) as Search;
  const decision = typeof search.decision === "string" ? search.decision : undefined;
  const { param } = useTenant();
  const q = useApi("/api/v1/decisions/{id}", { path: { id: decision ?? "none" }, query: { tenant: param } }, { enabled: decision !== undefined });
  if (decision === undefined) return <Form />;
  return <Answer of={q} what="The decision’s event could not be read.">{(v) => <Form key={decision} first={{ text: jsonText(v.event.payload ?? {}, 2), type: v.event.event_type, source: v.event.source }} decision={decision} />}</Answer>;
}

function Form({ first, decision }: { first?: { text: string; type: string; source: string }; decision?: string }) {
  const { param } = useTenant();
  const ask = useWrite("post", "/api/v1/rules/explain", []);
  const [text, setText] = useState(first?.text ?? "");
  const [type, setType] = useState(first?.type ?? "");
  const [source, setSource] = useState(first?.source ?? "");
  const [asked, setAsked] = useState<unknown>();
  const [wrong, setWrong] = useState("");
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    let event: unknown;
    try {
      event = parseExact(text);
      setWrong("");
    } catch (x) {
      return setWrong(x instanceof Error ? x.message : "This is no JSON.");
    }
    setAsked(event);
    await ask.mutateAsync({ query: { tenant: param }, body: { event, ...(type.trim() ? { event_type: type.trim() } : {}), ...(source.trim() ? { source: source.trim() } : {}) } });
  };
  return (
    <>
      <PageHeader title={ask.data ? said(ask.data) : "Which rules match an event?"} tab="Try an event" lead={<>Nothing is decided and nothing recorded. Filters and tuned levels hold; scenarios and caps, which depend on what came before, are not looked at.{decision && <> The event is that of <A to="/decisions/$id" params={{ id: decision }} underline="always">a decision</A>.</>}</>} />
      <Parts here="/rules/explain" />
      <div className="two-columns">
        <form onSubmit={(e) => void submit(e).catch(() => undefined)}>
          <Stack gap="sm">
            <Textarea label="Event, as its source sends it (JSON)" value={text} onChange={(e) => setText(e.currentTarget.value)} autosize minRows={12} maxRows={30} spellCheck={false} error={wrong || undefined} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.75rem" } }} />
            <Group grow align="flex-start"><TextInput label="Event type" value={type} onChange={(e) => setType(e.currentTarget.value)} maxLength={128} placeholder="process" /><TextInput label="Source" value={source} onChange={(e) => setSource(e.currentTarget.value)} maxLength={512} placeholder="auditd" /></Group>
            <Group gap={6}><Button type="submit" loading={ask.isPending} disabled={!text.trim()}>Which rules match</Button>{!text && <Button variant="subtle" onClick={() => setText(example)}>Start from an example</Button>}</Group>
          </Stack>
        </form>
        <Stack gap="md" miw={0}>
          {ask.error && <Failed error={ask.error} what="Nothing was asked of the rules." />}
          {ask.data && <Result of={ask.data} event={asked} />}
        </Stack>
      </div>
    </>
  );
}

function said(x: Schemas["RuleExplained"]): string {
  if (x.pipeline === "") return "No rule looks at this kind of event";
  return x.matches.length === 0 ? `None of ${plural(x.rules_in_force, "rule")} matches` : `${plural(x.matches.length, "rule matches", "rules match")}`;
}

function Result({ of: x, event }: { of: Schemas["RuleExplained"]; event: unknown }) {
  const marks = x.matches.flatMap((m) => m.fields.filter((f) => f.path !== "").map((f) => [pointerOf(f.path), `${m.title}: ${f.field || "any value"} ${f.test}`] as [string, string]));
  return (
    <>
      {x.pipeline === "" ? <Alert color="yellow" variant="light">The event is of no kind that is known, so that no rule looks at it. A logsource member says what it is: {'{"logsource": {"product": "linux", "service": "sshd"}}'}.</Alert> : <Text size="sm">Recognised {x.pipeline === "explicit" ? <>by the log source that it names</> : <>as <b>{x.pipeline.replaceAll("_", " ")}</b></>}; {plural(x.rules_in_force, "rule")} in force.</Text>}
      {x.matches.length > 0 && (
        <Panel title="Rules that match" flush>
          <ul className="row-list">
            {x.matches.map((m) => (
              <li key={m.id}>
                <Group gap={6}><Severity value={m.level} /><RuleLink id={m.id} title={m.title} /><Text span size="xs" c="dimmed">{count(m.points)} points</Text>{m.suppressed && <Badge tone="wait" icon="filter">{m.suppressed === "same_technique" ? "another rule counts for its technique" : m.suppressed === "correlated" ? "it counts only for a correlation" : m.suppressed.startsWith("tuned:") ? "a filter takes it out" : m.suppressed.replaceAll("_", " ")}</Badge>}</Group>
                {m.fields.map((f, i) => <Text key={i} size="sm" mt={2} style={{ overflowWrap: "anywhere" }}>{f.field || "A value"} {f.test}: <code className="cel">{f.value}</code></Text>)}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {event !== undefined && x.matches.length > 0 && <Panel title="The event, what matched marked" flush><JsonView value={event} marks={marks} label="The event" /></Panel>}
    </>
  );
}
