// The proof that the decision was made then, and so: checked here, or taken away
// and checked elsewhere.
import { readAnswer } from "@/api/exact";
import { Anchor, Box, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { buildUrl, send } from "@/api/client";
import { apiQuery } from "@/api/hooks";
import { useHas } from "@/app/session";
import { Badge, Curl, Failed, Icon, Id, KeyValue, Panel } from "@/ui";
import { check, warm } from "@/verify/client";
import { restsOn, withMember, type Verdict } from "@/verify/logic";
import { TrustChoice, useTrust } from "@/verify/trust";
import { VerdictView } from "@/verify/verdict";
import { levels, type Decision, type View } from "./logic";
import { save } from "@/ui/save";

const textFrom = async (url: string) => (await send(url, { headers: { Accept: "application/json" } })).text();

export function Receipt({ of: d, tenant }: { of: Decision; tenant: string | undefined }) {
  const may = useHas()("evidence:read");
  return (
    <Panel title="Receipt" aside={<Badge tone={d.receipt.level === "committed" ? "wait" : "good"} icon="evidence">{d.receipt.level}</Badge>}>
      <Stack gap="xs">
        <Text size="sm">{levels[d.receipt.level]}</Text>
        <KeyValue rows={[["Log", <Id key="l" value={d.receipt.log} />], ["Entry", `${d.receipt.index}`], ["Leaf", <Id key="h" value={d.receipt.leaf_hash} short />]]} />
        {may ? <Checked of={d} tenant={tenant} /> : <Text size="sm" c="dimmed"><Icon name="lock" size={12} /> To download or verify it, a key needs the scope evidence:read.</Text>}
      </Stack>
    </Panel>
  );
}

type Busy = "save" | "check" | undefined;

/** Pixels that a verdict usually takes: kept free while it is made, so that what stands below stays in its place. */
const usual = 430;

function Checked({ of: d, tenant }: { of: Decision; tenant: string | undefined }) {
  const client = useQueryClient();
  const trust = useTrust();
  const [busy, setBusy] = useState<Busy>();
  const [error, setError] = useState<Error>();
  const [found, setFound] = useState<{ verdict: Verdict; rests: string }>();
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  const name = `receipt-${d.decision_id}.json`;
  const ask = { path: { id: d.decision_id }, query: { tenant } };
  const url = buildUrl("/api/v1/decisions/{id}/receipt", ask.path, ask.query);
  const run = async (what: Busy, work: () => Promise<void>) => {
    setBusy(what);
    setError(undefined);
    try {
      await work();
    } catch (e) {
      setFound(undefined);
      setError(e instanceof Error ? e : new Error(String(e)));
    } finally {
      setBusy(undefined);
    }
  };
  // What is shown is read again, so that what is checked is what is shown; as
  // text, since numbers lose digits otherwise.
  const verify = async () => {
    setRoom(Math.max(usual, box.current?.offsetHeight ?? 0));
    const [shown, receipt] = await Promise.all([textFrom(buildUrl("/api/v1/decisions/{id}", ask.path, ask.query)), textFrom(url)]);
    client.setQueryData(apiQuery("/api/v1/decisions/{id}", ask).queryKey, readAnswer(shown) as View);
    const verdict = await check(new Blob([withMember(shown, "receipt", receipt)]), trust.text ?? "");
    setFound({ verdict, rests: restsOn(trust.way, trust.text ?? "") });
  };
  return (
    <>
      <Group gap={6}>
        <Button variant="light" loading={busy === "check"} disabled={trust.text === undefined} leftSection={<Icon name="evidence" size={14} />} onMouseEnter={() => void warm().catch(() => undefined)} onClick={() => void run("check", verify)}>Verify in this browser</Button>
        <Button variant="default" loading={busy === "save"} leftSection={<Icon name="download" size={14} />} onClick={() => void run("save", async () => save(name, "application/json", await textFrom(url)))}>Download the receipt</Button>
        <Curl path={url} />
      </Group>
      {(room > 0 || error) && (
        <Box ref={box} mih={room}>
          {error && <Failed error={error} what="The receipt could not be checked or read." />}
          {found && <VerdictView of={found.verdict}><Text size="sm" mt={4}>{found.rests}</Text></VerdictView>}
          {!error && !found && <Text size="sm" c="dimmed" role="status">Checking…</Text>}
        </Box>
      )}
      <TrustChoice of={trust} />
      <Text size="xs" c="dimmed">Checked elsewhere, it needs nothing of this server: with <Anchor size="xs" href="/console/verify.html" download="verify.html">verify.html</Anchor>, one page that works without a network, or by</Text>
      <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{`frostgate evidence verify ${name} --trust keys.txt`}</Code>
    </>
  );
}
