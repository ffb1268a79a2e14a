/** The order of each row from left to right: sweeps by the mean place of neighbours, keeping the best one seen. Pure. */
import { type Block, INPUTS, OUTPUTS } from "./block";
import type { Net } from "./net";
import { Pull } from "./net";

const SWEEPS = 8;

export interface Order {
  /** Elements row by row; row r is at `start[r]` up to `start[r + 1]`. */
  readonly items: Int32Array;
  readonly start: Int32Array;
}

/** `fixed` nodes keep the order of their numbers; only lanes look for a place between them. */
export function freshOrder(net: Net, block: Block, fixed: boolean): Order {
  const { total, rowCount, row, nodes } = net;
  const start = new Int32Array(rowCount + 1);
  for (let i = 0; i < total; i++) start[(row[i] ?? 0) + 1] = (start[(row[i] ?? 0) + 1] ?? 0) + 1;
  for (let r = 0; r < rowCount; r++) start[r + 1] = (start[r + 1] ?? 0) + (start[r] ?? 0);
  const next = start.slice(0, rowCount);
  const items = new Int32Array(total);
  for (let i = 0; i < total; i++) {
    const r = row[i] ?? 0;
    items[next[r] ?? 0] = i;
    next[r] = (next[r] ?? 0) + 1;
  }
  const order = { items, start };
  const x = new Float64Array(total);
  const wish = new Float64Array(total);
  for (let r = 0; r < rowCount; r++) {
    pin(order, r, block);
    compact(net, order, r, x);
  }
  if (net.segments + net.turnNode.length === 0) return order;
  const pull = new Pull(net, x, 1);
  let best = items.slice();
  let fewest = crossings(net, order);
  let idle = 0;
  // Lanes begin at the end of their rows: the first sweeps bring them to their places, whatever that costs.
  const settling = nodes < total ? 2 : 0;
  for (let sweep = 0; sweep < SWEEPS && (sweep < settling || (fewest > 0 && idle < 3)); sweep++) {
    const upward = sweep % 2 === 1;
    let changed = false;
    for (let i = 0; i < rowCount; i++) {
      const r = upward ? rowCount - 1 - i : i;
      const end = start[r + 1] ?? 0;
      for (let at = start[r] ?? 0; at < end; at++) {
        const element = items[at] ?? 0;
        const lane = element >= nodes;
        pull.clear();
        if (lane || !fixed) {
          if (upward) pull.below(element);
          else pull.above(element);
          if (lane) pull.beside(element);
        }
        wish[element] = pull.weight ? pull.sum / pull.weight : (x[element] ?? 0);
      }
      changed = sort(order, r, wish) || changed;
      pin(order, r, block);
      compact(net, order, r, x);
    }
    if (!changed && sweep >= settling) {
      idle++;
      continue;
    }
    const now = crossings(net, order);
    if (now < fewest || sweep < settling) {
      fewest = now;
      best = items.slice();
      idle = 0;
    } else idle++;
  }
  items.set(best);
  return order;
}

/** Rows in the order of their places: what is new comes where it wishes to be. */
export function orderBy(net: Net, block: Block, x: Float64Array): Order {
  const { total, rowCount, row } = net;
  const items = Int32Array.from(
    [...x.keys()].sort((a, b) => (row[a] ?? 0) - (row[b] ?? 0) || (x[a] ?? 0) - (x[b] ?? 0) || a - b),
  );
  const start = new Int32Array(rowCount + 1);
  for (let i = 0; i < total; i++) start[(row[i] ?? 0) + 1] = (start[(row[i] ?? 0) + 1] ?? 0) + 1;
  for (let r = 0; r < rowCount; r++) start[r + 1] = (start[r + 1] ?? 0) + (start[r] ?? 0);
  const order = { items, start };
  for (let r = 0; r < rowCount; r++) pin(order, r, block);
  return order;
}

/** Inserts each element where its wish says; says whether anything moved. Rows are nearly sorted after the first sweep. */
function sort({ items, start }: Order, row: number, wish: Float64Array): boolean {
  const from = start[row] ?? 0;
  const to = start[row + 1] ?? 0;
  let changed = false;
  for (let i = from + 1; i < to; i++) {
    const element = items[i] ?? 0;
    const own = wish[element] ?? 0;
    let at = i;
    while (at > from && (wish[items[at - 1] ?? 0] ?? 0) > own) {
      items[at] = items[at - 1] ?? 0;
      at--;
    }
    if (at !== i) {
      items[at] = element;
      changed = true;
    }
  }
  return changed;
}

/** Inputs stand leftmost, outputs rightmost. */
function pin({ items, start }: Order, row: number, { pins, count }: Block): void {
  const from = start[row] ?? 0;
  const to = start[row + 1] ?? 0;
  for (let i = from; i < to; i++) {
    const element = items[i] ?? 0;
    const kind = element < count ? (pins[element] ?? 0) : 0;
    if (kind === INPUTS && i > from) {
      items.copyWithin(from + 1, from, i);
      items[from] = element;
    } else if (kind === OUTPUTS && i < to - 1) {
      items.copyWithin(i, i + 1, to);
      items[to - 1] = element;
      break;
    }
  }
}

/** Elements side by side, the middle of the row at 0. */
function compact(net: Net, { items, start }: Order, row: number, x: Float64Array): void {
  const from = start[row] ?? 0;
  const to = start[row + 1] ?? 0;
  let width = 0;
  for (let i = from; i < to; i++) width += 2 * (net.reach[items[i] ?? 0] ?? 0);
  let at = -width / 2;
  for (let i = from; i < to; i++) {
    const element = items[i] ?? 0;
    const reach = net.reach[element] ?? 0;
    x[element] = at + reach;
    at += 2 * reach;
  }
}

/** How often segments cross: pairs that are in one order above and in the other below, counted with a binary indexed tree. */
export function crossings(net: Net, { items, start }: Order): number {
  const place = new Int32Array(net.total);
  for (let r = 0; r < net.rowCount; r++) {
    for (let i = start[r] ?? 0; i < (start[r + 1] ?? 0); i++) place[items[i] ?? 0] = i - (start[r] ?? 0);
  }
  let count = 0;
  const tree = new Int32Array(net.total + 1);
  for (let r = 0; r + 1 < net.rowCount; r++) {
    const size = (start[r + 2] ?? 0) - (start[r + 1] ?? 0);
    tree.fill(0, 0, size + 1);
    let seen = 0;
    for (let i = start[r] ?? 0; i < (start[r + 1] ?? 0); i++) {
      const element = items[i] ?? 0;
      const [first, last] = [net.down.start[element] ?? 0, net.down.start[element + 1] ?? 0];
      for (let at = first; at < last; at++) {
        count += seen;
        const end = place[net.lower[net.down.items[at] ?? 0] ?? 0] ?? 0;
        for (let k = end + 1; k > 0; k -= k & -k) count -= tree[k] ?? 0;
      }
      for (let at = first; at < last; at++) {
        const end = place[net.lower[net.down.items[at] ?? 0] ?? 0] ?? 0;
        for (let k = end + 1; k <= size; k += k & -k) tree[k] = (tree[k] ?? 0) + 1;
      }
      seen += last - first;
    }
  }
  return count;
}
