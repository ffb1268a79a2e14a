/** Ways of edges on the page, put together from the strands of frames when someone asks for them. */
import type { Point } from "../diagram";
import type { Routes } from "../scene-types";
import type { Frame } from "./content";
import type { Hierarchy } from "./hierarchy";

const LEAST_REACH = 12;
/** A turn fits between the cards and the border of their frame. */
const MOST_REACH = 26;

export class StrandRoutes implements Routes {
  private readonly known = new Map<string, readonly Point[]>();

  constructor(
    private readonly ways: Hierarchy["ways"],
    private readonly frames: readonly (Frame | null)[],
    private readonly x: Float64Array,
    private readonly y: Float64Array,
  ) {}

  get(id: string): readonly Point[] | undefined {
    const known = this.known.get(id);
    if (known) return known;
    const way = this.ways.get(id);
    if (!way) return undefined;
    const route = curve(this.points(way));
    this.known.set(id, route);
    return route;
  }

  /** x, y, direction of every point. */
  private points(way: readonly number[]): number[] {
    const points: number[] = [];
    for (let i = 0; i < way.length; i += 2) {
      const frame = way[i] ?? 0;
      const strand = this.frames[frame]?.ways()[way[i + 1] ?? 0];
      if (!strand) continue;
      for (let k = 0; k < strand.length; k += 3) {
        const [x, y] = [(strand[k] ?? 0) + (this.x[frame] ?? 0), (strand[k + 1] ?? 0) + (this.y[frame] ?? 0)];
        const size = points.length;
        if (size && points[size - 3] === x && points[size - 2] === y) continue;
        points.push(x, y, strand[k + 2] ?? 1);
      }
    }
    return points;
  }
}

/** Points with directions to a chain of cubic curves that leave and arrive in these directions. */
function curve(points: readonly number[]): Point[] {
  const route: Point[] = [{ x: points[0] ?? 0, y: points[1] ?? 0 }];
  for (let i = 3; i < points.length; i += 3) {
    const [ax, ay, a] = [points[i - 3] ?? 0, points[i - 2] ?? 0, points[i - 1] ?? 1];
    const [bx, by, b] = [points[i] ?? 0, points[i + 1] ?? 0, points[i + 2] ?? 1];
    const [down, right] = [Math.abs(by - ay), Math.abs(bx - ax)];
    const isCorner = Math.abs(a) !== Math.abs(b);
    // A turn round a card, a corner, or a swing from one vertical to another.
    const turn = Math.min(MOST_REACH, Math.max(LEAST_REACH, right / 2));
    const forth = isCorner ? (Math.abs(a) === 2 ? right : down) : a === b ? down / 2 : turn;
    const back = isCorner ? (Math.abs(b) === 2 ? right : down) : forth;
    route.push(control(ax, ay, a, forth), control(bx, by, b, -back), { x: bx, y: by });
  }
  return route;
}

function control(x: number, y: number, direction: number, reach: number): Point {
  return Math.abs(direction) === 2 ? { x: x + (direction / 2) * reach, y } : { x, y: y + direction * reach };
}
