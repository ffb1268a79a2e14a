/** Nodes of a frame that belong together, as the steps of the layout pass them on. Pure. */
import type { Content } from "./content";

/** Entry ports have the first row for themselves, exit ports the last. */
export const ENTRY = 1;
export const EXIT = 2;
export const INPUTS = 3;
export const OUTPUTS = 4;

export interface Block {
  readonly count: number;
  readonly widths: Float64Array;
  readonly grips: Float64Array;
  readonly heights: Float64Array;
  readonly pins: Uint8Array;
  readonly edges: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Distance of each edge's ends from the middle of their node. */
  readonly fromOffset: Float64Array;
  readonly toOffset: Float64Array;
  /** Ports of the ends' own borders, or -1: edges that leave one port share a lane. */
  readonly fromPort: Int32Array;
  readonly toPort: Int32Array;
}

export function makeBlock(content: Content, nodes: readonly number[], own: readonly number[]): Block {
  const { keys, widths, heights, grips, roles, entries, strands, inner } = content;
  const count = nodes.length;
  const edges = own.length;
  const block: Block = {
    count,
    widths: new Float64Array(count),
    heights: new Float64Array(count),
    grips: new Float64Array(count),
    pins: new Uint8Array(count),
    edges,
    from: new Int32Array(edges),
    to: new Int32Array(edges),
    fromOffset: new Float64Array(edges),
    toOffset: new Float64Array(edges),
    fromPort: new Int32Array(edges),
    toPort: new Int32Array(edges),
  };
  const local = new Int32Array(keys.length + content.ports.length);
  for (let i = 0; i < count; i++) {
    const node = nodes[i] ?? 0;
    local[node] = i;
    if (node >= keys.length) block.pins[i] = node - keys.length < entries ? ENTRY : EXIT;
    else {
      block.widths[i] = widths[node] ?? 0;
      block.heights[i] = heights[node] ?? 0;
      block.grips[i] = grips[node] ?? 0;
      if (roles[node] !== "none") block.pins[i] = roles[node] === "inputs" ? INPUTS : OUTPUTS;
    }
  }
  const offset = (node: number, port: number): number => {
    const frame = port < 0 ? null : inner[node];
    return frame ? (frame.ports[port] ?? 0) - frame.width / 2 : 0;
  };
  for (let i = 0; i < edges; i++) {
    const strand = (own[i] ?? 0) * 4;
    const [from, to] = [strands[strand] ?? 0, strands[strand + 1] ?? 0];
    const [fromPort, toPort] = [strands[strand + 2] ?? -1, strands[strand + 3] ?? -1];
    block.from[i] = local[from] ?? 0;
    block.to[i] = local[to] ?? 0;
    block.fromPort[i] = fromPort;
    block.toPort[i] = toPort;
    block.fromOffset[i] = offset(from, fromPort);
    block.toOffset[i] = offset(to, toPort);
  }
  return block;
}
