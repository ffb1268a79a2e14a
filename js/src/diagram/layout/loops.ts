/** Edges from a card to itself, which earlier rows make: a loop around its upper right corner, in nobody's way. */
import type { Key } from "../../protocol/types";
import type { Point, Rect } from "../diagram";
import type { Edge, Routes } from "../scene-types";

/** How far a loop is pulled to the right and upwards; its label lies between card and frame. */
const [RIGHT, UP] = [40, 56];
/** Where it leaves the right side and enters the upper one, from the corner. */
const FOOT = 24;

/** The routes of all edges, with those of loops. */
export function withLoops(routes: Routes, edges: readonly Edge[], rects: ReadonlyMap<Key, Rect>): Routes {
  const loops = new Map<string, readonly Point[]>();
  for (const { id, source, target } of edges) {
    const rect = source === target ? rects.get(source) : undefined;
    if (rect) loops.set(id, loop(rect));
  }
  return loops.size ? { get: (id) => loops.get(id) ?? routes.get(id) } : routes;
}

function loop({ x, y, width, height }: Rect): readonly Point[] {
  const [right, foot] = [x + width, Math.min(FOOT, width / 3, height / 3)];
  return [
    { x: right, y: y + foot },
    { x: right + RIGHT, y: y + foot },
    { x: right - foot, y: y - UP },
    { x: right - foot, y },
  ];
}
