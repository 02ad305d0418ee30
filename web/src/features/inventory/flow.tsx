// The picture of the graph; loads by itself, and only where there is room.
import "@xyflow/react/dist/base.css";
import { Background, Controls, Handle, MarkerType, Position, ReactFlow, type Edge, type Node, type NodeProps } from "@xyflow/react";
import { useComputedColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Schemas } from "@/api/client";
import { graphTarget, nameOf, type GraphObject } from "./logic";
import { plan } from "./layout";

type Box = Node<{ object: GraphObject; start: boolean }, "box">;

function BoxNode({ data: { object: o, start } }: NodeProps<Box>) {
  return (
    <div className="flow-node" data-start={start || undefined} data-missing={o.state === "missing" || undefined} data-unseen={!o.state || o.state === "unknown" || undefined}>
      <Handle type="target" position={Position.Right} isConnectable={false} />
      <b title={nameOf(o)}>{nameOf(o)}</b>
      <span>{o.label}{o.state === "missing" ? ", gone" : !o.state ? ", not observed" : ""}</span>
      <Handle type="source" position={Position.Left} isConnectable={false} />
    </div>
  );
}

const nodeTypes = { box: BoxNode };

export default function Flow({ radius, refersTo }: { radius: Schemas["BlastRadius"]; refersTo: Schemas["GraphLink"][] }) {
  const scheme = useComputedColorScheme("light");
  const navigate = useNavigate();
  const p = useMemo(() => plan(radius, refersTo), [radius, refersTo]);
  const nodes = useMemo<Box[]>(() => p.spots.map((s) => ({ id: s.key, type: "box", position: { x: s.x, y: s.y }, data: { object: s.object, start: s.start }, draggable: true, connectable: false, ariaLabel: `${nameOf(s.object)}, ${s.object.label}`, width: 240 })), [p]);
  const tallest = useMemo(() => Math.max(1, ...p.spots.map((s) => p.spots.filter((o) => o.x === s.x).length)), [p]);
  const edges = useMemo<Edge[]>(() => p.ties.map((t) => ({ id: t.key, source: t.from, target: t.to, label: p.ties.length <= 40 ? t.relation : undefined, markerEnd: { type: MarkerType.ArrowClosed }, focusable: false, selectable: false })), [p]);
  return (
    <>
      <div className="flow" style={{ height: Math.min(620, 140 + 92 * tallest) }} role="figure" aria-label="Graph of what refers to what; the table below has the same">
        <ReactFlow
          key={p.spots.map((s) => s.key).join()} defaultNodes={nodes} defaultEdges={edges} nodeTypes={nodeTypes} colorMode={scheme} fitView fitViewOptions={{ maxZoom: 1, padding: 0.12 }} minZoom={0.15} maxZoom={1.6}
          onNodeDoubleClick={(_, n) => n.data.object.state && void navigate({ ...graphTarget(n.data.object, radius.source), search: graphTarget(n.data.object, radius.source).search ?? {} })}
          nodesConnectable={false} zoomOnScroll={false} preventScrolling={false} panOnDrag zoomOnDoubleClick={false} deleteKeyCode={null} proOptions={{ hideAttribution: false }}
        >
          <Background gap={22} />
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
      {p.left > 0 && <p style={{ margin: "8px 12px", fontSize: "0.8125rem" }}>{p.left} more found no room here; the table below has them.</p>}
    </>
  );
}
