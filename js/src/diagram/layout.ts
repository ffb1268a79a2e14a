/**
 * Scenes to places: every frame is laid out by itself from the inside out; an edge that leaves or enters a frame goes
 * through a port on its border, which is a node in the first or last layer of the frame. Pure.
 */
import type { Key } from "../protocol/types";
import { centres } from "./coordinates";
import type { Point, Rect } from "./diagram";
import { type LocalEdge, type LocalNode, layer } from "./layers";
import { type Box, HEADER, type Layout, PADDING, type Scene } from "./scene-types";

const LAYER_GAP = 56;
const NODE_GAP = 28;
const LANE_WIDTH = 12;
const LONER_GAP = 20;
const SPREAD = 16;
const EMPTY_FRAME = { width: 240, height: 120 };
const TALLEST = 2.2;

interface Piece {
  readonly edge: string;
  /** Place of the piece on the way from source to target. */
  readonly step: number;
  readonly from: string;
  readonly to: string;
  /** Where the edge goes on inside of `from` and `to`, if they are frames: through the port of this child. */
  readonly fromInner: Key | null;
  readonly toInner: Key | null;
}

interface Local {
  readonly width: number;
  readonly height: number;
  readonly rects: ReadonlyMap<Key, Rect>;
  /** By edge and step: points within the frame. */
  readonly paths: ReadonlyMap<string, readonly Point[]>;
  /** Places of the border ports along the x axis. */
  readonly ports: ReadonlyMap<string, number>;
}

export function layoutScene(scene: Scene, placed: ReadonlyMap<Key, Point>, previous: Layout | null): Layout {
  const pieces = split(scene);
  const locals = new Map<Key, Local>();
  const size = new Map<Key, { width: number; height: number }>();
  const build = (key: Key): void => {
    const box = scene.boxes.get(key);
    if (!box) return;
    if (box.kind !== "frame") {
      size.set(key, box);
      return;
    }
    box.children.forEach(build);
    const local = arrange(scene, box, pieces.get(key) ?? [], size, locals, placed, previous);
    locals.set(key, local);
    size.set(key, local);
  };
  build(scene.root);

  const rects = new Map<Key, Rect>();
  const steps = new Map<string, Map<number, readonly Point[]>>();
  const put = (key: Key, x: number, y: number): void => {
    const box = size.get(key);
    if (!box) return;
    rects.set(key, { x, y, width: box.width, height: box.height });
    const local = locals.get(key);
    if (!local) return;
    for (const [name, points] of local.paths) {
      const cut = name.lastIndexOf("#");
      const edge = name.slice(0, cut);
      const of = steps.get(edge) ?? new Map<number, readonly Point[]>();
      of.set(
        Number(name.slice(cut + 1)),
        points.map((point) => ({ x: point.x + x, y: point.y + y })),
      );
      steps.set(edge, of);
    }
    for (const [child, rect] of local.rects) put(child, x + rect.x, y + rect.y);
  };
  put(scene.root, 0, 0);
  const routes = new Map<string, readonly Point[]>();
  for (const [edge, parts] of steps) {
    const points = [...parts.entries()].sort((a, b) => a[0] - b[0]).flatMap((part) => part[1]);
    routes.set(edge, smooth(points));
  }
  return { rects, routes, bounds: rects.get(scene.root) ?? { x: 0, y: 0, ...EMPTY_FRAME } };
}

/** Cuts every edge at the borders it crosses: frame to the pieces in it. */
function split(scene: Scene): Map<Key, Piece[]> {
  const pieces = new Map<Key, Piece[]>();
  const chain = (key: Key): Key[] => {
    const out = [key];
    for (let at = scene.boxes.get(key)?.parent ?? null; at; at = scene.boxes.get(at)?.parent ?? null) out.push(at);
    return out;
  };
  const add = (frame: Key, piece: Piece): void => {
    const list = pieces.get(frame);
    if (list) list.push(piece);
    else pieces.set(frame, [piece]);
  };
  for (const edge of scene.edges) {
    const up = chain(edge.source);
    const down = chain(edge.target);
    while (up.length && down.length && up[up.length - 1] === down[down.length - 1]) {
      up.pop();
      down.pop();
    }
    const [top, bottom] = [up[up.length - 1], down[down.length - 1]];
    if (!top || !bottom) continue;
    const common = scene.boxes.get(top)?.parent;
    if (!common) continue;
    let step = 0;
    for (let i = 1; i < up.length; i++) {
      const frame = up[i];
      const child = up[i - 1];
      if (frame && child)
        add(frame, {
          edge: edge.id,
          step: step++,
          from: child,
          to: `out ${child}`,
          fromInner: up[i - 2] ?? null,
          toInner: null,
        });
    }
    add(common, {
      edge: edge.id,
      step: step++,
      from: top,
      to: bottom,
      fromInner: up[up.length - 2] ?? null,
      toInner: down[down.length - 2] ?? null,
    });
    for (let i = down.length - 1; i > 0; i--) {
      const frame = down[i];
      const child = down[i - 1];
      if (frame && child)
        add(frame, {
          edge: edge.id,
          step: step++,
          from: `in ${child}`,
          to: child,
          fromInner: null,
          toInner: down[i - 2] ?? null,
        });
    }
  }
  return pieces;
}

function arrange(
  scene: Scene,
  box: Box,
  pieces: readonly Piece[],
  size: ReadonlyMap<Key, { width: number; height: number }>,
  locals: ReadonlyMap<Key, Local>,
  placed: ReadonlyMap<Key, Point>,
  previous: Layout | null,
): Local {
  if (box.children.length === 0) return { ...EMPTY_FRAME, rects: new Map(), paths: new Map(), ports: new Map() };
  const linked = new Set(pieces.flatMap((piece) => [piece.from, piece.to]));
  const free = box.children.filter((key) => !placed.has(key));
  const rows = free.filter((key) => linked.has(key));
  const loners = free.filter((key) => !linked.has(key));
  const ports = [...linked].filter((id) => !scene.boxes.has(id));
  const nodes: LocalNode[] = [
    ...rows.map(
      (id): LocalNode => ({ id, width: size.get(id)?.width ?? 0, height: size.get(id)?.height ?? 0, pin: null }),
    ),
    ...ports.map(
      (id): LocalNode => ({ id, width: LANE_WIDTH, height: 0, pin: id.startsWith("in ") ? "top" : "bottom" }),
    ),
  ];
  const index = new Map(nodes.map((node, i) => [node.id, i]));
  const edges: LocalEdge[] = [];
  const edgeAt = new Map<string, number>();
  for (const piece of pieces) {
    const from = index.get(piece.from);
    const to = index.get(piece.to);
    const name = `${piece.from}>${piece.to}`;
    if (from === undefined || to === undefined || edgeAt.has(name)) continue;
    edgeAt.set(name, edges.length);
    edges.push({ from, to });
  }
  const before = nodes.map((node, i) => previous?.rects.get(node.id)?.x ?? i * 1e-3);
  const layered = layer(nodes, edges, before);
  const width = (node: number): number => (node < nodes.length ? (nodes[node]?.width ?? 0) : LANE_WIDTH);
  const x = centres(layered, width, NODE_GAP);
  const rects = new Map<Key, Rect>();
  const level = new Int32Array(layered.total);
  layered.layers.forEach((inside, k) => {
    for (const node of inside) level[node] = k;
  });
  const tops: number[] = [];
  const heights: number[] = [];
  let y = HEADER + PADDING;
  layered.layers.forEach((inside, k) => {
    const height = Math.max(0, ...inside.map((node) => nodes[node]?.height ?? 0));
    const port = inside.every((node) => node < nodes.length && nodes[node]?.pin !== null);
    tops[k] = port && k === 0 ? 0 : y;
    heights[k] = height;
    for (const node of inside) {
      const local = nodes[node];
      if (local && local.pin === null) {
        rects.set(local.id, {
          x: (x[node] ?? 0) - local.width / 2 + PADDING,
          y,
          width: local.width,
          height: local.height,
        });
      }
    }
    if (!(port && k === 0)) y += height + LAYER_GAP;
  });
  let right = PADDING + Math.max(0, ...[...layered.layers.flat()].map((node) => (x[node] ?? 0) + width(node) / 2));
  let bottom = Math.max(HEADER + PADDING, ...[...rects.values()].map((rect) => rect.y + rect.height));
  ({ right, bottom } = grid(loners, size, rects, rows.length ? right + NODE_GAP : PADDING, bottom));
  for (const key of box.children) {
    const at = placed.get(key);
    const own = size.get(key);
    if (!at || !own) continue;
    const rect = {
      x: Math.max(0, at.x) + PADDING,
      y: Math.max(0, at.y) + HEADER + PADDING,
      width: own.width,
      height: own.height,
    };
    rects.set(key, rect);
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  const moved = makeRoom(box.children, placed, rects);
  for (const rect of rects.values()) {
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  const hasOut = ports.some((id) => id.startsWith("out "));
  const total = {
    width: Math.max(EMPTY_FRAME.width, right + PADDING),
    height: bottom + PADDING + (hasOut ? LAYER_GAP / 2 : 0),
  };

  const paths = new Map<string, readonly Point[]>();
  const ends = spread(pieces, rects, x, index);
  for (const piece of pieces) {
    const name = `${piece.from}>${piece.to}`;
    const at = edgeAt.get(name);
    const start = end(piece.from, piece, "from", rects, x, index, ends, total.height, locals);
    const stop = end(piece.to, piece, "to", rects, x, index, ends, total.height, locals);
    const lanes: Point[] = [];
    if (at !== undefined && !moved) {
      const chain = layered.chains[at] ?? [];
      for (const node of chain) {
        if (node < nodes.length) continue;
        const k = level[node] ?? 0;
        const lane = (x[node] ?? 0) + PADDING;
        const [first, second] = [
          { x: lane, y: tops[k] ?? 0 },
          { x: lane, y: (tops[k] ?? 0) + (heights[k] ?? 0) },
        ];
        if (chain.indexOf(index.get(piece.from) ?? -1) === 0) lanes.push(first, second);
        else lanes.push(second, first);
      }
      if (chain[0] !== index.get(piece.from)) lanes.sort((a, b) => b.y - a.y);
    }
    paths.set(`${piece.edge}#${piece.step}`, [start, ...lanes, stop]);
  }
  const portPlaces = new Map(ports.map((id) => [id, (x[index.get(id) ?? 0] ?? 0) + PADDING]));
  return { ...total, rects, paths, ports: portPlaces };
}

/** Nodes without edges stand in a grid at the side, or in rows of pleasant width where they are alone. */
function grid(
  keys: readonly Key[],
  size: ReadonlyMap<Key, { width: number; height: number }>,
  rects: Map<Key, Rect>,
  left: number,
  bottom: number,
): { right: number; bottom: number } {
  const top = HEADER + PADDING;
  const area = keys.reduce((sum, key) => {
    const own = size.get(key);
    return sum + ((own?.width ?? 0) + LONER_GAP) * ((own?.height ?? 0) + LONER_GAP);
  }, 0);
  const limit = Math.max(bottom, top + Math.sqrt(area / TALLEST) * (rects.size ? TALLEST : 1));
  let x = left;
  let y = top;
  let column = 0;
  let right = rects.size ? left - NODE_GAP : 0;
  for (const key of keys) {
    const own = size.get(key);
    if (!own) continue;
    if (y > top && y + own.height > limit) {
      x += column + LONER_GAP;
      y = top;
      column = 0;
    }
    rects.set(key, { x, y, width: own.width, height: own.height });
    y += own.height + LONER_GAP;
    column = Math.max(column, own.width);
    right = Math.max(right, x + own.width);
    bottom = Math.max(bottom, y - LONER_GAP);
  }
  return { right, bottom };
}

/** What someone placed stays; what it covers moves down until nothing overlaps. Says whether anything is placed. */
function makeRoom(keys: readonly Key[], placed: ReadonlyMap<Key, Point>, rects: Map<Key, Rect>): boolean {
  const fixed = keys.filter((key) => placed.has(key));
  if (!fixed.length) return false;
  const done = fixed.flatMap((key) => rects.get(key) ?? []);
  const rest = keys.filter((key) => !placed.has(key)).sort((a, b) => (rects.get(a)?.y ?? 0) - (rects.get(b)?.y ?? 0));
  for (const key of rest) {
    let rect = rects.get(key);
    if (!rect) continue;
    for (;;) {
      const here: Rect = rect;
      const hit = done.find((other) => overlaps(here, other));
      if (!hit) break;
      rect = { ...here, y: hit.y + hit.height + LONER_GAP };
    }
    rects.set(key, rect);
    done.push(rect);
  }
  return true;
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Edge ends side by side along a card, in the order of their other ends. */
function spread(
  pieces: readonly Piece[],
  rects: ReadonlyMap<Key, Rect>,
  x: Float64Array,
  index: ReadonlyMap<string, number>,
): Map<string, number> {
  const middle = (id: string): number => {
    const rect = rects.get(id);
    return rect ? rect.x + rect.width / 2 : (x[index.get(id) ?? 0] ?? 0) + PADDING;
  };
  const groups = new Map<string, { name: string; other: number }[]>();
  for (const piece of pieces) {
    for (const [side, id, other] of [
      ["from", piece.from, piece.to],
      ["to", piece.to, piece.from],
    ] as const) {
      const group = `${side} ${id}`;
      const name = `${piece.edge}#${piece.step} ${side}`;
      const list = groups.get(group);
      if (list) list.push({ name, other: middle(other) });
      else groups.set(group, [{ name, other: middle(other) }]);
    }
  }
  const offsets = new Map<string, number>();
  for (const [group, list] of groups) {
    const rect = rects.get(group.slice(group.indexOf(" ") + 1));
    const step = Math.min(SPREAD, ((rect?.width ?? 0) - 40) / Math.max(1, list.length));
    list.sort((a, b) => a.other - b.other);
    list.forEach((each, i) => {
      offsets.set(each.name, rect ? (i - (list.length - 1) / 2) * Math.max(0, step) : 0);
    });
  }
  return offsets;
}

function end(
  id: string,
  piece: Piece,
  side: "from" | "to",
  rects: ReadonlyMap<Key, Rect>,
  x: Float64Array,
  index: ReadonlyMap<string, number>,
  ends: ReadonlyMap<string, number>,
  height: number,
  locals: ReadonlyMap<Key, Local>,
): Point {
  const rect = rects.get(id);
  const offset = ends.get(`${piece.edge}#${piece.step} ${side}`) ?? 0;
  const inner = side === "from" ? piece.fromInner : piece.toInner;
  const port = locals.get(id)?.ports.get(`${side === "from" ? "out" : "in"} ${inner}`);
  if (rect && port !== undefined) return { x: rect.x + port, y: side === "from" ? rect.y + rect.height : rect.y };
  if (rect) return { x: rect.x + rect.width / 2 + offset, y: side === "from" ? rect.y + rect.height : rect.y };
  const at = index.get(id);
  return { x: (at === undefined ? 0 : (x[at] ?? 0)) + PADDING, y: side === "from" ? 0 : height };
}

/** Points to a chain of cubic curves that leave and arrive vertically. */
function smooth(points: readonly Point[]): Point[] {
  const first = points[0];
  if (!first) return [];
  const out: Point[] = [first];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    if (!a || !b || (a.x === b.x && a.y === b.y)) continue;
    const reach = Math.max(12, Math.abs(b.y - a.y) / 2);
    const straight = Math.abs(a.x - b.x) < 0.5;
    const bend = straight ? (b.y - a.y) / 3 : b.y >= a.y ? Math.min(reach, Math.abs(b.y - a.y)) : -reach;
    out.push({ x: a.x, y: a.y + bend }, { x: b.x, y: b.y - bend }, b);
  }
  return out;
}
