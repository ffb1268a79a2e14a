/**
 * Ways around cards that left their place in the rows, because someone put them elsewhere or they made room: the shortest
 * way with few corners along the tracks between the cards. Pure.
 */
import type { Rect } from "../diagram";
import { HEADER } from "../scene-types";
import type { Frame } from "./content";

const CLEARANCE = 14;
const CORNER = 12;
/** A corner costs as much as so many units of way. */
const BEND = 60;
const SPREAD = 16;
/** With more cards than this a detour would take too long, and a straight way is as good as any. */
const MOST_CARDS = 80;

/** A curve is looked at in so many places, and passes cards at this distance. */
const SAMPLES = 48;
const NEAR = 8;

type Laid = Omit<Frame, "ways">;

export function detoured(
  frame: Laid,
  shifted: ReadonlySet<number>,
  ways: readonly Float64Array[],
): readonly Float64Array[] {
  if (!shifted.size) return ways;
  const { strands, widths, heights } = frame.content;
  const cards: Rect[] = Array.from(widths, (width, i) => ({
    x: frame.x[i] ?? 0,
    y: frame.y[i] ?? 0,
    width,
    height: heights[i] ?? 0,
  }));
  const moved = [...shifted].flatMap((node) => cards[node] ?? []);
  const detours = ways.map((way, strand) => {
    const [from, to] = [strands[strand * 4] ?? 0, strands[strand * 4 + 1] ?? 0];
    return shifted.has(from) || shifted.has(to) || moved.some((card) => passes(way, card));
  });
  const ends = endPoints(frame, cards, detours);
  return ways.map((way, strand) => (detours[strand] ? wayAround(cards, ends, strand, frame) : way));
}

function passes(way: Float64Array, card: Rect): boolean {
  for (let i = 3; i < way.length; i += 3) {
    const [ax, ay, bx, by] = [way[i - 3] ?? 0, way[i - 2] ?? 0, way[i] ?? 0, way[i + 1] ?? 0];
    const apart =
      Math.max(ax, bx) <= card.x ||
      Math.min(ax, bx) >= card.x + card.width ||
      Math.max(ay, by) <= card.y ||
      Math.min(ay, by) >= card.y + card.height;
    if (!apart) return true;
  }
  return false;
}

interface Ends {
  readonly fromX: number[];
  readonly fromY: number[];
  readonly toX: number[];
  readonly toY: number[];
}

/** Ends of detours, side by side along each card in the order of their other ends. */
function endPoints(frame: Laid, cards: readonly Rect[], detours: readonly boolean[]): Ends {
  const { keys, strands, inner } = frame.content;
  const middle = (node: number): number => {
    const card = cards[node];
    return card ? card.x + card.width / 2 : (frame.ports[node - keys.length] ?? 0);
  };
  const ends: Ends = { fromX: [], fromY: [], toX: [], toY: [] };
  const sides = new Map<string, { strand: number; other: number; places: number[] }[]>();
  detours.forEach((needed, strand) => {
    if (!needed) return;
    const [from, to] = [strands[strand * 4] ?? 0, strands[strand * 4 + 1] ?? 0];
    const [fromPort, toPort] = [strands[strand * 4 + 2] ?? -1, strands[strand * 4 + 3] ?? -1];
    const [source, target] = [cards[from], cards[to]];
    const attach = (node: number, port: number): number =>
      port < 0 ? middle(node) : (frame.x[node] ?? 0) + (inner[node]?.ports[port] ?? 0);
    ends.fromX[strand] = attach(from, fromPort);
    ends.fromY[strand] = source ? source.y + source.height : 0;
    ends.toX[strand] = attach(to, toPort);
    ends.toY[strand] = target ? target.y : frame.height;
    const stand = (name: string, other: number, places: number[]): void => {
      const side = sides.get(name);
      if (side) side.push({ strand, other, places });
      else sides.set(name, [{ strand, other, places }]);
    };
    if (source && fromPort < 0) stand(`${from} below`, middle(to), ends.fromX);
    if (target && toPort < 0) stand(`${to} above`, middle(from), ends.toX);
  });
  for (const side of sides.values()) {
    side.sort((a, b) => a.other - b.other || a.strand - b.strand);
    side.forEach(({ strand, places }, i) => {
      places[strand] = (places[strand] ?? 0) + (i - (side.length - 1) / 2) * SPREAD;
    });
  }
  return ends;
}

function wayAround(cards: readonly Rect[], ends: Ends, strand: number, frame: Laid): Float64Array {
  const [fromX, fromY] = [ends.fromX[strand] ?? 0, ends.fromY[strand] ?? 0];
  const [toX, toY] = [ends.toX[strand] ?? 0, ends.toY[strand] ?? 0];
  if (isClear(cards, fromX, fromY, toX, toY)) return Float64Array.of(fromX, fromY, 1, toX, toY, 1);
  const start = fromY === 0 ? HEADER : fromY + gap(cards, fromX, fromY, 1);
  const stop = toY - gap(cards, toX, toY, -1);
  const corners = cards.length > MOST_CARDS ? null : search(cards, [fromX, start], [toX, stop], frame);
  if (!corners) return Float64Array.of(fromX, fromY, 1, toX, toY, 1);
  return rounded([fromX, fromY, ...corners, toX, toY]);
}

/** How far an end goes straight: less where the next card is near. */
function gap(cards: readonly Rect[], x: number, y: number, direction: 1 | -1): number {
  let least = CLEARANCE;
  for (const card of cards) {
    if (x < card.x - CLEARANCE || x > card.x + card.width + CLEARANCE) continue;
    const distance = direction > 0 ? card.y - y : y - card.y - card.height;
    if (distance > 0) least = Math.min(least, distance / 2);
  }
  return least;
}

/** Does the plain curve from one end down to the other pass no card? */
function isClear(cards: readonly Rect[], fromX: number, fromY: number, toX: number, toY: number): boolean {
  if (toY < fromY + CLEARANCE) return false;
  for (let i = 1; i < SAMPLES; i++) {
    const t = i / SAMPLES;
    // The curve that leaves and arrives straight down, with half of the height as its reach.
    const [across, down] = [t * t * (3 - 2 * t), t * (1.5 - t * (1.5 - t))];
    const [x, y] = [fromX + across * (toX - fromX), fromY + down * (toY - fromY)];
    const isHit = (c: Rect): boolean => x > c.x - NEAR && x < c.x + c.width + NEAR && y > c.y && y < c.y + c.height;
    if (cards.some(isHit)) return false;
  }
  return true;
}

/** Corners from start to stop as x, y, x, y...: the cheapest way on the grid of tracks. */
function search(
  cards: readonly Rect[],
  start: readonly number[],
  stop: readonly number[],
  frame: Laid,
): number[] | null {
  const [startX = 0, startY = 0] = start;
  const [stopX = 0, stopY = 0] = stop;
  const clamp = (value: number, most: number): number => Math.min(most - 6, Math.max(6, value));
  const xs = tracks(
    [startX, stopX],
    cards.flatMap((c) => [c.x - CLEARANCE, c.x + c.width + CLEARANCE]).map((x) => clamp(x, frame.width)),
  );
  const ys = tracks(
    [startY, stopY],
    cards.flatMap((c) => [c.y - CLEARANCE, c.y + c.height + CLEARANCE]).map((y) => clamp(y, frame.height)),
  );
  const columns = xs.length;
  const blocked = (ax: number, ay: number, bx: number, by: number): boolean =>
    cards.some(
      (c) =>
        Math.max(ax, bx) > c.x - 2 &&
        Math.min(ax, bx) < c.x + c.width + 2 &&
        Math.max(ay, by) > c.y - 2 &&
        Math.min(ay, by) < c.y + c.height + 2,
    );
  // A state is a crossing of tracks and the direction of arrival: 0 right, 1 left, 2 down, 3 up.
  const size = columns * ys.length * 4;
  const cost = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const came = new Int32Array(size).fill(-1);
  const first = (ys.indexOf(startY) * columns + xs.indexOf(startX)) * 4 + 2;
  const goal = ys.indexOf(stopY) * columns + xs.indexOf(stopX);
  let last = -1;
  cost[first] = 0;
  const queue = new Queue();
  queue.push(first, 0);
  for (let state = queue.pop(); state >= 0; state = queue.pop()) {
    const direction = state % 4;
    const at = (state - direction) / 4;
    // From here it goes down: not straight back.
    if (at === goal && direction !== 3) {
      last = state;
      break;
    }
    const [i, j] = [at % columns, Math.floor(at / columns)];
    for (let next = 0; next < 4; next++) {
      // Nobody turns back on the spot.
      if ((next ^ 1) === direction) continue;
      const [k, l] = [i + (next === 0 ? 1 : next === 1 ? -1 : 0), j + (next === 2 ? 1 : next === 3 ? -1 : 0)];
      const [ax, ay, bx, by] = [xs[i], ys[j], xs[k], ys[l]];
      if (ax === undefined || ay === undefined || bx === undefined || by === undefined) continue;
      const price = (cost[state] ?? 0) + Math.abs(bx - ax) + Math.abs(by - ay) + (next === direction ? 0 : BEND);
      const to = (l * columns + k) * 4 + next;
      if (price >= (cost[to] ?? 0) || blocked(ax, ay, bx, by)) continue;
      cost[to] = price;
      came[to] = state;
      queue.push(to, price);
    }
  }
  if (last < 0) return null;
  const corners: number[] = [];
  for (let state = last; state >= 0; state = came[state] ?? -1) {
    const at = Math.floor(state / 4);
    corners.unshift(xs[at % columns] ?? 0, ys[Math.floor(at / columns)] ?? 0);
  }
  return corners;
}

function tracks(needed: readonly number[], wished: readonly number[]): number[] {
  return [...new Set([...needed, ...wished])].sort((a, b) => a - b);
}

/** Points at both sides of each corner, with the direction there; the curve between them rounds it. */
function rounded(points: readonly number[]): Float64Array {
  const way: number[] = [points[0] ?? 0, points[1] ?? 0, 1];
  for (let i = 2; i + 3 < points.length; i += 2) {
    const [ax, ay, x, y, bx, by] = points.slice(i - 2, i + 4);
    if (
      ax === undefined ||
      ay === undefined ||
      x === undefined ||
      y === undefined ||
      bx === undefined ||
      by === undefined
    )
      continue;
    const into = heading(x - ax, y - ay);
    const out = heading(bx - x, by - y);
    if (into === out || into === 0 || out === 0) continue;
    const before = Math.min(CORNER, Math.hypot(x - ax, y - ay) / 2);
    const after = Math.min(CORNER, Math.hypot(bx - x, by - y) / 2);
    way.push(...along(x, y, into, -before), into, ...along(x, y, out, after), out);
  }
  way.push(points[points.length - 2] ?? 0, points[points.length - 1] ?? 0, 1);
  return Float64Array.from(way);
}

function heading(dx: number, dy: number): number {
  return dx !== 0 ? 2 * Math.sign(dx) : Math.sign(dy);
}

function along(x: number, y: number, direction: number, by: number): [number, number] {
  return Math.abs(direction) === 2 ? [x + (direction / 2) * by, y] : [x, y + direction * by];
}

/** States by cost, the cheapest first. */
class Queue {
  private readonly states: number[] = [];
  private readonly costs: number[] = [];

  push(state: number, cost: number): void {
    const { states, costs } = this;
    let at = states.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((costs[above] ?? 0) <= cost) break;
      states[at] = states[above] ?? 0;
      costs[at] = costs[above] ?? 0;
      at = above;
    }
    states[at] = state;
    costs[at] = cost;
  }

  /** -1 when nothing is left. */
  pop(): number {
    const { states, costs } = this;
    const top = states[0];
    const state = states.pop();
    const cost = costs.pop();
    if (top === undefined || state === undefined || cost === undefined) return -1;
    const size = states.length;
    if (!size) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      if (below + 1 < size && (costs[below + 1] ?? 0) < (costs[below] ?? 0)) below++;
      if ((costs[below] ?? 0) >= cost) break;
      states[at] = states[below] ?? 0;
      costs[at] = costs[below] ?? 0;
      at = below;
    }
    states[at] = state;
    costs[at] = cost;
    return top;
  }
}
