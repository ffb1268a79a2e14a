/** Which row a node stands in: causes above effects, as near to them as may be. Pure. */
import { type Block, ENTRY, EXIT, INPUTS, OUTPUTS } from "./block";
import { type Lists, listsBy } from "./lists";

export interface Rows {
  readonly row: Int32Array;
  readonly count: number;
  readonly folded: boolean;
}

/** Edges that would close a circle, found depth first in the given order of nodes. */
export function backEdges(block: Block, order: ArrayLike<number>, out: Lists): Uint8Array {
  const back = new Uint8Array(block.edges);
  const state = new Uint8Array(block.count);
  const next = out.start.slice();
  const stack: number[] = [];
  for (let i = 0; i < block.count; i++) {
    const root = order[i] ?? 0;
    if (state[root]) continue;
    state[root] = 1;
    stack.push(root);
    for (let node = root; stack.length; node = stack[stack.length - 1] ?? root) {
      const at = next[node] ?? 0;
      if (at === out.start[node + 1]) {
        state[node] = 2;
        stack.pop();
        continue;
      }
      next[node] = at + 1;
      const edge = out.items[at] ?? 0;
      const to = block.to[edge] ?? 0;
      if (state[to] === 1) back[edge] = 1;
      else if (state[to] === 0) {
        state[to] = 1;
        stack.push(to);
      }
    }
  }
  return back;
}

/** Causes first. */
export function topological(block: Block, out: Lists, back: Uint8Array): Int32Array {
  const incoming = new Int32Array(block.count);
  for (let edge = 0; edge < block.edges; edge++) {
    if (!back[edge]) incoming[block.to[edge] ?? 0] = (incoming[block.to[edge] ?? 0] ?? 0) + 1;
  }
  const sorted = new Int32Array(block.count);
  let end = 0;
  for (let node = 0; node < block.count; node++) if (!incoming[node]) sorted[end++] = node;
  for (let i = 0; i < end; i++) {
    const node = sorted[i] ?? 0;
    for (let at = out.start[node] ?? 0; at < (out.start[node + 1] ?? 0); at++) {
      const edge = out.items[at] ?? 0;
      const to = block.to[edge] ?? 0;
      if (back[edge]) continue;
      incoming[to] = (incoming[to] ?? 0) - 1;
      if (!incoming[to]) sorted[end++] = to;
    }
  }
  return sorted;
}

/** Longest path from above; then causes move down to just above their first effect. */
export function freshRows(block: Block): Rows {
  const { count, pins, to } = block;
  const out = listsBy(count, block.from, block.edges);
  const back = backEdges(
    block,
    Int32Array.from({ length: count }, (_, i) => i),
    out,
  );
  const sorted = topological(block, out, back);
  const row = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const node = sorted[i] ?? 0;
    const below = pins[node] === ENTRY ? 0 : (row[node] ?? 0) + 1;
    for (let at = out.start[node] ?? 0; at < (out.start[node + 1] ?? 0); at++) {
      const edge = out.items[at] ?? 0;
      const effect = to[edge] ?? 0;
      if (!back[edge]) row[effect] = Math.max(row[effect] ?? 0, below);
    }
  }
  for (let i = count - 1; i >= 0; i--) {
    const node = sorted[i] ?? 0;
    if (pins[node] === ENTRY) continue;
    let nearest = Number.POSITIVE_INFINITY;
    for (let at = out.start[node] ?? 0; at < (out.start[node + 1] ?? 0); at++) {
      const edge = out.items[at] ?? 0;
      if (!back[edge] && pins[to[edge] ?? 0] !== EXIT) nearest = Math.min(nearest, row[to[edge] ?? 0] ?? 0);
    }
    if (Number.isFinite(nearest)) row[node] = Math.max(row[node] ?? 0, nearest - 1);
  }
  let last = 0;
  for (let node = 0; node < count; node++) if (!isPort(pins[node])) last = Math.max(last, row[node] ?? 0);
  for (let node = 0; node < count; node++) {
    if (pins[node] === INPUTS) row[node] = 0;
    if (pins[node] === OUTPUTS) row[node] = last;
  }
  return withPorts(block, row, false);
}

/**
 * Rows of nodes that were there stay; a new node joins a row between its causes and its effects, or gets a new one. What
 * stands above its cause after all moves down, unless the rows are filled like lines of text.
 */
export function keptRows(block: Block, before: Int32Array, folded: boolean): Rows {
  const { count, pins, from, to, edges } = block;
  const level = new Float64Array(count);
  for (let node = 0; node < count; node++) level[node] = before[node] ?? -1;
  const out = listsBy(count, from, edges);
  const order = [...level.keys()].sort((a, b) => (level[a] ?? 0) - (level[b] ?? 0) || a - b);
  const back = backEdges(block, order, out);
  const sorted = topological(block, out, back);
  const incoming = listsBy(count, to, edges);
  for (const node of sorted) {
    if (isPort(pins[node]) || (before[node] ?? -1) >= 0) continue;
    let above = Number.NEGATIVE_INFINITY;
    let below = Number.POSITIVE_INFINITY;
    for (let at = incoming.start[node] ?? 0; at < (incoming.start[node + 1] ?? 0); at++) {
      const cause = from[incoming.items[at] ?? 0] ?? 0;
      if (!isPort(pins[cause])) above = Math.max(above, level[cause] ?? 0);
    }
    for (let at = out.start[node] ?? 0; at < (out.start[node + 1] ?? 0); at++) {
      const effect = to[out.items[at] ?? 0] ?? 0;
      if (!isPort(pins[effect]) && (before[effect] ?? -1) >= 0) below = Math.min(below, level[effect] ?? 0);
    }
    if (Number.isFinite(above)) level[node] = below - above === 1 ? above + 0.5 : Math.floor(above) + 1;
    else level[node] = Number.isFinite(below) ? below - 1 : 0;
  }
  if (!folded) {
    for (const node of sorted) {
      for (let at = out.start[node] ?? 0; at < (out.start[node + 1] ?? 0); at++) {
        const edge = out.items[at] ?? 0;
        const effect = to[edge] ?? 0;
        if (back[edge] || isPort(pins[node]) || isPort(pins[effect])) continue;
        if ((level[effect] ?? 0) <= (level[node] ?? 0)) level[effect] = Math.floor(level[node] ?? 0) + 1;
      }
    }
  }
  const levels = [...new Set([...level.keys()].filter((node) => !isPort(pins[node])).map((node) => level[node] ?? 0))];
  const place = new Map(levels.sort((a, b) => a - b).map((each, i) => [each, i]));
  return withPorts(
    block,
    Int32Array.from(level, (each) => place.get(each) ?? 0),
    folded,
  );
}

/** Rows of cards from 0 to rows of everything: entries above them, exits below. */
export function withPorts(block: Block, row: Int32Array, folded: boolean): Rows {
  const { pins, count } = block;
  const shift = pins.includes(ENTRY) ? 1 : 0;
  let last = -1;
  for (let node = 0; node < count; node++) {
    if (pins[node] === ENTRY) row[node] = 0;
    else if (pins[node] !== EXIT) {
      row[node] = (row[node] ?? 0) + shift;
      last = Math.max(last, row[node] ?? 0);
    }
  }
  for (let node = 0; node < count; node++) if (pins[node] === EXIT) row[node] = last + 1;
  return { row, count: last + (pins.includes(EXIT) ? 2 : 1), folded };
}

export function isPort(pin: number | undefined): boolean {
  return pin === ENTRY || pin === EXIT;
}
