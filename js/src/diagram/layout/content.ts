/** What the layout of one frame depends on, and what comes out of it. Equal contents have equal layouts. Pure data. */
import type { Key } from "../../protocol/types";
import type { Point } from "../diagram";
import type { Layers } from "./layers";

/** `inputs` stand on the left border of a frame, `outputs` on the right. */
export type Role = "none" | "inputs" | "outputs";

/**
 * Nodes of a frame are numbered: first its children, then its ports (points on the border through which edges enter at
 * the top or leave at the bottom).
 */
export interface Content {
  readonly keys: readonly Key[];
  readonly widths: Float64Array;
  readonly heights: Float64Array;
  /** In the middle of the width: where edges may end. */
  readonly grips: Float64Array;
  readonly roles: readonly Role[];
  /** The children that are frames themselves. */
  readonly inner: readonly (Frame | null)[];
  /** Where someone put a child. */
  readonly placed: readonly (Point | null)[];
  /** Names that stay the same from one layout to the next; the first `entries` are entries, the rest exits. */
  readonly ports: readonly string[];
  readonly entries: number;
  /** Four numbers for each: source node, target node, port of the source's own border, port of the target's (or -1). */
  readonly strands: Int32Array;
}

export interface Frame {
  readonly content: Content;
  readonly width: number;
  readonly height: number;
  /** Corners of the children. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Places of the ports along the border. */
  readonly ports: Float64Array;
  /** Nodes that hang together, in rows. */
  readonly parts: readonly Part[];
  /** For each strand its way, worked out when someone asks: x, y and direction of each point (1 down, -1 up). */
  readonly ways: () => readonly Float64Array[];
}

export interface Part {
  /** Nodes of the frame that the nodes of the block are, and strands of the frame that its edges are. */
  readonly nodes: readonly number[];
  readonly strands: readonly number[];
  readonly layers: Layers;
  /** What is added to the places of the layers. */
  readonly x: number;
  readonly y: number;
}

export function sameContent(a: Content, b: Content): boolean {
  return (
    a.entries === b.entries &&
    sameNumbers(a.strands, b.strands) &&
    sameNumbers(a.widths, b.widths) &&
    sameNumbers(a.heights, b.heights) &&
    sameNumbers(a.grips, b.grips) &&
    sameItems(a.keys, b.keys) &&
    sameItems(a.ports, b.ports) &&
    sameItems(a.roles, b.roles) &&
    a.placed.every((point, i) => point?.x === b.placed[i]?.x && point?.y === b.placed[i]?.y) &&
    a.inner.every((frame, i) => frame === b.inner[i] || samePorts(frame, b.inner[i] ?? null))
  );
}

function samePorts(a: Frame | null, b: Frame | null): boolean {
  return a !== null && b !== null && sameNumbers(a.ports, b.ports);
}

function sameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function sameNumbers(a: Int32Array | Float64Array, b: Int32Array | Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
