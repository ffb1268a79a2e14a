/**
 * The way of each strand of a block: down from its source, through its lanes, onto its target. It moves sideways only
 * between rows, so it never passes under a card. Pure.
 */
import { HEADER } from "../scene-types";
import type { Part } from "./content";
import type { Layers } from "./layers";
import { isPort } from "./ranks";

const SPREAD = 16;
/** Ends keep away from the corners of a card. */
const CORNER = 20;
/** A lone end moves so far to make its line straight. */
const SNAP = 24;

/** Points as x, y, direction (1 down, -1 up); `bottom` is the height of the frame, where exits are. */
export function strandPaths(place: Part, bottom: number): Float64Array[] {
  const { layers } = place;
  const { block, rows, lanes, x, tops, bottoms } = layers;
  const ends = spreadEnds(layers);
  const paths: Float64Array[] = [];
  const points: number[] = [];
  const add = (px: number, py: number, direction: number): void => {
    const size = points.length;
    const straight = size >= 6 && points[size - 3] === px && points[size - 6] === px;
    // A point within a straight run says nothing.
    if (straight && points[size - 1] === direction && points[size - 4] === direction) points[size - 2] = py;
    else points.push(px, py, direction);
  };
  for (let edge = 0; edge < block.edges; edge++) {
    points.length = 0;
    const from = block.from[edge] ?? 0;
    const to = block.to[edge] ?? 0;
    const start = place.x + (ends.from[edge] ?? 0);
    const row = rows.row[from] ?? 0;
    const trunk = lanes.trunks[lanes.trunkOf[edge] ?? -1];
    const turnsAtOnce = trunk?.step === -1 && isBeside(layers, from, x[block.count + trunk.first] ?? 0);
    const turn = place.y + (turnsAtOnce ? (tops[row] ?? 0) + (block.heights[from] ?? 0) : (bottoms[row] ?? 0));
    if (isPort(block.pins[from])) {
      add(start, 0, 1);
      add(start, HEADER, 1);
    } else {
      add(start, place.y + (tops[row] ?? 0) + (block.heights[from] ?? 0), 1);
      if (!turnsAtOnce) add(start, place.y + (bottoms[row] ?? 0), 1);
    }
    if (trunk) {
      const passed = lanes.length[edge] ?? 0;
      for (let i = 0; i < passed; i++) {
        const lane = trunk.first + i;
        const at = lanes.row[lane] ?? 0;
        const lx = place.x + (x[block.count + lane] ?? 0);
        const [above, below] = [place.y + (tops[at] ?? 0), at === row ? turn : place.y + (bottoms[at] ?? 0)];
        add(lx, trunk.step > 0 ? above : below, trunk.step);
        add(lx, trunk.step > 0 ? below : above, trunk.step);
      }
    }
    const end = place.x + (ends.to[edge] ?? 0);
    if (isPort(block.pins[to])) {
      add(end, Math.min(bottom, place.y + layers.height + EXIT_ROOM), 1);
      add(end, bottom, 1);
    } else {
      const top = place.y + (tops[rows.row[to] ?? 0] ?? 0);
      const [lastX, lastY] = [points[points.length - 3] ?? end, points[points.length - 2] ?? top];
      if (top - lastY > ROOM_TO_TURN) add(lastX, top - ROOM_TO_TURN, 1);
      add(end, top, 1);
    }
    paths.push(new Float64Array(points));
  }
  return paths;
}

/** Does no card of the row stand between a node and a place beside it? Then an edge may turn right below the node. */
function isBeside({ block, rows, x }: Layers, node: number, at: number): boolean {
  const [low, high] = [Math.min(x[node] ?? 0, at), Math.max(x[node] ?? 0, at)];
  for (let other = 0; other < block.count; other++) {
    if (other === node || rows.row[other] !== rows.row[node]) continue;
    const half = (block.widths[other] ?? 0) / 2;
    if ((x[other] ?? 0) + half > low && (x[other] ?? 0) - half < high) return false;
  }
  return true;
}

/** Edges turn sideways at most so far above their target. */
export const ROOM_TO_TURN = 104;

/** Room below the cards in which edges turn towards their exits. */
export const EXIT_ROOM = 36;

/** Ends side by side along a card, in the order of their other ends. */
function spreadEnds(layers: Layers): { from: Float64Array; to: Float64Array } {
  const { block, lanes, x } = layers;
  const result = { from: new Float64Array(block.edges), to: new Float64Array(block.edges) };
  const groups: number[][] = Array.from({ length: block.count }, () => []);
  const other = new Float64Array(Math.max(block.edges, 1));

  for (let edge = 0; edge < block.edges; edge++) {
    const to = block.to[edge] ?? 0;
    result.to[edge] = (x[to] ?? 0) + (block.toOffset[edge] ?? 0);
    result.from[edge] = (x[block.from[edge] ?? 0] ?? 0) + (block.fromOffset[edge] ?? 0);
    const trunk = lanes.trunks[lanes.trunkOf[edge] ?? -1];
    other[edge] = trunk
      ? (x[block.count + trunk.first + (lanes.length[edge] ?? 1) - 1] ?? 0)
      : (result.from[edge] ?? 0);
    if ((block.toPort[edge] ?? -1) < 0 && !isPort(block.pins[to])) groups[to]?.push(edge);
  }
  groups.forEach((edges, node) => {
    along(node, edges, (edge) => edge, result.to);
  });

  const out: number[][] = Array.from({ length: block.count }, () => []);
  for (let edge = 0; edge < block.edges; edge++) {
    const from = block.from[edge] ?? 0;
    const trunk = lanes.trunks[lanes.trunkOf[edge] ?? -1];
    other[edge] = trunk ? (x[block.count + trunk.first] ?? 0) : (result.to[edge] ?? 0);
    if ((block.fromPort[edge] ?? -1) < 0 && !isPort(block.pins[from])) out[from]?.push(edge);
  }
  // Edges that share a trunk leave their source together.
  const slot = (edge: number): number => {
    const trunk = lanes.trunkOf[edge] ?? -1;
    return trunk < 0 ? edge : -1 - trunk;
  };
  out.forEach((edges, node) => {
    along(node, edges, slot, result.from);
  });
  return result;

  function along(node: number, edges: number[], slot: (edge: number) => number, places: Float64Array): void {
    if (!edges.length) return;
    const middle = x[node] ?? 0;
    const width = block.grips[node] ?? 0;
    const room = width - 2 * Math.min(CORNER, width / 6);
    edges.sort((a, b) => (other[a] ?? 0) - (other[b] ?? 0) || slot(a) - slot(b));
    let slots = 0;
    edges.forEach((edge, i) => {
      if (i === 0 || slot(edge) !== slot(edges[i - 1] ?? edge)) slots++;
    });
    if (slots === 1) {
      const wish = (other[edges[0] ?? 0] ?? 0) - middle;
      const shift = Math.abs(wish) <= Math.min(SNAP, room / 2) ? wish : 0;
      for (const edge of edges) places[edge] = middle + shift;
      return;
    }
    const step = Math.min(SPREAD, room / (slots - 1));
    let at = -1;
    edges.forEach((edge, i) => {
      if (i === 0 || slot(edge) !== slot(edges[i - 1] ?? edge)) at++;
      places[edge] = middle + (at - (slots - 1) / 2) * step;
    });
  }
}
