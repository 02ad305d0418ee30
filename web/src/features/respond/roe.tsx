// Rules of engagement: what may be done at all, how far, and who must approve.
import "./respond.css";
import { Group, List, Stack, Text } from "@mantine/core";
import { useApi } from "@/api/hooks";
import { useTenant } from "@/app/tenant";
import { Answer, Badge, capital, Curl, Id, KeyValue, PageHeader, Panel, personaFull, plural, ringWord } from "@/ui";
import { actionOf, kindOf } from "./logic";
import { gatesText, ringWords, ruleText, type Doctrine, type Ring } from "./mission-logic";
import { Does, Parts } from "./pieces";

const lasts = (s: number) => (s === 0 ? "acts once" : s % 86_400 === 0 ? plural(s / 86_400, "day") : s % 3600 === 0 ? plural(s / 3600, "hour") : plural(Math.round(s / 60), "minute"));

export default function Roe() {
  const { param } = useTenant();
  const policy = useApi("/api/v1/roe/policy", { query: { tenant: param } });
  const rings = useApi("/api/v1/rings", { query: { tenant: param } });
  const v = policy.data;
  return (
    <>
      <PageHeader
        title="Rules of engagement" tab="Rules of engagement" actions={<Curl path="/api/v1/roe/policy" />}
        lead={v ? <>Version {v.version} is in force, with ruleset {v.ruleset.version} <Id value={v.hash} short label="the hash of these rules" />.</> : "What may be done, how far, and who must approve."}
      />
      <Parts label="Limits" of={[{ to: "/missions", label: "Missions", icon: "flag", here: false }, { to: "/roe", label: "Rules of engagement", icon: "book", here: true }]} />
      <Answer of={policy} what="The rules of engagement could not be read.">
        {({ doctrine: d }) => (
          <div className="two-columns">
            <Stack gap="md" miw={0}>
              <Answer of={rings} what="The rings could not be read.">{(r) => <Rings of={r.items} />}</Answer>
              <Actions of={d} />
            </Stack>
            <Stack gap="md" miw={0}>
              <Panel title="What impact makes of it"><List size="sm" spacing={4}>{gatesText(d.gates).map((t) => <List.Item key={t}>{t}</List.Item>)}</List></Panel>
              <Panel title="Personas"><KeyValue rows={Object.entries(d.personas).sort().map(([name, p]) => [personaFull(name), `${p.max_disruptive === 0 ? "nothing that disrupts" : `at most ${plural(p.max_disruptive, "mitigation that disrupts", "mitigations that disrupt")}, for each decision`}${p.allowed_actions ? `; only ${p.allowed_actions.map((a) => actionOf(a).label.toLowerCase()).join(", ")}` : ""}`])} /></Panel>
              <Panel title="Rules">{d.rules.length === 0 ? <Text size="sm" c="dimmed">None beyond rings and personas.</Text> : <List size="sm" spacing={6}>{d.rules.map((r) => <List.Item key={r.id}>{ruleText(r)}</List.Item>)}</List>}</Panel>
            </Stack>
          </div>
        )}
      </Answer>
    </>
  );
}

function Rings({ of }: { of: readonly Ring[] }) {
  return (
    <Panel title="Rings" aside={<Text size="xs" c="dimmed">from open to most protected</Text>}>
      <Stack gap="md">
        {of.map((r) => (
          <div key={r.name}>
            <Text fw={600} size="sm">{capital(ringWord(r.name))} <Text span size="xs" c="dimmed">{r.name}</Text></Text>
            <List size="sm" spacing={2}>{ringWords(r).map((t) => <List.Item key={t}>{t}</List.Item>)}</List>
          </div>
        ))}
      </Stack>
    </Panel>
  );
}

function Actions({ of: d }: { of: Doctrine }) {
  return (
    <Panel title="What may be done" flush>
      <div className="sbs-wrap" tabIndex={0} role="region" aria-label="What may be done">
        <table className="sbs roe-actions">
          <thead><tr><th scope="col">Action</th><th scope="col">Against</th><th scope="col">Lasts</th><th scope="col">Character</th></tr></thead>
          <tbody>
            {Object.entries(d.actions).sort().map(([name, a]) => (
              <tr key={name}>
                <th scope="row"><Does action={name} /></th><td>{a.target_kind ? kindOf(a.target_kind) : "nobody"}</td><td>{lasts(a.default_ttl_seconds)}</td>
                <td><Group gap={4}>{a.disruptive ? <Badge tone="high" icon="alert">disrupts</Badge> : <Badge tone="none">does not disrupt</Badge>}{!a.reversible && <Badge tone="wait" icon="lock">can’t be undone</Badge>}</Group></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
