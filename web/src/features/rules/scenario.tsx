// One scenario: what it counts, and when it fired.
import { Stack, Text } from "@mantine/core";
import { buildUrl } from "@/api/client";
import { useTenant } from "@/app/tenant";
import { A, Answer, Badge, count, Curl, Empty, Id, KeyValue, PageHeader, Panel, plural } from "@/ui";
import { conditionWords } from "./condition";
import { spanWords, stepWords, windowSentence } from "./counted";
import { Hits } from "./hits";
import type { Scenario } from "./logic";
import { Noisy } from "./noisy-panel";
import { Techniques } from "./pieces";
import { useScenarios } from "./queries";

const actions: Record<string, string> = { block_ip: "block the address", require_mfa: "require a second factor", rate_limit_ip: "rate limit the address", isolate_host: "isolate the host", quarantine_file: "quarantine the file", disable_user: "disable the user" };
export const actionIn = (a: string) => actions[a] ?? a.replaceAll("_", " ");
export const lastsWords = (ttl: string[]) => (ttl.length === 0 ? "" : ttl.length === 1 ? ` for ${spanWords(ttl[0]!)}` : `, the first time for ${ttl.map(spanWords).join(", then ")}`);

const Exactly = ({ what }: { what?: string }) => (what ? <code className="cel">{what}</code> : null);

/** A condition as people say it, and as it is written. */
function InWords({ of }: { of: string }) {
  const words = conditionWords(of);
  return <>{words && <>{words}: </>}<Exactly what={of} /></>;
}

const Detections = ({ of }: { of: readonly string[] }) => <>{of.map((d, i) => <span key={d}>{i > 0 && ", "}{d.startsWith("attack.") ? d : <A to="/rules/$id" params={{ id: d.startsWith("sigma:") ? d : `sigma:${d}` }}>{d}</A>}</span>)}</>;

/** The steps, the counts and what one event must be. */
export function Words({ of: s, conditions = true }: { of: Scenario; conditions?: boolean }) {
  return (
    <Stack gap={6}>
      {s.windows.length === 0 && <Text size="sm">It looks at one event by itself.</Text>}
      {s.windows.map((w) => (
        <div key={w.name}>
          <Text size="sm">{windowSentence(w)}</Text>
          {w.steps.map((step, i) => (conditions || stepWords(step) === undefined) && <Text key={i} size="xs" component="div" mt={2}>Step {i + 1}{step.count > 1 && `, ${count(step.count)} times`}: <Exactly what={step.when} />{step.detections.length > 0 && <> {step.when ? "and one of these fires: " : "one of these fires: "}<Detections of={step.detections} /></>}</Text>)}
          {conditions && w.hit && <Text size="xs" component="div" mt={2}>A hit is an event where <InWords of={w.hit} /></Text>}
          {conditions && w.detections.length > 0 && <Text size="xs" component="div" mt={2}>Counts events in which one of these fires: <Detections of={w.detections} /></Text>}
          {conditions && w.when && w.when !== "true" && <Text size="xs" component="div" mt={2}>Counts events where <InWords of={w.when} /></Text>}
        </div>
      ))}
      {s.mitigations.map((m, i) => <Text key={i} size="sm">It proposes to {actionIn(m.action)}{lastsWords(m.ttl)}.</Text>)}
    </Stack>
  );
}

export function ScenarioPage({ id }: { id: string }) {
  const q = useScenarios();
  const { param } = useTenant();
  return (
    <Answer of={q} what="The scenario could not be read.">
      {(list) => {
        const s = list.items.find((x) => x.id === id);
        if (!s) return <><PageHeader back={{ to: "/rules/scenarios", label: "Scenarios" }} title={id === "rule:default_allow" ? "No rule fired" : id} tab="Scenario" /><Empty icon="rules" title={id === "rule:default_allow" ? "The name for decisions in which nothing fired" : "The ruleset in force has no such scenario"}>An earlier ruleset may have had it. Decisions keep what it was called.</Empty><Hits id={id} /></>;
        return (
          <>
            <PageHeader back={{ to: "/rules/scenarios", label: "Scenarios" }} title={s.title} tab={`${s.title}: scenario`} badges={<Badge tone="info" icon="history">scenario</Badge>} lead={`It adds ${plural(s.points, "point")} to a decision${s.windows.length > 0 ? ", by what was counted before" : ""}.`} actions={<Curl path={buildUrl("/api/v1/rules/scenarios", {}, { tenant: param })} />} />
            <div className="two-columns">
              <Stack gap="md" miw={0}>
                <Panel title="What it looks for"><Words of={s} /></Panel>
                <Hits id={id} />
              </Stack>
              <Stack gap="md" miw={0}>
                <Noisy of={s} key={s.id} />
                <Panel title="It fires when"><code className="cel">{s.when}</code></Panel>
                <Panel title="Facts">
                  <KeyValue rows={[
                    ["Event types", s.event_types.length > 0 ? s.event_types.join(", ") : "all"], ["ATT&CK", s.techniques.length > 0 && <Techniques key="t" of={s.techniques} />], ["Points", s.points], ["Name", <Id key="i" value={s.id} />],
                    ["Document", <A key="d" to="/rules/documents/$hash" params={{ hash: list.document.hash }} search={{ kind: "scenarios" }}>{list.document.name} {list.document.version}</A>],
                  ]} />
                </Panel>
              </Stack>
            </div>
          </>
        );
      }}
    </Answer>
  );
}
