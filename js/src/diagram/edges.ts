/** Draws edges: a sheaf at a time where they all look alike, one by one where some are lit, faded or in the hand. */
import type { Key } from "../protocol/types";
import { lagText } from "./causes";
import { COUNTS, HEADS, SMALLEST_TEXT, TRUNKS } from "./detail";
import type { Picture } from "./picture";
import type { Edge, Scene } from "./scene-types";
import {
  bent,
  head,
  headsOf,
  type Line,
  lineOf,
  pathOf,
  type Sheaf,
  type Stroke,
  sheavesOf,
  trace,
  trunkOf,
} from "./sheaves";
import { meets } from "./sight";

const HEAD = 8;
const LEAST_HEAD = 6;
const FADED = 0.25;
const HANDLE = 4;

/** Draws the edges in view; gives back those with something to say, for `drawCounts`. */
export function drawEdges(context: CanvasRenderingContext2D, picture: Picture): readonly Stroke[] {
  const { scene, layout, sight, view, scale, theme } = picture;
  const lit = litEdges(picture);
  const held = heldEdges(picture);
  const size = headSize(scale);
  const bundles: Stroke[] = [];
  let handles: Stroke | null = null;

  const paint = (line: Line, curve: Path2D, heads: Path2D | null, bright: boolean, faded: boolean): void => {
    context.globalAlpha = faded ? FADED : 1;
    const colour = bright ? theme.brand : theme.edge;
    context.strokeStyle = colour;
    const width = Math.max(bright ? 2 : 1.4, (bright ? 1.6 : 0.95) / scale);
    context.lineWidth = line === "link" ? 3 * width : width;
    if (line === "lag") context.setLineDash([6, 4]);
    context.stroke(curve);
    context.setLineDash([]);
    if (line === "link") {
      context.strokeStyle = theme.ground;
      context.lineWidth = width;
      context.stroke(curve);
    } else if (heads && line !== "coupling") {
      context.fillStyle = colour;
      context.fill(heads);
    }
  };
  const cut = cutTargets(picture);
  const special = (edge: Edge): boolean => lit.has(edge.id) || held.has(edge.id);
  const odd = (edge: Edge): boolean => lit.has(edge.id) || cut.has(edge.target);

  const trunk = scale < TRUNKS && picture.input.matches === null;
  for (const { box } of sight.frames) {
    if (trunk) {
      paint("plain", trunkOf(scene, layout, box.key), null, false, false);
      continue;
    }
    for (const sheaf of sheavesOf(scene, layout, box.key)) {
      const inHand = held.size > 0 && sheaf.strokes.some((stroke) => held.has(stroke.edge.id));
      if (!meets(sheaf.bounds, view) && !inHand) continue;
      const mixed = inHand || (lit.size + cut.size > 0 && sheaf.strokes.some((stroke) => odd(stroke.edge)));
      const searching = picture.input.matches !== null;
      if (!mixed && !searching) {
        paint(
          sheaf.line,
          pathOf(sheaf, sheaf.strokes),
          size === null ? null : headsOf(sheaf, sheaf.strokes, size),
          false,
          false,
        );
      } else {
        for (const stroke of sheaf.strokes) if (!special(stroke.edge)) drawOne(stroke, false);
      }
      collect(sheaf);
    }
  }
  // What is lit lies on top.
  for (const { box } of sight.frames) {
    if (lit.size === 0 && held.size === 0) break;
    for (const sheaf of sheavesOf(scene, layout, box.key)) {
      for (const stroke of sheaf.strokes) if (special(stroke.edge)) drawOne(stroke, lit.has(stroke.edge.id));
    }
  }
  context.globalAlpha = 1;
  if (handles) drawHandles(context, handles, picture);
  return bundles;

  function drawOne(stroke: Stroke, bright: boolean): void {
    const ends = held.get(stroke.edge.id);
    const by = picture.shift?.by;
    const faded = fades(picture, stroke.edge);
    if (stroke.edge.id === (picture.pointed ?? picture.input.edge)) handles = stroke;
    if (!ends || !by) {
      if (!meets(stroke.bounds, view)) return;
      const heads = size === null ? null : headsOf(stroke, [stroke], size);
      paint(lineOf(stroke.edge), pathOf(stroke, [stroke]), heads, bright, faded);
      return;
    }
    const route = bent(stroke.route, by, ends.source, ends.target);
    const [curve, heads] = [new Path2D(), new Path2D()];
    trace(curve, route);
    if (size !== null) head(heads, route, size);
    paint(lineOf(stroke.edge), curve, heads, bright, faded);
  }

  function collect(sheaf: Sheaf): void {
    if (scale < COUNTS) return;
    for (const stroke of sheaf.strokes)
      if (stroke.edge.count > 1 || lagText(stroke.edge) !== null) bundles.push(stroke);
  }
}

/** In the scene's units, in steps: so that a zoom makes new heads only now and then. Null where heads are too small to tell. */
function headSize(scale: number): number | null {
  if (scale < HEADS) return null;
  return Math.max(HEAD, 2 ** (Math.ceil(4 * Math.log2(LEAST_HEAD / scale)) / 4));
}

/** What an intervention sets: the edges into it are cut, and fade. */
function cutTargets({ input }: Picture): ReadonlySet<Key> {
  return new Set(Object.keys(input.evidence).filter((key) => input.evidence[key]?.kind === "do"));
}

function fades({ input }: Picture, edge: Edge): boolean {
  if (input.evidence[edge.target]?.kind === "do") return true;
  return input.matches !== null && !(input.matches.has(edge.source) && input.matches.has(edge.target));
}

/** The edges of what is selected, and the one under the pointer. */
function litEdges({ scene, input, pointed }: Picture): ReadonlySet<string> {
  const lit = new Set<string>();
  if (pointed !== null) lit.add(pointed);
  if (input.edge) lit.add(input.edge);
  if (input.selection.size === 0) return lit;
  const ends = edgesByEnd(scene);
  for (const key of input.selection) for (const edge of ends.get(key) ?? []) lit.add(edge.id);
  return lit;
}

const byEnd = new WeakMap<readonly Edge[], ReadonlyMap<Key, readonly Edge[]>>();

/** The edges into and out of each box. */
export function edgesByEnd({ edges }: Scene): ReadonlyMap<Key, readonly Edge[]> {
  const known = byEnd.get(edges);
  if (known) return known;
  const found = new Map<Key, Edge[]>();
  for (const edge of edges) {
    for (const key of [edge.source, edge.target]) {
      const list = found.get(key);
      if (list) list.push(edge);
      else found.set(key, [edge]);
    }
  }
  byEnd.set(edges, found);
  return found;
}

const inHand = new WeakMap<ReadonlySet<Key>, ReadonlyMap<string, { source: boolean; target: boolean }>>();
const NOTHING: ReadonlyMap<string, { source: boolean; target: boolean }> = new Map();

/** The edges with an end on a node that is being dragged. */
function heldEdges({ scene, shift }: Picture): ReadonlyMap<string, { source: boolean; target: boolean }> {
  if (!shift) return NOTHING;
  const known = inHand.get(shift.keys);
  if (known) return known;
  const found = new Map<string, { source: boolean; target: boolean }>();
  const ends = edgesByEnd(scene);
  const visit = (key: Key): void => {
    for (const edge of ends.get(key) ?? []) {
      const before = found.get(edge.id) ?? { source: false, target: false };
      found.set(edge.id, {
        source: before.source || edge.source === key,
        target: before.target || edge.target === key,
      });
    }
    for (const child of scene.boxes.get(key)?.children ?? []) visit(child);
  };
  shift.keys.forEach(visit);
  inHand.set(shift.keys, found);
  return found;
}

/** The ends that can be taken and put on another node. */
function drawHandles(
  context: CanvasRenderingContext2D,
  { route }: Stroke,
  { theme, scale, input, shift }: Picture,
): void {
  if (input.readonly || shift) return;
  context.fillStyle = theme.ground;
  context.strokeStyle = theme.brand;
  context.lineWidth = 1.5 / scale;
  for (const end of [route[0], route[route.length - 1]]) {
    if (!end) continue;
    context.beginPath();
    context.arc(end.x, end.y, HANDLE / scale, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** The least of a cubic Bezier's coordinate, near enough for a label. */
function topOf(a: number, b: number, c: number, d: number): number {
  const at = (t: number): number => (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
  return Math.min(...Array.from({ length: 17 }, (_, i) => at(i / 16)));
}

/** How many edges a bundle stands for; how many rows an edge goes back. */
export function drawCounts(context: CanvasRenderingContext2D, strokes: readonly Stroke[], picture: Picture): void {
  for (const stroke of strokes) drawCount(context, stroke, picture);
}

function drawCount(context: CanvasRenderingContext2D, { edge, route }: Stroke, { theme, scale }: Picture): void {
  const at = Math.min(route.length - 1, 3 * Math.max(1, Math.round((route.length - 1) / 6)));
  const [a, b, c, d] = [route[at - 3], route[at - 2], route[at - 1], route[at]];
  if (!a || !b || !c || !d) return;
  const middle = { x: (a.x + 3 * b.x + 3 * c.x + d.x) / 8, y: (a.y + 3 * b.y + 3 * c.y + d.y) / 8 };
  const text = lagText(edge) ?? `× ${edge.count}`;
  const size = Math.max(11, (SMALLEST_TEXT + 1) / scale);
  context.font = `600 ${size.toFixed(2)}px system-ui, sans-serif`;
  const [width, height] = [context.measureText(text).width + size, 1.5 * size];
  // A loop is as small as what it says, which stands above it.
  if (edge.source === edge.target) middle.y = topOf(a.y, b.y, c.y, d.y) - height / 2;
  context.beginPath();
  context.roundRect(middle.x - width / 2, middle.y - height / 2, width, height, height / 2);
  context.fillStyle = theme.ground;
  context.fill();
  context.lineWidth = 1 / scale;
  context.strokeStyle = theme.hairline;
  context.stroke();
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, middle.x, middle.y);
}
