/** What of a scene is in view: found by descending the frames, so that what is out of sight costs nothing. Pure. */
import type { Key } from "../protocol/types";
import { drawnWhole } from "./detail";
import type { Point, Rect } from "./diagram";
import type { Box, Layout, Scene } from "./scene-types";

export interface Seen {
  readonly box: Box;
  /** Where it is now, a drag included. */
  readonly rect: Rect;
  readonly depth: number;
  readonly moving: boolean;
}

export interface Sight {
  /** Open frames, outer ones first. */
  readonly frames: readonly Seen[];
  /** Nodes, and frames that are too small to look into. */
  readonly boxes: readonly Seen[];
}

/** Nodes in the hand: they and what is in them are drawn somewhere else. */
export interface Shift {
  readonly keys: ReadonlySet<Key>;
  readonly by: Point;
}

const INVISIBLE = 2;

export function look(scene: Scene, layout: Layout, view: Rect, scale: number, shift: Shift | null): Sight {
  const frames: Seen[] = [];
  const boxes: Seen[] = [];
  const held: Seen[] = [];
  const visit = (key: Key, depth: number, inHand: boolean): void => {
    const box = scene.boxes.get(key);
    const place = layout.rects.get(key);
    if (!box || !place) return;
    const moving = inHand || (shift?.keys.has(key) ?? false);
    const rect = moving && shift ? moved(place, shift.by) : place;
    if (rect.width * scale < INVISIBLE) return;
    const inView = meets(rect, view);
    // A node in the hand may have left its frame.
    if (!inView && !(shift && box.children.length)) return;
    const seen = { box, rect, depth, moving };
    if (box.kind !== "frame" || (drawnWhole(box, rect, scale) && depth > 0)) {
      if (inView) (moving ? held : boxes).push(seen);
      return;
    }
    if (inView) frames.push(seen);
    for (const child of box.children) visit(child, depth + 1, moving);
  };
  visit(scene.root, 0, false);
  boxes.push(...held);
  return { frames, boxes };
}

export function moved<T extends Rect>(rect: T, by: Point): T {
  return { ...rect, x: rect.x + by.x, y: rect.y + by.y };
}

export function meets(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
