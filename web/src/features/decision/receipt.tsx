// The proof that the decision was made then, and so: to take away and check elsewhere.
import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ApiError, buildUrl, get } from "@/api/client";
import { useHas } from "@/app/session";
import { Badge, Curl, Failed, Icon, Id, KeyValue, Panel } from "@/ui";
import { levels, type Decision } from "./logic";

function save(name: string, value: unknown) {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: "application/json" }));
  const a = document.createElement("a");
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

export function Receipt({ of: d }: { of: Decision }) {
  const may = useHas()("evidence:read");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const name = `receipt-${d.decision_id}.json`;
  const take = async () => {
    setBusy(true);
    setError(undefined);
    try {
      save(name, await get("/api/v1/decisions/{id}/receipt", { path: { id: d.decision_id } }));
    } catch (e) {
      setError(e instanceof ApiError || e instanceof Error ? e : new Error(String(e)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Receipt" aside={<Badge tone={d.receipt.level === "committed" ? "wait" : "good"} icon="evidence">{d.receipt.level}</Badge>}>
      <Stack gap="xs">
        <Text size="sm">{levels[d.receipt.level]}</Text>
        <KeyValue rows={[["Log", <Id key="l" value={d.receipt.log} />], ["Entry", `${d.receipt.index}`], ["Leaf", <Id key="h" value={d.receipt.leaf_hash} short />]]} />
        {may ? (
          <>
            <Group gap={6}>
              <Button variant="default" loading={busy} leftSection={<Icon name="download" size={14} />} onClick={() => void take()}>Download the receipt</Button>
              <Curl path={buildUrl("/api/v1/decisions/{id}/receipt", { id: d.decision_id })} />
            </Group>
            <Text size="xs" c="dimmed">Check it elsewhere, with the log’s public keys that you got by another way:</Text>
            <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{`frostgate evidence verify ${name} --trust keys.txt`}</Code>
          </>
        ) : <Text size="sm" c="dimmed"><Icon name="lock" size={12} /> Its download needs the scope evidence:read.</Text>}
        {error && <Failed error={error} what="The receipt could not be read." />}
      </Stack>
    </Panel>
  );
}
