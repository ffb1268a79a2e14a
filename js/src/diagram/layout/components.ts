/** Which nodes of a frame hang together, and the block that each such part is to the steps of the layout. Pure. */
import { type Block, ENTRY, EXIT, INPUTS, OUTPUTS } from "./block";
import type { Content } from "./content";

export interface Components {
  /** Nodes with edges; the first one holds everything that touches the border, if `hasMain`. */
  readonly blocks: readonly { readonly nodes: number[]; readonly strands: number[] }[];
  readonly hasMain: boolean;
  /** Nodes without edges. */
  readonly loners: readonly number[];
}

export function components({ keys, ports, roles, strands }: Content): Components {
  const count = keys.length;
  const total = count + ports.length;
  const root = Int32Array.from({ length: total }, (_, i) => i);
  const find = (node: number): number => {
    let at = node;
    while (root[at] !== at) {
      root[at] = root[root[at] ?? at] ?? at;
      at = root[at] ?? at;
    }
    return at;
  };
  const linked = new Uint8Array(total);
  const isBorder = (node: number): boolean => node >= count || roles[node] !== "none";
  let border = -1;
  for (let node = 0; node < total; node++) {
    if (!isBorder(node)) continue;
    linked[node] = 1;
    if (border < 0) border = node;
    else root[find(node)] = find(border);
  }
  for (let s = 0; s < strands.length; s += 4) {
    const [from, to] = [strands[s] ?? 0, strands[s + 1] ?? 0];
    linked[from] = 1;
    linked[to] = 1;
    root[find(from)] = find(to);
  }
  const blocks: { nodes: number[]; strands: number[] }[] = [];
  const blockOf = new Map<number, number>();
  const block = (node: number): { nodes: number[]; strands: number[] } | undefined => {
    const top = find(node);
    let at = blockOf.get(top);
    if (at === undefined) {
      at = blocks.length;
      blockOf.set(top, at);
      blocks.push({ nodes: [], strands: [] });
    }
    return blocks[at];
  };
  if (border >= 0) block(border);
  const loners: number[] = [];
  for (let node = 0; node < total; node++) {
    if (linked[node]) block(node)?.nodes.push(node);
    else loners.push(node);
  }
  for (let s = 0; s < strands.length; s += 4) {
    block(strands[s] ?? 0)?.strands.push(s / 4);
  }
  return { blocks, hasMain: border >= 0, loners };
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
