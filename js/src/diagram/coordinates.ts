/** Places for layered nodes: each layer as close as order allows to the mean of its neighbours (isotonic regression). Pure. */
import type { Layered } from "./layers";

const PASSES = 8;
const LANE_WEIGHT = 8;

/** Centres along the x axis for nodes and lanes, the leftmost edge at 0. */
export function centres(layered: Layered, width: (node: number) => number, gap: number): Float64Array {
  const x = new Float64Array(layered.total);
  const up: number[][] = Array.from({ length: layered.total }, () => []);
  const down: number[][] = Array.from({ length: layered.total }, () => []);
  for (const segment of layered.segments) {
    down[segment.from]?.push(segment.to);
    up[segment.to]?.push(segment.from);
  }
  const isLane = (node: number): boolean => node >= layered.count;
  for (const nodes of layered.layers) {
    let at = 0;
    for (const node of nodes) {
      x[node] = at + width(node) / 2;
      at += width(node) + gap;
    }
    for (const node of nodes) x[node] = (x[node] ?? 0) - at / 2;
  }
  for (let pass = 0; pass < PASSES; pass++) {
    const last = pass === PASSES - 1;
    const upward = pass % 2 === 1;
    for (let k = 0; k < layered.layers.length; k++) {
      const nodes = layered.layers[upward ? layered.layers.length - 1 - k : k] ?? [];
      const wish = nodes.map((node) => {
        const near = last ? [...(up[node] ?? []), ...(down[node] ?? [])] : ((upward ? down[node] : up[node]) ?? []);
        let sum = 0;
        let weight = 0;
        for (const other of near) {
          const w = isLane(node) && isLane(other) ? LANE_WEIGHT : 1;
          sum += w * (x[other] ?? 0);
          weight += w;
        }
        return weight ? sum / weight : (x[node] ?? 0);
      });
      isotonic(nodes, wish, (node) => (isLane(node) ? 2 : 1), width, gap).forEach((value, i) => {
        const node = nodes[i];
        if (node !== undefined) x[node] = value;
      });
    }
  }
  let left = Number.POSITIVE_INFINITY;
  for (const nodes of layered.layers) for (const node of nodes) left = Math.min(left, (x[node] ?? 0) - width(node) / 2);
  if (Number.isFinite(left))
    for (let node = 0; node < layered.total; node++) x[node] = Math.round((x[node] ?? 0) - left);
  return x;
}

/** Pool adjacent violators on what remains after the fixed distances are taken off. */
function isotonic(
  nodes: readonly number[],
  wish: readonly number[],
  weight: (node: number) => number,
  width: (node: number) => number,
  gap: number,
): number[] {
  const offset: number[] = [];
  nodes.forEach((node, i) => {
    const before = nodes[i - 1];
    offset.push(before === undefined ? 0 : (offset[i - 1] ?? 0) + (width(before) + width(node)) / 2 + gap);
  });
  const blocks: { sum: number; weight: number; size: number }[] = [];
  nodes.forEach((node, i) => {
    const w = weight(node);
    blocks.push({ sum: w * ((wish[i] ?? 0) - (offset[i] ?? 0)), weight: w, size: 1 });
    for (;;) {
      const b = blocks[blocks.length - 1];
      const a = blocks[blocks.length - 2];
      if (!a || !b || a.sum / a.weight <= b.sum / b.weight) break;
      blocks.splice(-2, 2, { sum: a.sum + b.sum, weight: a.weight + b.weight, size: a.size + b.size });
    }
  });
  const out: number[] = [];
  for (const block of blocks)
    for (let i = 0; i < block.size; i++) out.push(block.sum / block.weight + (offset[out.length] ?? 0));
  return out;
}
