/** Which nodes of a frame hang together. Pure. */
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
