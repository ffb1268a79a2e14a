/** Questions about a finished layout, asked the slow and obvious way. */
import type { Point, Rect } from "../../../js/src/diagram/diagram";
import type { Layout, Scene } from "../../../js/src/diagram/scene-types";
import type { Key } from "../../../js/src/protocol/types";

export function rectOf(layout: Layout, key: Key): Rect {
  const found = layout.rects.get(key);
  if (!found) throw new Error(`${key} has no place`);
  return found;
}

/** Pairs of frame and child where the child sticks out. */
export function outsiders(scene: Scene, layout: Layout): string[] {
  const found: string[] = [];
  for (const box of scene.boxes.values()) {
    const outer = rectOf(layout, box.key);
    for (const child of box.children) {
      const inner = rectOf(layout, child);
      const isInside =
        inner.x >= outer.x &&
        inner.y >= outer.y &&
        inner.x + inner.width <= outer.x + outer.width &&
        inner.y + inner.height <= outer.y + outer.height;
      if (!isInside) found.push(`${child} in ${box.key}`);
    }
  }
  return found;
}

/** Pairs of siblings that cover each other. */
export function overlaps(scene: Scene, layout: Layout): string[] {
  const found: string[] = [];
  for (const box of scene.boxes.values()) {
    box.children.forEach((a, i) => {
      for (const b of box.children.slice(i + 1)) {
        if (meet(rectOf(layout, a), rectOf(layout, b))) found.push(`${a} and ${b}`);
      }
    });
  }
  return found;
}

function meet(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Edges that pass under a box which is neither of their ends nor around one of them. */
export function hidden(scene: Scene, layout: Layout): string[] {
  const found: string[] = [];
  const around = (key: Key): Key[] => {
    const parent = scene.boxes.get(key)?.parent;
    return parent ? [key, ...around(parent)] : [key];
  };
  for (const edge of scene.edges) {
    const own = new Set([...around(edge.source), ...around(edge.target)]);
    const points = along(layout.routes.get(edge.id) ?? []);
    for (const box of scene.boxes.values()) {
      if (own.has(box.key) || (box.parent !== null && !own.has(box.parent))) continue;
      const { x, y, width, height } = rectOf(layout, box.key);
      const isUnder = (p: Point): boolean => p.x > x + 1 && p.x < x + width - 1 && p.y > y + 1 && p.y < y + height - 1;
      if (points.some(isUnder)) found.push(`${edge.id} under ${box.key}`);
    }
  }
  return found;
}

/** Points along cubic curves, a few units apart. */
function along(route: readonly Point[]): Point[] {
  const points: Point[] = [];
  for (let i = 0; i + 3 < route.length; i += 3) {
    const [a, b, c, d] = route.slice(i, i + 4);
    if (!a || !b || !c || !d) continue;
    const steps = Math.max(4, Math.ceil((Math.abs(d.x - a.x) + Math.abs(d.y - a.y)) / 6));
    for (let k = 0; k <= steps; k++) {
      const [t, s] = [k / steps, 1 - k / steps];
      const mix = (p: number, q: number, r: number, u: number): number =>
        s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * u;
      points.push({ x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) });
    }
  }
  return points;
}

/** Frames that are too wide or too high, with width over height. */
export function misshapen(scene: Scene, layout: Layout): string[] {
  const found: string[] = [];
  for (const box of scene.boxes.values()) {
    if (box.kind !== "frame") continue;
    const { width, height } = rectOf(layout, box.key);
    if (width < 0.4 * height || width > 2.5 * height) found.push(`${box.key}: ${(width / height).toFixed(2)}`);
  }
  return found;
}
