/** What lies under a point of the scene, found by descending the frames. Pure but for the edge test. */
import type { Key } from "../protocol/types";
import type { Hit, Point, Rect } from "./diagram";
import { HEADER, type Layout, PADDING, type Scene } from "./scene-types";

export type OnEdge = (route: readonly Point[], point: Point) => boolean;

export function hitAt(scene: Scene, layout: Layout, point: Point, onEdge: OnEdge): Hit {
  const key = innermost(scene, layout, point);
  const box = key === null ? undefined : scene.boxes.get(key);
  if (box && box.kind !== "frame") return { kind: "node", key: box.key };
  for (const edge of scene.edges) {
    const route = layout.routes.get(edge.id);
    if (route && onEdge(route, point)) {
      return {
        kind: "edge",
        id: edge.id,
        source: edge.source,
        target: edge.target,
        parameter: edge.parameters[0] ?? null,
      };
    }
  }
  if (!box) return { kind: "background" };
  const rect = layout.rects.get(box.key);
  if (rect && box.parent !== null && point.y < rect.y + HEADER) return { kind: "header", key: box.key };
  return box.parent === null ? { kind: "background" } : { kind: "scope", key: box.key };
}

/** The innermost box that holds the point; null outside of the root. */
export function innermost(scene: Scene, layout: Layout, point: Point): Key | null {
  const root = layout.rects.get(scene.root);
  if (!root || !inside(root, point)) return null;
  let key = scene.root;
  for (;;) {
    const next = scene.boxes.get(key)?.children.find((child) => {
      const rect = layout.rects.get(child);
      return rect !== undefined && inside(rect, point);
    });
    if (next === undefined) return key;
    key = next;
  }
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
