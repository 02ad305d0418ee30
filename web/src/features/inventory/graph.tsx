// One object in the graph: what feels a change of it, whom it reaches, and what it refers to.
import "./inventory.css";
import { Group, Select, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { buildUrl, type Schemas } from "@/api/client";
import type { Search } from "@/app/search";
import { useTenant } from "@/app/tenant";
import { A, Answer, ButtonLink, count, Curl, Download, Empty, Icon, Loading, PageHeader, Panel, plural, type Export } from "@/ui";
import { itemTarget, nameOf, type BlastRadius } from "./logic";
import { ItemState, ObjectLink } from "./pieces";
import { useBlastRadius, useNeighbours } from "./queries";
import { WhomAsked } from "./whom";

const Flow = lazy(() => import("./flow"));

const text = (v: Search[string]) => (typeof v === "string" ? v : undefined);

export default function GraphPage() {
  const s = useSearch({ strict: false }) as Search;
  const asked = text(s.id) && text(s.source) && text(s.type) ? { id: text(s.id)!, source: text(s.source)!, type: text(s.type)! } : undefined;
  const depth = /^[1-9]$/.test(text(s.depth) ?? "") ? Number(s.depth) : undefined;
  const radius = useBlastRadius(asked, depth);
  if (!asked) return <Empty icon="graph" title="Which object?" command="frostgate inventory graph blast-radius NAME">The graph is drawn around one object: open one from the <A to="/inventory">inventory</A>.</Empty>;
  return <Answer of={radius} what="The graph could not be read.">{(r) => <Around of={r} asked={asked} depth={depth} />}</Answer>;
}

function Around({ of: r, asked, depth }: { of: BlastRadius; asked: { id: string; source: string; type: string }; depth?: number }) {
  const { param } = useTenant();
  const navigate = useNavigate();
  const near = useNeighbours(asked);
  const wide = useMediaQuery("(min-width: 48em)", true);
  const linked = r.total > 0 || (near.data?.to_count ?? 0) > 0;
  return (
    <>
      <PageHeader
        back={{ ...itemTarget(r.object, r.source), label: nameOf(r.object) }} title="What it touches" tab={`What ${nameOf(r.object)} touches`} badges={<ItemState value={r.object.state} />} lead={<>{r.object.label} “{nameOf(r.object)}”</>}
        actions={<><Curl path={buildUrl("/api/v1/inventory/graph/blast-radius", {}, { ...asked, tenant: param, depth })} /><ButtonLink {...itemTarget(r.object, r.source)} leftSection={<Icon name="box" size={14} />}>The object</ButtonLink></>}
      />
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <div className="felt">
            <Text size="lg" fw={650}>{r.total === 0 ? "No other object that is known feels a change of it." : `${plural(r.total, "object feels", "objects feel")} a change of it.`}</Text>
            <WhomAsked of={asked} groups />
          </div>
          <Select aria-label="How far" w={170} data={[{ value: "", label: "As far as it goes" }, ...["1", "2", "3", "4"].map((n) => ({ value: n, label: n === "1" ? "One step" : `${n} steps` }))]} value={depth ? String(depth) : ""} onChange={(v) => void navigate({ to: ".", search: (o: Search) => ({ ...o, depth: v || undefined }), replace: true })} />
        </Group>
        {linked && (wide
          ? <Panel title="Graph" aside={<Text size="xs" c="dimmed">arrows go from what refers to what is referred to; double click to go on</Text>} flush><Suspense fallback={<div className="flow"><Loading rows={8} /></div>}><Flow radius={r} refersTo={near.data?.to ?? []} /></Suspense></Panel>
          : null)}
        <Affected of={r} />
        <RefersTo of={near} source={r.source} />
      </Stack>
    </>
  );
}

type Row = BlastRadius["affected"][number];
const files: Export<Row>[] = [
  { name: "distance", value: (a) => a.distance }, { name: "type", value: (a) => a.object.type }, { name: "id", value: (a) => a.object.id }, { name: "name", value: (a) => a.object.name }, { name: "state", value: (a) => a.object.state },
  { name: "path", value: (a) => a.path.map((p) => `${p.relation} ${nameOf(p.object)}`).join(" > ") },
];

/** How it comes that an object feels it, step by step. */
function why(a: Row, of: BlastRadius): string {
  let before = nameOf(of.object);
  return a.path.map((p) => {
    const now = nameOf(p.object);
    const said = p.backwards ? `“${now}” ${p.relation} “${before}”` : `“${before}” ${p.relation} “${now}”`;
    before = now;
    return said;
  }).join("; ");
}

function Affected({ of: r }: { of: BlastRadius }) {
  if (r.total === 0) return null;
  return (
    <Panel title="Blast radius" flush aside={<Group gap="sm"><Text size="xs" c="dimmed">{r.by_depth.map((n, i) => `${count(n)} at ${plural(i + 1, "step")}`).join(", ")}</Text><Download name="blast-radius" rows={r.affected} columns={files} more={r.affected.length < r.total} /></Group>}>
      <div className="plain-scroll">
        <table className="plain-table">
          <thead><tr><th scope="col">Steps</th><th scope="col">Object</th><th scope="col">Because</th></tr></thead>
          <tbody>
            {r.affected.map((a) => (
              <tr key={a.object.type + a.object.id}>
                <td><Text span size="sm" hiddenFrom="xs" c="dimmed">{plural(a.distance, "step")}</Text><Text span size="sm" visibleFrom="xs">{a.distance}</Text></td>
                <td><ObjectLink of={a.object} source={r.source} graph /><Text size="xs" c="dimmed">{a.object.label}</Text></td>
                <td>{why(a, r)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {r.affected.length < r.total && <Text size="sm" c="dimmed" p="sm">The nearest {count(r.affected.length)} of {count(r.total)}.</Text>}
    </Panel>
  );
}

function RefersTo({ of: q, source }: { of: ReturnType<typeof useNeighbours>; source: string }) {
  return (
    <Answer of={q} what="What it refers to could not be read.">
      {(n: Schemas["GraphNeighbours"]) => n.to_count === 0 ? <Text size="sm" c="dimmed">It refers to nothing itself.</Text> : (
        <Panel title={`It refers to ${plural(n.to_count, "object")}`} flush>
          <div className="plain-scroll">
            <table className="plain-table">
              <thead><tr><th scope="col">How</th><th scope="col">Object</th><th scope="col">State</th></tr></thead>
              <tbody>
                {n.to.map((l, i) => (
                  <tr key={i}>
                    <td>{l.relation}</td>
                    <td><ObjectLink of={l.object} source={source} graph /><Text size="xs" c="dimmed">{l.object.label}</Text></td>
                    <td>{l.known ? <Text size="sm" c="dimmed">always there</Text> : <ItemState value={l.object.state} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {n.to.length < n.to_count && <Text size="sm" c="dimmed" p="sm">The first {count(n.to.length)} of {count(n.to_count)}.</Text>}
        </Panel>
      )}
    </Answer>
  );
}
