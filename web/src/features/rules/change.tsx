// Changing the document of scenarios: it becomes a ruleset, which decides once
// somebody says so.
import "./rules.css";
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { ApiError, buildUrl, get, type Schemas } from "@/api/client";
import { useApi } from "@/api/hooks";
import { useEdit } from "@/app/edit";
import type { Search } from "@/app/search";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { A, Answer, Curl, Empty, Failed, Icon, InTenant, PageHeader, Panel } from "@/ui";
import { Editor } from "./editor";
import { lineOf, linesIn, scenariosOf, versionAt, withScenarios } from "./noisy";
import { NoWriting } from "./noisy-panel";
import { tell, usePublish } from "./queries";

type Document = Schemas["DocumentView"];

export default function ChangeScenarios() {
  const { param } = useTenant();
  const may = useHas()("rules:write");
  const active = useApi("/api/v1/rulesets/active", { query: { tenant: param } }, { enabled: may });
  const hash = active.data && scenariosOf(active.data.ruleset)?.hash;
  // The document that was opened stays, also when another comes into force meanwhile.
  const [opened, setOpened] = useState<string>();
  if (hash && !opened) setOpened(hash);
  const q = useApi("/api/v1/documents/{hash}", { path: { hash: opened ?? "" }, query: { tenant: param } }, { enabled: opened !== undefined });
  return (
    <>
      <PageHeader
        back={{ to: "/rules/scenarios", label: "Scenarios" }} title="Change the scenarios" tab="Change the scenarios" lead="Nothing is decided otherwise by storing: it makes a ruleset that stands beside the one in force, and you look at what differs before it decides."
        actions={opened && <Curl path={buildUrl("/api/v1/documents/{hash}", { hash: opened }, { tenant: param })} />}
      />
      {!may ? <NoWriting /> : (
        <Answer of={active} what="The ruleset could not be read.">
          {() => !opened ? <Empty icon="history" title="The ruleset has no scenarios">Rules look at single events only.</Empty> : <Answer of={q} what="The scenarios could not be read.">{(d) => <Write of={d} />}</Answer>}
        </Answer>
      )}
    </>
  );
}

function Write({ of: d }: { of: Document }) {
  const { scenario } = useSearch({ strict: false }) as Search;
  const { param } = useTenant();
  const edit = useEdit();
  const navigate = useNavigate();
  const publish = usePublish();
  const [text, setText] = useState(d.content);
  const [version, setVersion] = useState(() => versionAt(new Date()));
  const [moved, setMoved] = useState(false);
  const [tried, setTried] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Error>();
  const [shown, setShown] = useState(() => lineOf(d.content, typeof scenario === "string" ? scenario : undefined));
  const store = async () => {
    // Another's change of the same document is not to be lost by this one: without a fresh look nothing is stored.
    const { ruleset: now } = await get("/api/v1/rulesets/active", { query: { tenant: param } });
    if (scenariosOf(now)?.hash !== d.hash) return setMoved(true);
    const { hash } = await publish.mutateAsync({ query: { tenant: param }, body: withScenarios(now, text, version.trim()) });
    tell("Stored; it does not decide yet", "Look at what differs, then have it decide.");
    void navigate({ to: "/rules/rulesets/$hash", params: { hash } });
  };
  const refused = (why: Error) => {
    setFailed(why);
    const [first] = linesIn(why instanceof ApiError ? why.problem.detail : "");
    if (first) setShown(first);
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setMoved(false);
    setFailed(undefined);
    setTried(text);
    void store().catch(refused).finally(() => setBusy(false));
  };
  const bad = failed instanceof ApiError && tried === text ? linesIn(failed.problem.detail) : undefined;
  return (
    <form onSubmit={submit}>
      <div className="two-columns">
        <Editor label="Scenarios" text={text} set={edit.on ? setText : undefined} bad={bad} from={shown} />
        <Stack gap="md" miw={0}>
          {failed && <Failed error={failed} what="Nothing was stored." />}
          {moved && <Alert color="yellow" title="Somebody changed the scenarios meanwhile" role="alert">Nothing was stored. Keep what you wrote, open this page anew and write it into their document.</Alert>}
          <Panel title="Store it">
            {edit.on ? (
              <Stack gap="sm">
                <InTenant />
                <TextInput label="Version" description="What the ruleset and the document are called." value={version} onChange={(e) => setVersion(e.currentTarget.value)} maxLength={128} required />
                <Group><Button type="submit" loading={busy} disabled={text === d.content || !version.trim()}>Store it as a ruleset</Button>{text !== d.content && <Button variant="default" onClick={() => setText(d.content)}>As it was</Button>}</Group>
                {text === d.content && <Text size="xs" c="dimmed">Nothing is changed yet.</Text>}
              </Stack>
            ) : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to change it</Button>}
          </Panel>
          <Help />
        </Stack>
      </div>
    </form>
  );
}

function Help() {
  return (
    <Panel title="What to change">
      <Stack gap={8}>
        <Text size="sm">Each scenario begins with <code className="cel">- id:</code> below <code className="cel">scenarios:</code>.</Text>
        <Text size="sm"><b>Whom it leaves out</b>: put its <code className="cel">when</code> in brackets and say before it who is not meant: <code className="cel">{'src_ip != "192.0.2.10" && ( … )'}</code></Text>
        <Text size="sm"><b>From when on it fires</b>: the number behind <code className="cel">window.</code>… in its <code className="cel">when</code>. A window counts no further than its <code className="cel">limit</code>.</Text>
        <Text size="sm"><b>What it adds</b> to a decision: its <code className="cel">points</code>.</Text>
        <Text size="sm"><b>Without it</b>: take out its part, from <code className="cel">- id:</code> up to the next one.</Text>
        <Text size="sm">An earlier ruleset <A to="/rules/rulesets" underline="always">decides again</A> at any time.</Text>
      </Stack>
    </Panel>
  );
}
