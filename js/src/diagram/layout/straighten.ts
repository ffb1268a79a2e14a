/** Small moves at the end that make lines straight. Pure. */
import type { Net } from "./net";
import type { Order } from "./order";

/** To run straight a lane may come so much nearer to its neighbours. */
const CLOSER = 6;
/** A node moves so far to stand right above or below a neighbour. */
const FARTHEST = 40;

/** Between which places an element can stand, as its row is. */
class Free {
  low = 0;
  high = 0;
  private readonly place: Int32Array;

  constructor(
    private readonly net: Net,
    private readonly order: Order,
    private readonly x: Float64Array,
  ) {
    this.place = new Int32Array(net.total);
    for (let i = 0; i < net.total; i++) this.place[order.items[i] ?? 0] = i;
  }

  look(element: number, closer: number): void {
    const { items, start } = this.order;
    const { reach, row } = this.net;
    const at = this.place[element] ?? 0;
    const r = row[element] ?? 0;
    const own = (reach[element] ?? 0) - closer;
    this.low = Number.NEGATIVE_INFINITY;
    this.high = Number.POSITIVE_INFINITY;
    if (at > (start[r] ?? 0)) {
      const left = items[at - 1] ?? 0;
      this.low = (this.x[left] ?? 0) + (reach[left] ?? 0) + own;
    }
    if (at + 1 < (start[r + 1] ?? 0)) {
      const right = items[at + 1] ?? 0;
      this.high = (this.x[right] ?? 0) - (reach[right] ?? 0) - own;
    }
  }
}

/** Lanes of one chain get one place as far as their neighbours leave room for it. */
export function straightenLanes(net: Net, order: Order, x: Float64Array): void {
  const { total, nodes, upper, lower } = net;
  const free = new Free(net, order, x);
  const next = new Int32Array(total).fill(-1);
  const isNext = new Uint8Array(total);
  for (let s = 0; s < net.segments; s++) {
    const [a, b] = [upper[s] ?? 0, lower[s] ?? 0];
    if (a < nodes || b < nodes) continue;
    next[a] = b;
    isNext[b] = 1;
  }
  for (let first = nodes; first < total; first++) {
    if (isNext[first]) continue;
    for (let from = first; from >= 0; ) {
      let [low, high, sum, size] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
      let to = from;
      while (to >= 0) {
        free.look(to, CLOSER);
        if (size > 0 && Math.max(low, free.low) > Math.min(high, free.high)) break;
        low = Math.max(low, free.low);
        high = Math.min(high, free.high);
        sum += x[to] ?? 0;
        size++;
        to = next[to] ?? -1;
      }
      const value = Math.min(high, Math.max(low, sum / size));
      for (let lane = from; lane !== to && lane >= 0; lane = next[lane] ?? -1) x[lane] = value;
      from = to;
    }
  }
}

/** Nodes that nearly stand above or below a neighbour do so, if there is room. */
export function straightenNodes(net: Net, order: Order, x: Float64Array): void {
  const { nodes, up, down, upper, lower, upperOffset, lowerOffset } = net;
  const free = new Free(net, order, x);
  for (let node = 0; node < nodes; node++) {
    const own = x[node] ?? 0;
    let nearest = Number.POSITIVE_INFINITY;
    const consider = (place: number): void => {
      if (Math.abs(place - own) < Math.abs(nearest - own)) nearest = place;
    };
    for (let at = up.start[node] ?? 0; at < (up.start[node + 1] ?? 0); at++) {
      const s = up.items[at] ?? 0;
      consider((x[upper[s] ?? 0] ?? 0) + (upperOffset[s] ?? 0) - (lowerOffset[s] ?? 0));
    }
    for (let at = down.start[node] ?? 0; at < (down.start[node + 1] ?? 0); at++) {
      const s = down.items[at] ?? 0;
      consider((x[lower[s] ?? 0] ?? 0) + (lowerOffset[s] ?? 0) - (upperOffset[s] ?? 0));
    }
    if (Math.abs(nearest - own) > FARTHEST) continue;
    free.look(node, 0);
    if (nearest >= free.low && nearest <= free.high) x[node] = nearest;
  }
}
