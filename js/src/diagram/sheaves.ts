/** Edges ready to be drawn: those of one frame in sheaves that lie close together, each with one remembered path. */
import type { Key } from "../protocol/types";
import type { Point, Rect } from "./diagram";
import type { Edge, Layout, Scene } from "./scene-types";

export interface Stroke {
  readonly edge: Edge;
  readonly route: readonly Point[];
  readonly bounds: Rect;
}

/** `link` is double, `lag` dashed, `coupling` without a head. */
export type Line = "plain" | "lag" | "link" | "coupling";

export interface Sheaf {
  readonly line: Line;
  readonly bounds: Rect;
  readonly strokes: readonly Stroke[];
}

const LINES: readonly Line[] = ["plain", "coupling", "lag", "link"];

/** Few enough to cull well, enough for one call to draw many. */
const LENGTH = 48;

const remembered = new WeakMap<Layout, Map<Key, readonly Sheaf[]>>();

/** The sheaves of one frame. They are made when they are first asked for: routes of frames out of sight are never needed. */
export function sheavesOf(scene: Scene, layout: Layout, frame: Key): readonly Sheaf[] {
  let known = remembered.get(layout);
  if (!known) {
    known = new Map();
    remembered.set(layout, known);
  }
  let sheaves = known.get(frame);
  if (sheaves) return sheaves;
  const lines: Record<Line, Stroke[]> = { plain: [], lag: [], link: [], coupling: [] };
  for (const edge of edgesByFrame(scene).get(frame) ?? []) {
    const route = layout.routes.get(edge.id);
    if (route && route.length >= 4) lines[lineOf(edge)].push({ edge, route, bounds: boundsOf(route) });
  }
  sheaves = LINES.flatMap((line) => cut(line, lines[line]));
  known.set(frame, sheaves);
  return sheaves;
}

const byFrame = new WeakMap<readonly Edge[], ReadonlyMap<Key, readonly Edge[]>>();

function edgesByFrame({ edges }: Scene): ReadonlyMap<Key, readonly Edge[]> {
  const known = byFrame.get(edges);
  if (known) return known;
  const found = new Map<Key, Edge[]>();
  for (const edge of edges) {
    const list = found.get(edge.frame);
    if (list) list.push(edge);
    else found.set(edge.frame, [edge]);
  }
  byFrame.set(edges, found);
  return found;
}

export function lineOf(edge: Edge): Line {
  if (edge.kind !== "parent") return edge.kind;
  return edge.lags.includes(0) ? "plain" : "lag";
}

function cut(line: Line, strokes: Stroke[]): Sheaf[] {
  if (strokes.length > LENGTH) strokes.sort((a, b) => a.bounds.y - b.bounds.y || a.bounds.x - b.bounds.x);
  const sheaves: Sheaf[] = [];
  for (let at = 0; at < strokes.length; at += LENGTH) {
    const some = strokes.slice(at, at + LENGTH);
    sheaves.push({ line, strokes: some, bounds: around(some.map((stroke) => stroke.bounds)) });
  }
  return sheaves;
}

const trunks = new WeakMap<Layout, Map<Key, Path2D>>();

/** The edges of a frame from afar: one straight line for all that run between the same two of its children. */
export function trunkOf(scene: Scene, layout: Layout, frame: Key): Path2D {
  let known = trunks.get(layout);
  if (!known) {
    known = new Map();
    trunks.set(layout, known);
  }
  let path = known.get(frame);
  if (path) return path;
  path = new Path2D();
  known.set(frame, path);
  const seen = new Set<string>();
  for (const { strokes } of sheavesOf(scene, layout, frame)) {
    for (const { edge, route } of strokes) {
      const pair = `${childOf(scene, frame, edge.source)}>${childOf(scene, frame, edge.target)}`;
      if (seen.has(pair)) continue;
      seen.add(pair);
      for (const [i, { x, y }] of route.entries()) {
        if (i === 0) path.moveTo(x, y);
        else if (i % 3 === 0) path.lineTo(x, y);
      }
    }
  }
  return path;
}

/** The child of a frame that a box is, or is in. */
function childOf(scene: Scene, frame: Key, key: Key): Key {
  let at = key;
  for (let box = scene.boxes.get(key); box?.parent && box.parent !== frame; box = scene.boxes.get(box.parent))
    at = box.parent;
  return at;
}

const paths = new WeakMap<object, Path2D>();

/** The curves of some strokes as one path. */
export function pathOf(key: Sheaf | Stroke, strokes: readonly Stroke[]): Path2D {
  let path = paths.get(key);
  if (!path) {
    path = new Path2D();
    for (const stroke of strokes) trace(path, stroke.route);
    paths.set(key, path);
  }
  return path;
}

export function trace(path: Path2D, route: readonly Point[]): void {
  const first = route[0];
  if (!first) return;
  path.moveTo(first.x, first.y);
  for (let i = 1; i + 2 < route.length; i += 3) {
    const [a, b, c] = [route[i], route[i + 1], route[i + 2]];
    if (a && b && c) path.bezierCurveTo(a.x, a.y, b.x, b.y, c.x, c.y);
  }
}

const heads = new WeakMap<object, { size: number; path: Path2D }>();

/** The arrowheads of some strokes as one path, remembered for one size. */
export function headsOf(key: Sheaf | Stroke, strokes: readonly Stroke[], size: number): Path2D {
  const known = heads.get(key);
  if (known?.size === size) return known.path;
  const path = new Path2D();
  for (const stroke of strokes) head(path, stroke.route, size);
  heads.set(key, { size, path });
  return path;
}

export function head(path: Path2D, route: readonly Point[], size: number): void {
  const [before, tip] = [route[route.length - 2], route[route.length - 1]];
  if (!before || !tip) return;
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const [dx, dy] = [((tip.x - before.x) / length) * size, ((tip.y - before.y) / length) * size];
  path.moveTo(tip.x, tip.y);
  path.lineTo(tip.x - dx - 0.45 * dy, tip.y - dy + 0.45 * dx);
  path.lineTo(tip.x - 0.72 * dx, tip.y - 0.72 * dy);
  path.lineTo(tip.x - dx + 0.45 * dy, tip.y - dy - 0.45 * dx);
  path.closePath();
}

/** The route with an end, or both, in the hand. */
export function bent(route: readonly Point[], by: Point, source: boolean, target: boolean): readonly Point[] {
  const last = route.length - 1;
  return route.map((point, i) => {
    const moves = (source && target) || (source && i < 2) || (target && i > last - 2);
    return moves ? { x: point.x + by.x, y: point.y + by.y } : point;
  });
}

function boundsOf(route: readonly Point[]): Rect {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -Infinity, -Infinity];
  for (const { x, y } of route) {
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  // Straight edges have no width, and heads stick out.
  return { x: left - 4, y: top - 4, width: right - left + 8, height: bottom - top + 8 };
}

/** The smallest rectangle around some. */
export function around(rects: readonly Rect[]): Rect {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -Infinity, -Infinity];
  for (const { x, y, width, height } of rects) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
