/** One frame's contents in layers: every edge points down, long edges hold a lane through each layer they pass. Pure. */

export interface LocalNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Border ports stand in the first or the last layer. */
  readonly pin: "top" | "bottom" | null;
}

export interface LocalEdge {
  readonly from: number;
  readonly to: number;
}

export interface Layered {
  /** Node indices by layer, in order from left to right; indices from `count` on are lanes. */
  readonly layers: readonly number[][];
  /** Segments between neighbouring layers. */
  readonly segments: readonly LocalEdge[];
  /** For each edge, the nodes and lanes it passes, from top to bottom; empty if it closes a circle. */
  readonly chains: readonly number[][];
  readonly count: number;
  readonly total: number;
}

const SWEEPS = 6;

/** `start` gives the place of each node before, for a stable order. */
export function layer(nodes: readonly LocalNode[], edges: readonly LocalEdge[], start: readonly number[]): Layered {
  const count = nodes.length;
  const down = edges.map((edge) => edge);
  const back = backEdges(count, edges);
  down.forEach((edge, i) => {
    if (back.has(i)) down[i] = { from: edge.to, to: edge.from };
  });
  const rank = ranks(nodes, down);
  const layers: number[][] = Array.from({ length: Math.max(0, ...rank) + 1 }, () => []);
  const order = [...nodes.keys()].sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0) || a - b);
  for (const node of order) layers[rank[node] ?? 0]?.push(node);
  const segments: LocalEdge[] = [];
  const chains: number[][] = [];
  let total = count;
  down.forEach((edge, i) => {
    const chain = [edge.from];
    for (let level = (rank[edge.from] ?? 0) + 1; level < (rank[edge.to] ?? 0); level++) {
      segments.push({ from: chain[chain.length - 1] ?? 0, to: total });
      chain.push(total);
      layers[level]?.push(total++);
    }
    segments.push({ from: chain[chain.length - 1] ?? 0, to: edge.to });
    chain.push(edge.to);
    chains.push(back.has(i) ? chain.reverse() : chain);
  });
  orderLayers(layers, segments, total);
  return { layers, segments, chains, count, total };
}

/** Edges that would close a circle, found depth first from the first node. */
function backEdges(count: number, edges: readonly LocalEdge[]): Set<number> {
  const out: number[][] = Array.from({ length: count }, () => []);
  edges.forEach((edge, i) => {
    out[edge.from]?.push(i);
  });
  const state = new Uint8Array(count);
  const back = new Set<number>();
  for (let root = 0; root < count; root++) {
    if (state[root]) continue;
    const stack: [number, number][] = [[root, 0]];
    state[root] = 1;
    while (stack.length) {
      const top = stack[stack.length - 1];
      if (!top) break;
      const edge = out[top[0]]?.[top[1]++];
      if (edge === undefined) {
        state[top[0]] = 2;
        stack.pop();
        continue;
      }
      const to = edges[edge]?.to ?? 0;
      if (state[to] === 1) back.add(edge);
      else if (state[to] === 0) {
        state[to] = 1;
        stack.push([to, 0]);
      }
    }
  }
  return back;
}

/** Longest path from above; then causes move down to just above their first effect. */
function ranks(nodes: readonly LocalNode[], edges: readonly LocalEdge[]): Int32Array {
  // Entry ports have the first layer for themselves.
  const first = nodes.some((node) => node.pin === "top") ? 1 : 0;
  const rank = Int32Array.from(nodes, (node) => (node.pin === "top" ? 0 : first));
  const incoming = new Int32Array(nodes.length);
  const out: number[][] = nodes.map(() => []);
  for (const edge of edges) {
    incoming[edge.to] = (incoming[edge.to] ?? 0) + 1;
    out[edge.from]?.push(edge.to);
  }
  const ready = [...nodes.keys()].filter((i) => !incoming[i]);
  const sorted: number[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    sorted.push(node);
    for (const to of out[node] ?? []) {
      rank[to] = Math.max(rank[to] ?? 0, (rank[node] ?? 0) + 1);
      incoming[to] = (incoming[to] ?? 0) - 1;
      if (!incoming[to]) ready.push(to);
    }
  }
  for (const node of sorted.reverse()) {
    const below = (out[node] ?? []).filter((to) => nodes[to]?.pin !== "bottom").map((to) => rank[to] ?? 0);
    if (below.length && nodes[node]?.pin !== "top") rank[node] = Math.max(rank[node] ?? 0, Math.min(...below) - 1);
  }
  const last = Math.max(0, ...[...nodes.keys()].filter((i) => nodes[i]?.pin !== "bottom").map((i) => rank[i] ?? 0));
  nodes.forEach((node, i) => {
    if (node.pin === "bottom") rank[i] = last + 1;
  });
  return rank;
}

/** Sweeps down and up, each layer by the mean place of its neighbours; keeps the start order where nothing is gained. */
function orderLayers(layers: number[][], segments: readonly LocalEdge[], total: number): void {
  const up: number[][] = Array.from({ length: total }, () => []);
  const down: number[][] = Array.from({ length: total }, () => []);
  for (const segment of segments) {
    down[segment.from]?.push(segment.to);
    up[segment.to]?.push(segment.from);
  }
  const place = new Float64Array(total);
  const number = (nodes: readonly number[]): void => {
    nodes.forEach((node, i) => {
      place[node] = (i + 0.5) / nodes.length;
    });
  };
  layers.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const neighbours = sweep % 2 ? down : up;
    for (let k = 0; k < layers.length; k++) {
      const nodes = layers[sweep % 2 ? layers.length - 1 - k : k];
      if (!nodes) continue;
      const wish = new Map(
        nodes.map((node) => {
          const near = neighbours[node] ?? [];
          const mean = near.reduce((sum, other) => sum + (place[other] ?? 0), 0) / near.length;
          return [node, near.length ? mean : (place[node] ?? 0)];
        }),
      );
      nodes.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || (place[a] ?? 0) - (place[b] ?? 0));
      number(nodes);
    }
  }
}
