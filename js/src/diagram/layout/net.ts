/** Nodes and lanes of a block in rows, with the segments between neighbouring rows: what order and columns work on. Pure. */
import type { Block } from "./block";
import type { Lanes } from "./lanes";
import { type Lists, listsBy } from "./lists";
import { isPort, type Rows } from "./ranks";

const CARD_GAP = 28;
const LANE_GAP = 14;
const PORT_GAP = 20;

export interface Net {
  /** Elements up to here are nodes, the others lanes. */
  readonly nodes: number;
  readonly total: number;
  readonly row: Int32Array;
  readonly rowCount: number;
  /** The elements of a row keep at least the sum of their reaches between their middles. */
  readonly reach: Float64Array;
  /** What an element covers on either side of its middle. */
  readonly half: Float64Array;
  /** Segments between neighbouring rows: the upper and the lower end, each with its distance from the element's middle. */
  readonly segments: number;
  readonly upper: Int32Array;
  readonly lower: Int32Array;
  readonly upperOffset: Float64Array;
  readonly lowerOffset: Float64Array;
  /** Segments by their lower and by their upper end. */
  readonly up: Lists;
  readonly down: Lists;
  /** Lanes that turn round beside a node of their own row: right of their source, so that the turn is short. */
  readonly turns: Lists;
  readonly turnNode: readonly number[];
  readonly turnOffset: readonly number[];
}

export function makeNet(block: Block, rows: Rows, lanes: Lanes): Net {
  const nodes = block.count;
  const total = nodes + lanes.count;
  const row = new Int32Array(total);
  row.set(rows.row);
  row.set(lanes.row, nodes);
  const reach = new Float64Array(total).fill(LANE_GAP / 2);
  const half = new Float64Array(total).fill(LANE_GAP / 4);
  for (let node = 0; node < nodes; node++) {
    if (isPort(block.pins[node])) reach[node] = PORT_GAP / 2;
    else {
      half[node] = (block.widths[node] ?? 0) / 2;
      reach[node] = ((block.widths[node] ?? 0) + CARD_GAP) / 2;
    }
  }
  const most = lanes.count + block.edges;
  const upper = new Int32Array(most);
  const lower = new Int32Array(most);
  const upperOffset = new Float64Array(most);
  const lowerOffset = new Float64Array(most);
  let segments = 0;
  const segment = (above: number, below: number, aboveOffset: number, belowOffset: number): void => {
    upper[segments] = above;
    lower[segments] = below;
    upperOffset[segments] = aboveOffset;
    lowerOffset[segments] = belowOffset;
    segments++;
  };
  const turnLane: number[] = [];
  const turnNode: number[] = [];
  const turnOffset: number[] = [];
  const turn = (lane: number, node: number, offset: number): void => {
    turnLane.push(lane);
    turnNode.push(node);
    turnOffset.push(offset);
  };
  for (const trunk of lanes.trunks) {
    const first = nodes + trunk.first;
    if (trunk.step > 0) segment(trunk.source, first, trunk.offset, 0);
    else turn(first, trunk.source, (half[trunk.source] ?? 0) + LANE_GAP);
    for (let i = 1; i < trunk.length; i++) {
      if (trunk.step > 0) segment(first + i - 1, first + i, 0, 0);
      else segment(first + i, first + i - 1, 0, 0);
    }
  }
  for (let edge = 0; edge < block.edges; edge++) {
    const trunk = lanes.trunks[lanes.trunkOf[edge] ?? -1];
    const to = block.to[edge] ?? 0;
    const offset = block.toOffset[edge] ?? 0;
    if (!trunk) segment(block.from[edge] ?? 0, to, block.fromOffset[edge] ?? 0, offset);
    else {
      const last = nodes + trunk.first + (lanes.length[edge] ?? 1) - 1;
      if (trunk.step > 0) segment(last, to, 0, offset);
      else if ((lanes.length[edge] ?? 1) > 1) turn(last, to, offset);
    }
  }
  return {
    nodes,
    total,
    row,
    rowCount: rows.count,
    reach,
    half,
    segments,
    upper,
    lower,
    upperOffset,
    lowerOffset,
    up: listsBy(total, lower, segments),
    down: listsBy(total, upper, segments),
    turns: listsBy(total, turnLane, turnLane.length),
    turnNode,
    turnOffset,
  };
}

/** Adds up where the neighbours of an element are; weights make lanes of one chain hold together. */
export class Pull {
  sum = 0;
  weight = 0;

  constructor(
    private readonly net: Net,
    private readonly x: Float64Array,
    private readonly chain: number,
  ) {}

  clear(): void {
    this.sum = 0;
    this.weight = 0;
  }

  only(x: number): void {
    this.sum = x;
    this.weight = 1;
  }

  above(element: number): void {
    const { up, upper, upperOffset, lowerOffset, nodes } = this.net;
    for (let at = up.start[element] ?? 0; at < (up.start[element + 1] ?? 0); at++) {
      const segment = up.items[at] ?? 0;
      const other = upper[segment] ?? 0;
      const weight = element >= nodes && other >= nodes ? this.chain : 1;
      this.sum += weight * ((this.x[other] ?? 0) + (upperOffset[segment] ?? 0) - (lowerOffset[segment] ?? 0));
      this.weight += weight;
    }
  }

  below(element: number): void {
    const { down, lower, upperOffset, lowerOffset, nodes } = this.net;
    for (let at = down.start[element] ?? 0; at < (down.start[element + 1] ?? 0); at++) {
      const segment = down.items[at] ?? 0;
      const other = lower[segment] ?? 0;
      const weight = element >= nodes && other >= nodes ? this.chain : 1;
      this.sum += weight * ((this.x[other] ?? 0) + (lowerOffset[segment] ?? 0) - (upperOffset[segment] ?? 0));
      this.weight += weight;
    }
  }

  beside(element: number): void {
    const { turns, turnNode, turnOffset } = this.net;
    for (let at = turns.start[element] ?? 0; at < (turns.start[element + 1] ?? 0); at++) {
      const turn = turns.items[at] ?? 0;
      this.sum += (this.x[turnNode[turn] ?? 0] ?? 0) + (turnOffset[turn] ?? 0);
      this.weight += 1;
    }
  }
}
