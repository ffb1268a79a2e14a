/**
 * Timings of one layout as JSON: `node layout.mjs NODES open|closed`. The first call is cold, as `show()` always is; then
 * warm calls from scratch, and warm calls after one edge was removed, which start from the layout before: the median, and
 * the least, which other work on the machine disturbs less.
 */

import { drawing } from "../../js/dev/drawing";
import { nested } from "../../js/dev/nested";
import { layoutScene } from "../../js/src/diagram/layout";
import { buildScene } from "../../js/src/diagram/scene";
import type { Layout, Scene } from "../../js/src/diagram/scene-types";
import { fromData } from "../../js/src/document/document";

const [nodes, state] = [Number(process.argv[2] ?? 1000), process.argv[3] ?? "open"];
const data = nested(nodes);
const scopes = Object.keys(data.records).filter((key) => data.records[key]?.kind !== "Variable");
const input = drawing(fromData(data), state === "open" ? scopes : ["g"]);

function timed<T>(work: () => T): [T, number] {
  const start = performance.now();
  const result = work();
  return [result, performance.now() - start];
}

function often(work: () => void): { median: number; least: number } {
  const times = Array.from({ length: nodes > 5000 ? 15 : 41 }, () => timed(work)[1]).sort((a, b) => a - b);
  return { median: times[Math.floor(times.length / 2)] ?? 0, least: times[0] ?? 0 };
}

const routesOf = (scene: Scene, layout: Layout): number =>
  scene.edges.reduce((points, edge) => points + (layout.routes.get(edge.id)?.length ?? 0), 0);

const [scene, sceneTime] = timed(() => buildScene(input));
const [layout, first] = timed(() => layoutScene(scene, new Map(), null));
const [, firstRoutes] = timed(() => routesOf(scene, layout));
const warm = often(() => layoutScene(scene, new Map(), null));
const edited: Scene = { ...scene, edges: scene.edges.filter((_, i) => i !== Math.floor(scene.edges.length / 2)) };
const edit = often(() => layoutScene(edited, new Map(), layout));
const { size: boxes } = scene.boxes;
console.log(
  JSON.stringify({ boxes, edges: scene.edges.length, scene: sceneTime, first, warm, edit, routes: firstRoutes }),
);
