/** What lies under a point of the scene, found by descending the frames. Pure but for the edge test. */
import type { Key } from "../protocol/types";
import { drawnWhole } from "./detail";
import type { Hit, Point, Rect } from "./diagram";
import { HEADER, type Layout, PADDING, type Scene } from "./scene-types";
import { type Stroke, sheavesOf } from "./sheaves";

export type OnEdge = (stroke: Stroke, point: Point) => boolean;

/** How far from an edge a press still means it, in the scene's units, is for `onEdge` to say; `reach` bounds it. */
export function hitAt(
  scene: Scene,
  layout: Layout,
  point: Point,
  { scale, reach, onEdge }: { scale: number; reach: number; onEdge: OnEdge },
): Hit {
  const way = wayTo(scene, layout, point, scale);
  const key = way[way.length - 1];
  const box = key === undefined ? undefined : scene.boxes.get(key);
  const rect = key === undefined ? undefined : layout.rects.get(key);
  if (box && box.kind !== "frame") return { kind: "node", key: box.key };
  if (box && rect && box.parent !== null && drawnWhole(box, rect, scale)) return { kind: "header", key: box.key };
  for (const frame of way.reverse()) {
    for (const sheaf of sheavesOf(scene, layout, frame)) {
      if (!near(sheaf.bounds, point, reach)) continue;
      const stroke = sheaf.strokes.find((each) => near(each.bounds, point, reach) && onEdge(each, point));
      if (!stroke) continue;
      const { id, source, target, parameters } = stroke.edge;
      return { kind: "edge", id, source, target, parameter: parameters[0] ?? null };
    }
  }
  if (!box || !rect || box.parent === null) return { kind: "background" };
  return point.y < rect.y + HEADER ? { kind: "header", key: box.key } : { kind: "scope", key: box.key };
}

/** The innermost box that holds the point; null outside of the root. */
export function innermost(scene: Scene, layout: Layout, point: Point): Key | null {
  return wayTo(scene, layout, point, Number.POSITIVE_INFINITY).pop() ?? null;
}

/** The boxes around a point, from the root inwards, as far as they are drawn. */
function wayTo(scene: Scene, layout: Layout, point: Point, scale: number): Key[] {
  const root = layout.rects.get(scene.root);
  if (!root || !inside(root, point)) return [];
  const way = [scene.root];
  for (let key: Key | undefined = scene.root; key !== undefined; ) {
    const box = scene.boxes.get(key);
    const rect = layout.rects.get(key);
    if (!box || !rect || (box.parent !== null && drawnWhole(box, rect, scale))) break;
    key = box.children.find((child) => {
      const place = layout.rects.get(child);
      return place !== undefined && inside(place, point);
    });
    if (key !== undefined) way.push(key);
  }
  return way;
}

function near(bounds: Rect, { x, y }: Point, reach: number): boolean {
  return (
    x > bounds.x - reach &&
    y > bounds.y - reach &&
    x < bounds.x + bounds.width + reach &&
    y < bounds.y + bounds.height + reach
  );
}

/** The innermost open scope at a point, and the point in the coordinates of its contents. */
export function scopeAt(
  scene: Scene,
  layout: Layout,
  point: Point,
  without: ReadonlySet<Key> = new Set(),
): { scope: Key; point: Point } {
  let scope = scene.root;
  for (;;) {
    const next = scene.boxes.get(scope)?.children.find((child) => {
      const rect = layout.rects.get(child);
      const kind = scene.boxes.get(child)?.kind;
      return (kind === "frame" || kind === "scope") && !without.has(child) && rect !== undefined && inside(rect, point);
    });
    if (next === undefined) break;
    scope = next;
  }
  return { scope, point: inFrame(layout, scope, point) };
}

export function inFrame(layout: Layout, scope: Key, point: Point): Point {
  const rect = layout.rects.get(scope);
  return { x: point.x - (rect?.x ?? 0) - PADDING, y: point.y - (rect?.y ?? 0) - HEADER - PADDING };
}

/** Around a card that is put somewhere by hand. */
const GAP = 16;

/** Where a new card of this size covers no other one of the scope: here, or as little to the right or below as possible. */
export function freePlace(
  scene: Scene,
  layout: Layout,
  { scope, point }: { readonly scope: Key; readonly point: Point },
  size: { readonly width: number; readonly height: number },
): { scope: Key; point: Point } {
  const taken = (scene.boxes.get(scope)?.children ?? []).flatMap((child) => {
    const rect = layout.rects.get(child);
    return rect ? [{ ...rect, ...inFrame(layout, scope, rect) }] : [];
  });
  let free = point;
  for (let tries = 0; tries < 4 * taken.length; tries++) {
    const { x, y } = free;
    const under = taken.find(
      (rect) =>
        x < rect.x + rect.width + GAP &&
        rect.x < x + size.width + GAP &&
        y < rect.y + rect.height + GAP &&
        rect.y < y + size.height + GAP,
    );
    if (!under) break;
    const right = under.x + under.width + GAP;
    const below = under.y + under.height + GAP;
    free = right - x < below - y ? { x: right, y } : { x, y: below };
  }
  return { scope, point: free };
}

export function inside(rect: Rect, point: Point): boolean {
  return point.x >= rect.x && point.x < rect.x + rect.width && point.y >= rect.y && point.y < rect.y + rect.height;
}

/** The nearest box in a direction, for the arrow keys. */
export function neighbour(
  scene: Scene,
  layout: Layout,
  key: Key | null,
  direction: "up" | "down" | "left" | "right",
): Key | null {
  const leaves = [...scene.boxes.values()].filter((box) => box.parent !== null);
  if (key === null || !layout.rects.has(key)) return leaves[0]?.key ?? null;
  const from = middle(layout.rects.get(key));
  const [dx, dy] = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] }[direction] as [number, number];
  let best: Key | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const box of leaves) {
    if (box.key === key) continue;
    const to = middle(layout.rects.get(box.key));
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
    const across = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
    if (along <= 0) continue;
    const cost = along + 2 * across;
    if (cost < least) {
      least = cost;
      best = box.key;
    }
  }
  return best;
}

function middle(rect: Rect | undefined): Point {
  return { x: (rect?.x ?? 0) + (rect?.width ?? 0) / 2, y: (rect?.y ?? 0) + (rect?.height ?? 0) / 2 };
}
