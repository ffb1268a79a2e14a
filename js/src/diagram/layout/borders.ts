/** Inputs on the left border of a frame, outputs on the right. Pure. */
import type { Rect } from "../diagram";
import type { Block } from "./block";
import type { Content, Part } from "./content";
import type { Layers } from "./layers";
import { ROOM_TO_TURN } from "./ways";

/** What stands beside the first part, which holds the outputs, ends above their row, so that they reach the border below it. */
export function lowerOutputs(
  { roles }: Content,
  nodes: readonly number[],
  layers: Layers,
  corners: readonly Rect[],
): void {
  const k = nodes.findIndex((node) => roles[node] === "outputs");
  const corner = corners[0];
  if (!corner || k < 0 || corners.length < 2) return;
  const { rows, tops, bottoms } = layers;
  const row = rows.row[k] ?? 0;
  const beside = corners.slice(1).reduce((lowest, rect) => Math.max(lowest, rect.y + rect.height), 0);
  const by = beside + ROOM_TO_TURN - corner.y - (tops[row] ?? 0);
  if (by <= 0) return;
  for (let r = row; r < rows.count; r++) {
    tops[r] = (tops[r] ?? 0) + by;
    bottoms[r] = (bottoms[r] ?? 0) + by;
  }
  layers.height += by;
}

/** Inputs touch the left border, outputs the right; ports that serve them alone go along. */
export function toBorders(
  { keys, roles, widths }: Content,
  part: Part,
  x: Float64Array,
  ports: Float64Array,
  right: number,
): void {
  const { block, x: middles } = part.layers;
  part.nodes.forEach((node, k) => {
    const role = roles[node] ?? "none";
    if (role === "none") return;
    const width = widths[node] ?? 0;
    x[node] = role === "inputs" ? 0 : right - width;
    const middle = (x[node] ?? 0) + width / 2 - part.x;
    middles[k] = middle;
    part.nodes.forEach((port, p) => {
      const offset = port < keys.length ? null : offsetAt(block, p, k);
      if (offset === null) return;
      middles[p] = middle + offset;
      ports[port - keys.length] = part.x + middle + offset;
    });
  });
}

/** Where the edges of a port meet a node, from its middle; null if the port serves others, too. */
function offsetAt({ edges, from, to, fromOffset, toOffset }: Block, port: number, node: number): number | null {
  let offset: number | null = null;
  for (let edge = 0; edge < edges; edge++) {
    if (from[edge] !== port && to[edge] !== port) continue;
    if (from[edge] === node) offset = fromOffset[edge] ?? 0;
    else if (to[edge] === node) offset = toOffset[edge] ?? 0;
    else return null;
  }
  return offset;
}
