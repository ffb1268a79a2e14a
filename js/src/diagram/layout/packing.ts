/** Blocks beside each other: on shelves at first, and where they were when a frame is laid out again. Pure. */
import type { Rect } from "../diagram";

const GAP = 28;
/** Between parts one below the other: more than cards keep, so that they are seen to be apart. */
const PART_GAP = 48;
const BEST_ASPECT = 1.5;

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Shelves extends Size {
  readonly x: number[];
  readonly y: number[];
}

/** How far the longer side sticks out of a frame of pleasant shape. */
export function badness({ width, height }: Size, best = BEST_ASPECT): number {
  return Math.max(width / best, height);
}

/**
 * Corners for all: `main` (if any) comes first, components stand on shelves beside or below it, loners in a grid beside or
 * below these; nothing is below `main` if edges leave it there. `around` is what the frame adds to both sides.
 */
export function pack(
  main: Size | null,
  components: readonly Size[],
  loners: readonly Size[],
  around: Size,
  leaves: boolean,
): Rect[] {
  let best: Rect[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const middle of candidates(components, PART_GAP)) {
    for (const side of candidates(loners, GAP)) {
      for (const lonersBelow of [false, true]) {
        const others = joined(middle, side, lonersBelow);
        for (const othersBelow of leaves ? [false] : [false, true]) {
          const all = joined(main ?? NOTHING, others, othersBelow);
          const size = { width: all.width + around.width, height: all.height + around.height };
          // Of equal shapes the smaller one.
          const cost = badness(size) + (size.width + size.height) / 100;
          if (cost >= least) continue;
          least = cost;
          const [left, top] = [all.x + others.x, all.y + others.y];
          best = [
            ...(main ? [{ x: 0, y: 0, ...main }] : []),
            ...components.map((size, i) => corner(middle, i, all.x, all.y, size)),
            ...loners.map((size, i) => corner(side, i, left, top, size)),
          ];
        }
      }
    }
  }
  return best;
}

const NOTHING: Size = { width: 0, height: 0 };

/** The room of two things, and where the second begins. */
function joined(first: Size, second: Size, below: boolean): Rect {
  if (!first.width) return { x: 0, y: 0, width: second.width, height: second.height };
  if (!second.width) return { x: 0, y: 0, width: first.width, height: first.height };
  const [x, y] = below ? [0, first.height + PART_GAP] : [first.width + GAP, 0];
  return { x, y, width: Math.max(first.width, x + second.width), height: Math.max(first.height, y + second.height) };
}

function corner(shelves: Shelves, i: number, left: number, top: number, { width, height }: Size): Rect {
  return { x: left + (shelves.x[i] ?? 0), y: top + (shelves.y[i] ?? 0), width, height };
}

function candidates(items: readonly Size[], apart: number): Shelves[] {
  if (items.length < 2) return [shelve(items, 0, apart)];
  const widest = Math.max(...items.map((item) => item.width));
  const tried: Shelves[] = [];
  for (let columns = 1; columns <= items.length; columns += Math.ceil(columns / 4)) {
    const shelves = shelve(items, columns * (widest + GAP) - GAP, apart);
    tried.push(shelves);
    // Wider ones only get worse.
    if (shelves.width > BEST_ASPECT * 2 * shelves.height) break;
  }
  return tried;
}

/** Higher ones first; a low one stands under the one before where there is room. */
function shelve(items: readonly Size[], limit: number, apart: number): Shelves {
  const x: number[] = [];
  const y: number[] = [];
  const order = [...items.keys()].sort((a, b) => (items[b]?.height ?? 0) - (items[a]?.height ?? 0) || a - b);
  let [top, shelf, left, column, below, width] = [0, 0, 0, 0, 0, 0];
  for (const i of order) {
    const item = items[i] ?? { width: 0, height: 0 };
    if (column > 0 && below + item.height <= top + shelf && item.width <= column) {
      x[i] = left;
      y[i] = below;
      below += item.height + apart;
      continue;
    }
    if (column > 0 && left + column + GAP + item.width <= limit) left += column + GAP;
    else if (column > 0) {
      top += shelf + apart;
      left = 0;
      shelf = 0;
    }
    if (shelf === 0) shelf = item.height;
    column = item.width;
    x[i] = left;
    y[i] = top;
    below = top + item.height + apart;
    width = Math.max(width, left + item.width);
  }
  return { x, y, width, height: top + shelf };
}

/** Rects that were there keep their places unless something covers them; then they move right or down as little as needed. */
export function settle(rects: readonly Rect[], isOld: readonly boolean[], fixed: readonly Rect[]): Rect[] {
  const done: Rect[] = [...fixed];
  const result: Rect[] = [...rects];
  const order = [...rects.keys()].sort(
    (a, b) =>
      Number(isOld[b] ?? false) - Number(isOld[a] ?? false) ||
      (rects[a]?.y ?? 0) - (rects[b]?.y ?? 0) ||
      (rects[a]?.x ?? 0) - (rects[b]?.x ?? 0),
  );
  for (const i of order) {
    const rect = rects[i];
    if (!rect) continue;
    const place = isOld[i] ? push(rect, done) : freePlace(rect, done);
    result[i] = place;
    done.push(place);
  }
  return result;
}

function push(start: Rect, done: readonly Rect[]): Rect {
  let rect = start;
  for (;;) {
    const here = rect;
    const hit = done.find((other) => tooNear(here, other));
    if (!hit) return rect;
    const right = hit.x + hit.width + GAP - rect.x;
    const down = hit.y + hit.height + GAP - rect.y;
    rect = right < down ? { ...rect, x: rect.x + right } : { ...rect, y: rect.y + down };
  }
}

/** Beside or below something that stands, where the whole grows least. */
function freePlace(rect: Rect, done: readonly Rect[]): Rect {
  let best = rect;
  let least = Number.POSITIVE_INFINITY;
  const right = Math.max(0, ...done.map((other) => other.x + other.width));
  const bottom = Math.max(
    0,
    ...done.filter((other) => Number.isFinite(other.height)).map((other) => other.y + other.height),
  );
  const left = Math.min(rect.x, ...done.map((other) => other.x));
  const top = Math.min(rect.y, ...done.map((other) => Math.max(0, other.y)));
  const corners = [{ x: left, y: top }];
  for (const other of done) {
    corners.push({ x: other.x + other.width + GAP, y: Math.max(top, other.y) });
    corners.push({ x: Math.max(left, other.x), y: other.y + other.height + GAP });
  }
  for (const { x, y } of corners) {
    const place = { ...rect, x, y };
    const size = { width: Math.max(right, x + rect.width), height: Math.max(bottom, y + rect.height) };
    const cost = badness(size) + (x + y) * 1e-3;
    if (cost >= least || done.some((other) => tooNear(place, other))) continue;
    least = cost;
    best = place;
  }
  return least < Number.POSITIVE_INFINITY ? best : push(rect, done);
}

/** Nearer than two rects that were packed ever are. */
function tooNear(a: Rect, b: Rect): boolean {
  const gap = 12;
  return (
    a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap
  );
}
