/** One frame: its blocks in rows, beside each other, with the ways of its strands. Pure. */
import type { Rect } from "../diagram";
import { HEADER, PADDING } from "../scene-types";
import { lowerOutputs, toBorders } from "./borders";
import { type Components, components, makeBlock } from "./components";
import { type Content, type Frame, type Part, sameContent } from "./content";
import { detoured } from "./detour";
import { type Before, freshLayers, keptLayers, type Layers } from "./layers";
import { type Memory, remember } from "./memory";
import { pack, settle } from "./packing";
import { makeRoom } from "./room";
import { EXIT_ROOM, strandPaths } from "./ways";

const SMALLEST = { width: 240, height: 120 };
const TOP = HEADER + PADDING;
/** Room above the cards in which edges turn away from their entries. */
const ENTRY_ROOM = 24;
/** A frame keeps its size until its contents need so little of it. */
const MUCH_TOO_LARGE = 0.6;
const COLUMN_GAP = 28;
/** Widths over heights: with these a frame is not laid out afresh, and with those it is only if that helps. */
const FINE = { least: 0.42, most: 2.4 };
const BEARABLE = { least: 0.4, most: 2.5 };

/** `before` is the frame as it was; what has not changed in it stays where it is. */
export function arrange(content: Content, before: Frame | null): Frame {
  if (before && sameContent(content, before.content)) return before;
  if (before?.content.keys.some((key) => content.keys.includes(key))) {
    const kept = place(content, before);
    if (hasShape(kept, FINE)) return kept;
    const fresh = place(content, null);
    // A shape that cannot be helped is no reason to move everything.
    return hasShape(fresh, BEARABLE) ? fresh : kept;
  }
  return place(content, null);
}

function hasShape({ width, height }: Frame, { least, most }: { least: number; most: number }): boolean {
  return width >= least * height && width <= most * height;
}

function hasExits({ ports, entries }: Content): boolean {
  return ports.length > entries;
}

interface Margins {
  readonly top: number;
  readonly bottom: number;
}

/** A part that is not placed yet. */
interface Loose {
  readonly nodes: readonly number[];
  readonly strands: readonly number[];
  readonly layers: Layers;
  /** Where its first row was; its places along the row are then those of the frame. Null for a new part. */
  readonly top: number | null;
}

function place(content: Content, before: Frame | null): Frame {
  const { keys, widths, heights, ports, entries } = content;
  const count = keys.length;
  const margins = { top: TOP + (entries ? ENTRY_ROOM : 0), bottom: PADDING + (hasExits(content) ? EXIT_ROOM : 0) };
  const found = components(content);
  const memory = before && remember(content, before);
  // What stands at the side of the first part counts for its shape: a column at least.
  const others = [...found.loners, ...(found.hasMain ? found.blocks.slice(1).flatMap((part) => part.nodes) : [])];
  const column = others.reduce((widest, node) => Math.max(widest, (widths[node] ?? 0) + COLUMN_GAP), 0);
  const loose = found.blocks.map(({ nodes, strands }, i) =>
    layOut(content, nodes, strands, memory, margins, i === 0 ? column : 0),
  );
  let corners = memory ? settled(content, found, loose, memory, margins) : packed(content, found, loose, margins);
  const beside = sideWidth(loose, corners);
  const [first] = found.blocks;
  if (!memory && found.hasMain && first && beside > column && isRibbon(corners, margins)) {
    loose[0] = layOut(content, first.nodes, first.strands, null, margins, beside);
    corners = packed(content, found, loose, margins);
  }

  if (loose[0]) lowerOutputs(content, loose[0].nodes, loose[0].layers, corners);

  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const portPlaces = new Float64Array(ports.length);
  let right = 0;
  let bottom = 0;
  const parts = loose.map(({ nodes, strands, layers }, i): Part => {
    const corner = corners[i];
    const part = { nodes, strands, layers, x: (corner?.x ?? 0) - layers.left, y: corner?.y ?? 0 };
    for (let k = 0; k < nodes.length; k++) {
      const node = nodes[k] ?? 0;
      const middle = part.x + (layers.x[k] ?? 0);
      if (node >= count) portPlaces[node - count] = middle;
      else {
        x[node] = middle - (widths[node] ?? 0) / 2;
        y[node] = part.y + (layers.tops[layers.rows.row[k] ?? 0] ?? 0);
      }
    }
    right = Math.max(right, part.x + layers.right);
    bottom = Math.max(bottom, part.y + layers.height);
    return part;
  });
  found.loners.forEach((node, i) => {
    const corner = corners[loose.length + i];
    x[node] = corner?.x ?? 0;
    y[node] = corner?.y ?? 0;
    right = Math.max(right, (x[node] ?? 0) + (widths[node] ?? 0));
    bottom = Math.max(bottom, (y[node] ?? 0) + (heights[node] ?? 0));
  });
  const shifted = makeRoom(content, x, y);
  for (const node of shifted) {
    right = Math.max(right, (x[node] ?? 0) + (widths[node] ?? 0));
    bottom = Math.max(bottom, (y[node] ?? 0) + (heights[node] ?? 0));
  }
  const size = grown(content, before, {
    width: Math.max(SMALLEST.width, right + PADDING),
    height: Math.max(SMALLEST.height, bottom + margins.bottom),
  });
  for (const part of parts) toBorders(content, part, x, portPlaces, size.width);
  return withWays({ content, ...size, x, y, ports: portPlaces, parts }, shifted);
}

/** A frame whose ways are worked out at most once. It holds on to nothing else, so that frames before it can go. */
function withWays(laid: Omit<Frame, "ways">, shifted: ReadonlySet<number>): Frame {
  let known: readonly Float64Array[] | null = null;
  return { ...laid, ways: () => (known ??= detoured(laid, shifted, waysOf(laid))) };
}

function waysOf({ parts, height }: Omit<Frame, "ways">): Float64Array[] {
  const ways: Float64Array[] = [];
  for (const part of parts) {
    strandPaths(part, height).forEach((path, edge) => {
      ways[part.strands[edge] ?? 0] = path;
    });
  }
  return ways;
}

/** How far the rest stands out to the right of the first part. */
function sideWidth(loose: readonly Loose[], corners: readonly Rect[]): number {
  const right = corners.reduce((most, rect) => Math.max(most, rect.x + rect.width), 0);
  const layers = loose[0]?.layers;
  return layers ? right - (corners[0]?.x ?? 0) - (layers.right - layers.left) : 0;
}

function isRibbon(corners: readonly Rect[], margins: Margins): boolean {
  const right = corners.reduce((most, rect) => Math.max(most, rect.x + rect.width), 0);
  const bottom = corners.reduce((most, rect) => Math.max(most, rect.y + rect.height), 0);
  return right + PADDING > FINE.most * (bottom + margins.bottom);
}

function layOut(
  content: Content,
  nodes: readonly number[],
  strands: readonly number[],
  memory: Memory | null,
  margins: Margins,
  column: number,
): Loose {
  const block = makeBlock(content, nodes, strands);
  if (!memory || !nodes.some((node) => (memory.row[node] ?? -1) >= 0 && node < content.keys.length)) {
    const around = { width: 2 * PADDING + column, height: margins.top + margins.bottom };
    return { nodes, strands, layers: freshLayers(block, around), top: null };
  }
  const before: Before = {
    x: Float64Array.from(nodes, (node) => memory.middle[node] ?? Number.NaN),
    row: Int32Array.from(nodes, (node) => memory.row[node] ?? -1),
    folded: memory.folded,
    lane: (node, port, step, row) => memory.lane(nodes[node] ?? 0, port, step, row),
  };
  const layers = keptLayers(block, before, PADDING);
  // Where the first row has to be for the old nodes to stay at their heights.
  let top = Number.POSITIVE_INFINITY;
  nodes.forEach((node, k) => {
    if (node >= content.keys.length || (memory.row[node] ?? -1) < 0) return;
    top = Math.min(top, (memory.y[node] ?? 0) - (layers.tops[layers.rows.row[k] ?? 0] ?? 0));
  });
  return { nodes, strands, layers, top };
}

/** Corners of parts, then of loners. */
function packed(content: Content, found: Components, loose: readonly Loose[], margins: Margins): Rect[] {
  const sizes = loose.map(({ layers }) => ({ width: layers.right - layers.left, height: layers.height }));
  const loners = found.loners.map((node) => ({ width: content.widths[node] ?? 0, height: content.heights[node] ?? 0 }));
  const main = found.hasMain ? (sizes[0] ?? null) : null;
  const around = { width: 2 * PADDING, height: margins.top + margins.bottom };
  const rects = pack(
    main,
    main ? sizes.slice(1) : sizes,
    loners,
    around,
    hasExits(content) || content.roles.includes("outputs"),
  );
  return rects.map((rect) => ({ ...rect, x: rect.x + PADDING, y: rect.y + margins.top }));
}

/** The same for a frame that was there: what stood stays unless it is in the way. */
function settled(
  content: Content,
  found: Components,
  loose: readonly Loose[],
  memory: Memory,
  margins: Margins,
): Rect[] {
  const rects: Rect[] = [];
  const isOld: boolean[] = [];
  for (const { layers, top } of loose) {
    const x = top === null ? PADDING : layers.left;
    rects.push({ x, y: top ?? margins.top, width: layers.right - layers.left, height: layers.height });
    isOld.push(top !== null);
  }
  for (const node of found.loners) {
    const known = memory.isThere[node] === 1;
    rects.push({
      x: known ? (memory.x[node] ?? 0) : PADDING,
      y: known ? (memory.y[node] ?? 0) : margins.top,
      width: content.widths[node] ?? 0,
      height: content.heights[node] ?? 0,
    });
    isOld.push(known);
  }
  const main = found.hasMain ? rects.slice(0, 1) : [];
  // Edges from the entries and to the exits find their column free.
  const column = main.map((rect) => {
    const bottom = hasExits(content) ? Number.MAX_SAFE_INTEGER : rect.y + rect.height;
    return { ...rect, y: 0, height: bottom };
  });
  const corners = [...main, ...settle(rects.slice(main.length), isOld.slice(main.length), column)];
  // Nothing stands in the header, or where edges turn away from entries.
  const lift = Math.max(0, margins.top - Math.min(...corners.map((rect) => rect.y)));
  return corners.map((rect) => ({ ...rect, y: rect.y + lift }));
}

/** Frames grow but do not shrink, unless a child was opened or closed or little of the frame is needed. */
function grown(
  content: Content,
  before: Frame | null,
  size: { width: number; height: number },
): { width: number; height: number } {
  if (!before) return size;
  const wasOpen = new Map(before.content.keys.map((key, i) => [key, before.content.inner[i] !== null]));
  const toggled = content.keys.some((key, i) => wasOpen.get(key) === (content.inner[i] === null));
  const keep = (needed: number, old: number): number =>
    toggled || needed < old * MUCH_TOO_LARGE ? needed : Math.max(needed, old);
  return { width: keep(size.width, before.width), height: keep(size.height, before.height) };
}
