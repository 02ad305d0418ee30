// The two logs: one's own, and the one that anchors everybody's.
import "./evidence.css";
import { Stack, Text } from "@mantine/core";
import { A, Answer, Badge, count, Curl, Id, KeyValue, PageHeader, Panel, Time } from "@/ui";
import { sentence } from "./logic";
import { Parts, Say } from "./pieces";
import { useLogs } from "./queries";

export default function Logs() {
  const q = useLogs();
  return (
    <>
      <PageHeader title="Logs" tab="Logs" lead="Logs that only grow. Each checkpoint signs all that came before it." actions={<Curl path="/api/v1/evidence/logs" />} />
      <Parts here="/evidence/logs" />
      <Answer of={q} what="The logs could not be read.">
        {(page) => (
          <div className="evidence-cards">
            {page.items.map((l) => (
              <Panel key={l.id} title={<A to="/evidence/logs/$log" params={{ log: l.id }} size="md" fw={600}>{l.kind === "root" ? "The log of logs" : "Your log"}</A>} aside={l.problem ? <Badge tone="critical" icon="alert">damaged</Badge> : <Badge tone="good" icon="check">grows</Badge>}>
                <Stack gap="sm">
                  {l.problem && <Say tone="critical" title="Nothing of it is signed any more"><Text size="sm">{sentence(l.problem)}</Text></Say>}
                  <Text size="sm">{l.kind === "root" ? "Holds a checkpoint of every tenant’s log in each epoch. Witnesses cosign this one, and with it all the others." : "Holds every decision and every act of your tenant, in the order in which they were recorded."}</Text>
                  <KeyValue rows={[
                    ["Entries", count(l.size)],
                    ["Last one", l.grown_at && <Time key="g" at={l.grown_at} relative />],
                    ["Name", <Id key="o" value={l.origin} label="the log’s name" />],
                    ["Tree head", <Id key="r" value={l.root} short label="the root" />],
                    ["Anchored", l.anchored && <>{count(l.anchored.size)} of {count(l.size)}, <A to="/evidence/epochs/$index" params={{ index: String(l.anchored.epoch) }}>epoch {count(l.anchored.epoch)}</A></>],
                    ["Verified", l.kind === "tenant" && (l.checked ? <>{l.checked.valid ? "" : "failed, "}<Time at={l.checked.at} relative /></> : "not yet")],
                  ]} />
                </Stack>
              </Panel>
            ))}
          </div>
        )}
      </Answer>
    </>
  );
}
