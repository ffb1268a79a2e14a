/**
 * Edges longer than one row hold a vertical lane through each row they pass; those that leave one node by one port share
 * it. An edge to the same row or upwards turns round below its source and again above its target. Pure.
 */
import type { Block } from "./block";
import type { Rows } from "./ranks";

export interface Lanes {
  readonly count: number;
  /** By lane, numbered from 0. */
  readonly row: Int32Array;
  readonly trunk: Int32Array;
  readonly trunks: readonly Trunk[];
  /** By edge: its trunk or -1, and how many of its lanes it passes. */
  readonly trunkOf: Int32Array;
  readonly length: Int32Array;
}

export interface Trunk {
  readonly source: number;
  readonly port: number;
  readonly offset: number;
  readonly step: 1 | -1;
  /** Row of the first lane. */
  readonly start: number;
  length: number;
  /** Number of the first lane; the others follow. */
  first: number;
}

export function makeLanes(block: Block, { row }: Rows): Lanes {
  const trunks: Trunk[] = [];
  const known = new Map<number, number>();
  const trunkOf = new Int32Array(block.edges).fill(-1);
  const length = new Int32Array(block.edges);
  for (let edge = 0; edge < block.edges; edge++) {
    const source = block.from[edge] ?? 0;
    const [above, below] = [row[source] ?? 0, row[block.to[edge] ?? 0] ?? 0];
    if (below === above + 1) continue;
    const step = below > above ? 1 : -1;
    const port = block.fromPort[edge] ?? -1;
    const id = (source * 64 + port + 1) * 2 + (step > 0 ? 1 : 0);
    let trunk = known.get(id);
    if (trunk === undefined) {
      trunk = trunks.length;
      known.set(id, trunk);
      const start = step > 0 ? above + 1 : above;
      trunks.push({ source, port, offset: block.fromOffset[edge] ?? 0, step, start, length: 0, first: 0 });
    }
    const own = step > 0 ? below - above - 1 : above - below + 1;
    trunkOf[edge] = trunk;
    length[edge] = own;
    const shared = trunks[trunk];
    if (shared) shared.length = Math.max(shared.length, own);
  }
  let count = 0;
  for (const trunk of trunks) {
    trunk.first = count;
    count += trunk.length;
  }
  const rows = new Int32Array(count);
  const trunkOfLane = new Int32Array(count);
  trunks.forEach((trunk, t) => {
    for (let i = 0; i < trunk.length; i++) {
      rows[trunk.first + i] = trunk.start + i * trunk.step;
      trunkOfLane[trunk.first + i] = t;
    }
  });
  return { count, row: rows, trunk: trunkOfLane, trunks, trunkOf, length };
}
