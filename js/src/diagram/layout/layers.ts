/** One block in rows, from scratch or as it was: rows, lanes, order and columns put together. Pure. */
import type { Block } from "./block";
import { freshColumns, keptColumns, keptWishes } from "./columns";
import { foldedRows, room } from "./fold";
import { type Lanes, makeLanes } from "./lanes";
import { makeNet, type Net } from "./net";
import { freshOrder, orderBy } from "./order";
import { badness, type Size } from "./packing";
import { freshRows, isPort, keptRows, type Rows } from "./ranks";

/** Towers higher than this many widths are folded, and ribbons wider than this many heights. */
const TALLEST = 2;
const WIDEST = 2.2;
const BEST_ASPECT = 1.8;
/** So many widths are tried for folded rows, until the shape is that of a page. */
const FOLDS = 3;
const PLEASANT = { tallest: 0.7, widest: 2.2 };
const ROW_GAP = 48;
const GAP_STEP = 16;
const GAP_MOST = 104;
/** So many segments between two rows widen the gap by a step. */
const SEGMENTS_PER_STEP = 10;

export interface Layers {
  readonly block: Block;
  readonly rows: Rows;
  readonly lanes: Lanes;
  /** Middles of nodes, then of lanes. */
  readonly x: Float64Array;
  /** Top and bottom of each row; the first row of cards begins at 0. */
  readonly tops: Float64Array;
  readonly bottoms: Float64Array;
  readonly left: number;
  readonly right: number;
  height: number;
}

/** What was known of the nodes of a block; NaN and -1 where nothing was. */
export interface Before {
  readonly x: Float64Array;
  readonly row: Int32Array;
  readonly folded: boolean;
  /** Where the lane of this node, port, direction and old row was. */
  lane(node: number, port: number, step: number, row: number): number;
}

/** `around` is what the frame adds to both sides. */
export function freshLayers(block: Block, around: Size): Layers {
  const rows = freshRows(block);
  const sized = (width: number, height: number): Size => ({
    width: width + around.width,
    height: height + around.height,
  });
  const estimate = estimated(block, rows);
  let size = sized(estimate.width, estimate.height);
  let best: Layers | null = null;
  let least = Number.POSITIVE_INFINITY;
  const consider = (layers: Layers): void => {
    size = sized(layers.right, layers.height);
    // A shape that will not do is the last choice.
    const cost = badness(size, BEST_ASPECT) * (fits(size, TALLEST, WIDEST) ? 1 : 10);
    if (cost >= least) return;
    best = layers;
    least = cost;
  };
  if (fits(size, TALLEST, WIDEST)) {
    const layers = build(block, rows);
    consider(layers);
    if (fits(size, TALLEST, WIDEST)) return layers;
  }
  const isTower = size.width < size.height;
  const { area, widest } = room(block);
  let width = Math.max(widest + 1, Math.sqrt(area * BEST_ASPECT));
  for (let attempt = 0; attempt < FOLDS; attempt++) {
    consider(build(block, foldedRows(block, rows, width, isTower)));
    if (fits(size, PLEASANT.tallest, PLEASANT.widest)) break;
    width = Math.max(widest + 1, width * Math.sqrt((BEST_ASPECT * size.height) / size.width));
  }
  return best ?? build(block, rows);
}

function fits({ width, height }: Size, tallest: number, widest: number): boolean {
  return height <= tallest * width && width <= widest * height;
}

/** Old nodes stay where they were unless something needs their place. `left` is where the leftmost may begin. */
export function keptLayers(block: Block, before: Before, left: number): Layers {
  const rows = keptRows(block, before.row, before.folded);
  const lanes = makeLanes(block, rows);
  const net = makeNet(block, rows, lanes);
  const oldRow = new Int32Array(rows.count).fill(-1);
  for (let node = 0; node < block.count; node++) {
    if ((before.row[node] ?? -1) >= 0) oldRow[rows.row[node] ?? 0] = before.row[node] ?? -1;
  }
  const old = new Float64Array(net.total).fill(Number.NaN);
  for (let node = 0; node < block.count; node++) {
    const known = before.x[node] ?? Number.NaN;
    // In another row a node has other neighbours; it goes on standing near its old place.
    old[node] = known;
  }
  for (let lane = 0; lane < lanes.count; lane++) {
    const trunk = lanes.trunks[lanes.trunk[lane] ?? 0];
    const row = oldRow[lanes.row[lane] ?? 0] ?? -1;
    if (trunk && row >= 0) old[block.count + lane] = before.lane(trunk.source, trunk.port, trunk.step, row);
  }
  const wish = keptWishes(net, old);
  const order = orderBy(net, block, wish);
  return stack(
    block,
    rows,
    lanes,
    net,
    keptColumns(net, order, wish, (i) => !Number.isNaN(old[i] ?? 0), left),
  );
}

function build(block: Block, rows: Rows): Layers {
  const lanes = makeLanes(block, rows);
  const net = makeNet(block, rows, lanes);
  return stack(block, rows, lanes, net, freshColumns(net, freshOrder(net, block, rows.folded), block, rows.folded));
}

function stack(block: Block, rows: Rows, lanes: Lanes, net: Net, x: Float64Array): Layers {
  const tops = new Float64Array(rows.count);
  const bottoms = new Float64Array(rows.count);
  const tallest = new Float64Array(rows.count);
  const segments = new Int32Array(rows.count);
  const ports = new Uint8Array(rows.count);
  for (let node = 0; node < block.count; node++) {
    const row = rows.row[node] ?? 0;
    if (isPort(block.pins[node])) ports[row] = 1;
    else tallest[row] = Math.max(tallest[row] ?? 0, block.heights[node] ?? 0);
  }
  for (let s = 0; s < net.segments; s++) {
    const row = net.row[net.lower[s] ?? 0] ?? 0;
    segments[row] = (segments[row] ?? 0) + 1;
  }
  let y = 0;
  let height = 0;
  for (let row = 0; row < rows.count; row++) {
    if (ports[row]) {
      tops[row] = row === 0 ? 0 : height;
      bottoms[row] = tops[row] ?? 0;
      continue;
    }
    const cardsAbove = row > 0 && !ports[row - 1];
    if (cardsAbove) {
      const steps = Math.floor((segments[row] ?? 0) / SEGMENTS_PER_STEP);
      y = height + Math.min(GAP_MOST, ROW_GAP + steps * GAP_STEP);
    }
    tops[row] = y;
    height = y + (tallest[row] ?? 0);
    bottoms[row] = height;
  }
  let left = Number.POSITIVE_INFINITY;
  let right = 0;
  for (let i = 0; i < net.total; i++) {
    left = Math.min(left, (x[i] ?? 0) - (net.half[i] ?? 0));
    right = Math.max(right, (x[i] ?? 0) + (net.half[i] ?? 0));
  }
  return { block, rows, lanes, x, tops, bottoms, left, right, height };
}

/** Width and height of layers without building them. */
function estimated(block: Block, rows: Rows): { width: number; height: number } {
  const lanes = makeLanes(block, rows);
  const width = new Float64Array(rows.count);
  const tallest = new Float64Array(rows.count);
  for (let node = 0; node < block.count; node++) {
    const row = rows.row[node] ?? 0;
    width[row] = (width[row] ?? 0) + (block.widths[node] ?? 0) + 28;
    tallest[row] = Math.max(tallest[row] ?? 0, block.heights[node] ?? 0);
  }
  for (let lane = 0; lane < lanes.count; lane++) {
    const row = lanes.row[lane] ?? 0;
    width[row] = (width[row] ?? 0) + 14;
  }
  return {
    width: width.reduce((a, b) => Math.max(a, b), 0),
    height: tallest.reduce((a, b) => a + b + ROW_GAP, -ROW_GAP),
  };
}
