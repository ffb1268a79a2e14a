/** What someone placed stands where it was put, and what it would cover moves down. Pure. */
import type { Rect } from "../diagram";
import { HEADER, PADDING } from "../scene-types";
import type { Content } from "./content";

/** Room for edges to turn between two cards. */
const GAP = 44;
/** Nearer than this no edge comes between them. */
const NEAR = 12;

/** Moves children (their corners are in `x` and `y`); returns those that left their place in the rows. */
export function makeRoom({ widths, heights, placed }: Content, x: Float64Array, y: Float64Array): Set<number> {
  const shifted = new Set<number>();
  placed.forEach((point, node) => {
    if (!point) return;
    x[node] = PADDING + Math.max(0, point.x);
    y[node] = HEADER + PADDING + Math.max(0, point.y);
    shifted.add(node);
  });
  if (!shifted.size) return shifted;
  const rectOf = (node: number): Rect => ({
    x: x[node] ?? 0,
    y: y[node] ?? 0,
    width: widths[node] ?? 0,
    height: heights[node] ?? 0,
  });
  const done = [...shifted].map(rectOf);
  const rest = [...placed.keys()].filter((node) => !shifted.has(node));
  for (const node of rest.sort((a, b) => (y[a] ?? 0) - (y[b] ?? 0) || a - b)) {
    let rect = rectOf(node);
    for (let hit = covering(rect, done); hit; hit = covering(rect, done)) {
      rect = { ...rect, y: hit.y + hit.height + GAP };
      shifted.add(node);
    }
    y[node] = rect.y;
    done.push(rect);
  }
  return shifted;
}

function covering(rect: Rect, done: readonly Rect[]): Rect | undefined {
  return done.find(
    (other) =>
      rect.x < other.x + other.width + NEAR &&
      other.x < rect.x + rect.width + NEAR &&
      rect.y < other.y + other.height + NEAR &&
      other.y < rect.y + rect.height + NEAR,
  );
}
