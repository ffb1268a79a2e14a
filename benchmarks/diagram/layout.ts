/**
 * One line of timings as JSON: `node layout.js NODES open|closed`. The first call is cold, as `show()` always is; then the
 * median of warm calls, and of calls after one edit that reuse the layout before.
 */
import type { DiagramInput } from "../../js/src/diagram/diagram";
import { layoutScene } from "../../js/src/diagram/layout";
import { buildScene } from "../../js/src/diagram/scene";
import { nested } from "../../tests/js/diagram/models";

const [nodes, state] = [Number(process.argv[2] ?? 1000), process.argv[3] ?? "open"];
const none = new Map();

function timed<T>(work: () => T): [T, number] {
  const start = performance.now();
  const result = work();
  return [result, performance.now() - start];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const all = nested(nodes, 1);
const input: DiagramInput = state === "open" ? all : { ...all, open: new Set(["g"]) };
const [scene, sceneTime] = timed(() => buildScene(input));
const [layout, cold] = timed(() => layoutScene(scene, none, null));
const [routes, routeTime] = timed(() =>
  scene.edges.reduce((sum, edge) => sum + (layout.routes.get(edge.id)?.length ?? 0), 0),
);

const repeats = nodes > 5000 ? 9 : 25;
const warm = median(Array.from({ length: repeats }, () => timed(() => layoutScene(scene, none, null))[1]));

const inEntity = [...scene.boxes.values()].filter((box) => box.kind === "variable" && box.parent !== "g");
const [victim, other] = [inEntity[Math.floor(inEntity.length / 2)], inEntity[Math.floor(inEntity.length / 2) + 1]];
const removed = victim?.key ?? "";
const edited = {
  ...scene,
  edges: scene.edges.filter((edge) => edge.target !== removed || edge.source === other?.key).slice(),
};
const edit = median(Array.from({ length: repeats }, () => timed(() => layoutScene(edited, none, layout))[1]));

console.log(
  JSON.stringify({
    nodes,
    state,
    boxes: scene.boxes.size,
    edges: scene.edges.length,
    scene: sceneTime,
    cold,
    warm,
    edit,
    routes: routeTime,
    points: routes,
  }),
);
