/** React Flow on the same graph, as its documentation recommends for large ones: memoised nodes, only the visible ones. */
import {
  Handle,
  MarkerType,
  type Node,
  Position,
  ReactFlow,
  type ReactFlowInstance,
  useNodesState,
} from "@xyflow/react";
import css from "@xyflow/react/dist/style.css";
import { memo } from "react";
import { createRoot } from "react-dom/client";
import { formulaOf } from "../../../js/src/diagram/nodes/card-state";
import { places } from "./graph";

const style = document.createElement("style");
style.textContent = `${css}
.card { width: 100%; height: 100%; box-sizing: border-box; padding: 6px 12px; border: 1.2px solid #2a6ebb; border-radius: 18px; background: #fff; font: 12px system-ui; }
.card i { display: block; font: italic 11px Georgia, serif; }
.frame { width: 100%; height: 100%; box-sizing: border-box; border: 1px solid #c5d0dc; border-radius: 10px; background: #2a6ebb0d; font: 600 13px system-ui; }`;
document.head.append(style);

const { scene, layout, input } = places();
type Data = Record<string, string>;
const Card = memo(({ data }: { data: Data }) => (
  <div className="card">
    <Handle type="target" position={Position.Top} />
    <b>{data.name}</b>
    <i>{data.formula}</i>
    <Handle type="source" position={Position.Bottom} />
  </div>
));
const Frame = memo(({ data }: { data: Data }) => <div className="frame">{data.name}</div>);
const types = { card: Card, frame: Frame };

const initial: Node<Data>[] = [...scene.boxes.values()].map((box) => {
  const { x, y, width, height } = layout.rects.get(box.key) ?? { x: 0, y: 0, width: 0, height: 0 };
  const frame = box.kind === "frame";
  return {
    id: box.key,
    type: frame ? "frame" : "card",
    position: { x, y },
    width,
    height,
    draggable: !frame,
    data: { name: box.title, formula: frame ? "" : formulaOf(input.document, input.catalog, box.key) },
  };
});
const marker = { type: MarkerType.ArrowClosed };
const edges = scene.edges.map(({ id, source, target }) => ({ id, source, target, markerEnd: marker }));

const start = performance.now();
function Page() {
  const [nodes, , onNodesChange] = useNodesState(initial);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={types}
      onNodesChange={onNodesChange}
      onlyRenderVisibleElements
      minZoom={0.001}
      fitView
      onInit={(flow) => requestAnimationFrame(() => setTimeout(() => ready(flow)))}
    />
  );
}

function ready(flow: ReactFlowInstance<Node<Data>>): void {
  globalThis.subject = {
    shown: performance.now() - start,
    fit: () => void flow.fitView(),
    approach(key) {
      const { x, y, width, height } = layout.rects.get(key) ?? { x: 0, y: 0, width: 0, height: 0 };
      void flow.setCenter(x + width / 2, y + height / 2, { zoom: 1 });
    },
    at(key) {
      const { x, y, width } = layout.rects.get(key) ?? { x: 0, y: 0, width: 0, height: 0 };
      return flow.flowToScreenPosition({ x: x + width / 2, y: y + 14 });
    },
  };
}

const element = document.getElementById("root");
if (element) createRoot(element).render(<Page />);
