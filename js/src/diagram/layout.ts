/**
 * Scenes to places: every frame is laid out by itself from the inside out; an edge that leaves or enters a frame goes
 * through a port on its border, which is a node of the frame around. A frame that has not changed is not laid out again,
 * and one that has keeps what it can. Pure.
 */
import type { Key } from "../protocol/types";
import type { Point, Rect } from "./diagram";
import type { Content, Frame, Role } from "./layout/content";
import { arrange } from "./layout/frame";
import { hierarchy } from "./layout/hierarchy";
import { withLoops } from "./layout/loops";
import { StrandRoutes } from "./layout/routes";
import type { Box, Layout, Scene } from "./scene-types";

export function layoutScene(scene: Scene, placed: ReadonlyMap<Key, Point>, previous: Layout | null): Layout {
  const { boxes, first, parent, graphs, ways } = hierarchy(scene);
  const frames: (Frame | null)[] = boxes.map(() => null);
  const remembered = new Map(previous?.frames);
  // Inner frames first: the children of a box come after it.
  for (let i = boxes.length - 1; i >= 0; i--) {
    const box = boxes[i];
    const graph = graphs[i];
    if (!box || !graph) continue;
    const start = first[i] ?? 0;
    const children = boxes.slice(start, first[i + 1] ?? boxes.length);
    const inner = frames.slice(start, start + children.length);
    const content: Content = {
      keys: children.map((child) => child.key),
      widths: Float64Array.from(children, (child, k) => inner[k]?.width ?? child.width + 2 * child.overhang.side),
      heights: Float64Array.from(children, (child, k) => inner[k]?.height ?? child.height + child.overhang.below),
      grips: Float64Array.from(children, (child, k) => inner[k]?.width ?? child.width),
      roles: children.map(role),
      inner,
      placed: children.map((child) => withOverhang(placed.get(child.key), child)),
      ports: graph.ports,
      entries: graph.entries,
      strands: Int32Array.from(graph.strands),
    };
    const frame = arrange(content, previous?.frames.get(box.key) ?? null);
    frames[i] = frame;
    remembered.set(box.key, frame);
  }
  const x = new Float64Array(boxes.length);
  const y = new Float64Array(boxes.length);
  const rects = new Map<Key, Rect>();
  boxes.forEach((box, i) => {
    const around = parent[i] ?? -1;
    const place = i - (first[around] ?? 0);
    x[i] = around < 0 ? 0 : (x[around] ?? 0) + (frames[around]?.x[place] ?? 0);
    y[i] = around < 0 ? 0 : (y[around] ?? 0) + (frames[around]?.y[place] ?? 0);
    const { width, height } = frames[i] ?? box;
    const side = frames[i] ? 0 : box.overhang.side;
    rects.set(box.key, { x: (x[i] ?? 0) + side, y: y[i] ?? 0, width, height });
  });
  const bounds = rects.get(scene.root) ?? { x: 0, y: 0, width: 0, height: 0 };
  const routes = withLoops(new StrandRoutes(ways, frames, x, y), scene.edges, rects);
  return { rects, routes, bounds, frames: remembered };
}

/** Where a box was put, as the corner of all that it takes. */
function withOverhang(place: Point | undefined, box: Box): Point | null {
  return place ? { x: place.x - box.overhang.side, y: place.y } : null;
}

function role(box: Box): Role {
  return box.record.kind === "Inputs" ? "inputs" : box.record.kind === "Outputs" ? "outputs" : "none";
}
