/** Places along a row: as close as the order allows to the mean of the neighbours (isotonic regression). Pure. */
import type { Block } from "./block";
import { type Net, Pull } from "./net";
import type { Order } from "./order";
import { isPort } from "./ranks";
import { straightenLanes, straightenNodes } from "./straighten";

const PASSES = 8;
/** Lanes of one chain hold together so much more than other neighbours. */
const CHAIN = 8;
const LANE_WEIGHT = 2;
/** What stood there before outweighs what is new. */
const KEEP = 1000;

/** Middles of nodes and lanes; the leftmost begins at 0. Rows that are `lines` begin at the left, like text. */
export function freshColumns(net: Net, order: Order, block: Block, lines: boolean): Float64Array {
  const { total, rowCount, reach, nodes } = net;
  const { items, start } = order;
  const x = new Float64Array(total);
  const wish = new Float64Array(total);
  const weight = new Float64Array(total);
  for (let i = 0; i < total; i++) weight[i] = i >= nodes ? LANE_WEIGHT : lines ? KEEP : 1;
  const widths = new Float64Array(rowCount);
  for (let i = 0; i < total; i++) {
    const r = net.row[i] ?? 0;
    widths[r] = (widths[r] ?? 0) + 2 * (reach[i] ?? 0);
  }
  // No row leaves the room that the widest one needs: neighbours that pull each other away would go on for ever.
  const room = widths.reduce((a, b) => Math.max(a, b), 0);
  const isotonic = new Isotonic(net, weight, 0);
  for (let r = 0; r < rowCount; r++) {
    let at = lines ? 0 : (room - (widths[r] ?? 0)) / 2;
    for (let i = start[r] ?? 0; i < (start[r + 1] ?? 0); i++) {
      const element = items[i] ?? 0;
      x[element] = at + (reach[element] ?? 0);
      at += 2 * (reach[element] ?? 0);
    }
  }
  const home = lines ? x.slice() : null;
  const pull = new Pull(net, x, CHAIN);
  if (net.segments + net.turnNode.length > 0) {
    for (let pass = 0; pass < PASSES; pass++) {
      const last = pass === PASSES - 1;
      const upward = pass % 2 === 1;
      for (let k = 0; k < rowCount; k++) {
        const r = upward ? rowCount - 1 - k : k;
        for (let i = start[r] ?? 0; i < (start[r + 1] ?? 0); i++) {
          const element = items[i] ?? 0;
          pull.clear();
          if (last || !upward) pull.above(element);
          if (last || upward) pull.below(element);
          if (element >= nodes) pull.beside(element);
          else if (home && !isPort(block.pins[element])) pull.only(home[element] ?? 0);
          wish[element] = pull.weight ? pull.sum / pull.weight : (x[element] ?? 0);
        }
        isotonic.place(order, r, wish, x, 0, room - (widths[r] ?? 0));
      }
    }
    if (total > nodes) straightenLanes(net, order, x);
    if (!lines) straightenNodes(net, order, x);
  }
  let left = Number.POSITIVE_INFINITY;
  for (let i = 0; i < total; i++) left = Math.min(left, (x[i] ?? 0) - (net.half[i] ?? 0));
  for (let i = 0; i < total; i++) x[i] = Math.round((x[i] ?? 0) - left);
  return x;
}

/** Where nothing has to move, nothing moves; what is new stands near its neighbours. `x` has NaN for what is new. */
export function keptWishes(net: Net, x: Float64Array): Float64Array {
  const wish = x.slice();
  let right = 0;
  for (const at of x) if (at > right) right = at;
  for (let round = 0; round < 3; round++) {
    const seen = wish.slice();
    for (let i = 0; i < net.total; i++) {
      if (!Number.isNaN(seen[i] ?? 0)) continue;
      const near: number[] = [];
      const { up, down, turns } = net;
      for (let at = up.start[i] ?? 0; at < (up.start[i + 1] ?? 0); at++) {
        const s = up.items[at] ?? 0;
        near.push((seen[net.upper[s] ?? 0] ?? 0) + (net.upperOffset[s] ?? 0) - (net.lowerOffset[s] ?? 0));
      }
      for (let at = down.start[i] ?? 0; at < (down.start[i + 1] ?? 0); at++) {
        const s = down.items[at] ?? 0;
        near.push((seen[net.lower[s] ?? 0] ?? 0) + (net.lowerOffset[s] ?? 0) - (net.upperOffset[s] ?? 0));
      }
      for (let at = turns.start[i] ?? 0; at < (turns.start[i + 1] ?? 0); at++) {
        const t = turns.items[at] ?? 0;
        near.push((seen[net.turnNode[t] ?? 0] ?? 0) + (net.turnOffset[t] ?? 0));
      }
      const known = near.filter((each) => !Number.isNaN(each));
      if (known.length) wish[i] = known.reduce((a, b) => a + b, 0) / known.length;
    }
  }
  for (let i = 0; i < net.total; i++) if (Number.isNaN(wish[i] ?? 0)) wish[i] = right;
  return wish;
}

/** `left` is where the leftmost may begin. */
export function keptColumns(
  net: Net,
  order: Order,
  wish: Float64Array,
  isOld: (element: number) => boolean,
  left: number,
): Float64Array {
  const x = new Float64Array(net.total);
  const weight = new Float64Array(net.total);
  for (let i = 0; i < net.total; i++) weight[i] = isOld(i) ? KEEP : 1;
  // Places are whole numbers, so neighbours may be nearer than their reaches by the rounding.
  const isotonic = new Isotonic(net, weight, 1);
  for (let r = 0; r < net.rowCount; r++) {
    const first = order.items[order.start[r] ?? 0] ?? 0;
    const least = left + (net.half[first] ?? 0) - (net.reach[first] ?? 0);
    isotonic.place(order, r, wish, x, least, Number.POSITIVE_INFINITY);
  }
  for (let i = 0; i < net.total; i++) x[i] = Math.round(x[i] ?? 0);
  return x;
}

/** Pool adjacent violators on what remains after the least distances are taken off. */
class Isotonic {
  private readonly sum: Float64Array;
  private readonly mass: Float64Array;
  private readonly end: Int32Array;

  constructor(
    private readonly net: Net,
    private readonly weight: Float64Array,
    /** Neighbours may be so much nearer than their reaches. */
    private readonly slack: number,
  ) {
    this.sum = new Float64Array(net.total + 1);
    this.mass = new Float64Array(net.total + 1);
    this.end = new Int32Array(net.total + 1);
  }

  /** Puts the row's left end between `least` and `most`. */
  place({ items, start }: Order, row: number, wish: Float64Array, x: Float64Array, least: number, most: number): void {
    const { sum, mass, end, weight, slack } = this;
    const { reach } = this.net;
    const from = start[row] ?? 0;
    const to = start[row + 1] ?? 0;
    let offset = 0;
    let blocks = 0;
    for (let i = from; i < to; i++) {
      const element = items[i] ?? 0;
      offset += (reach[element] ?? 0) - slack / 2;
      const w = weight[element] ?? 1;
      let s = w * ((wish[element] ?? 0) - offset);
      let m = w;
      offset += (reach[element] ?? 0) - slack / 2;
      while (blocks > 0 && (sum[blocks - 1] ?? 0) * m > s * (mass[blocks - 1] ?? 0)) {
        blocks--;
        s += sum[blocks] ?? 0;
        m += mass[blocks] ?? 0;
      }
      sum[blocks] = s;
      mass[blocks] = m;
      end[blocks] = i + 1;
      blocks++;
    }
    let at = from;
    offset = 0;
    for (let b = 0; b < blocks; b++) {
      const value = Math.min(most, Math.max(least, (sum[b] ?? 0) / (mass[b] ?? 1)));
      for (; at < (end[b] ?? 0); at++) {
        const element = items[at] ?? 0;
        offset += (reach[element] ?? 0) - slack / 2;
        x[element] = value + offset;
        offset += (reach[element] ?? 0) - slack / 2;
      }
    }
  }
}
