/** Level of detail: what is worth drawing at a scale. Text is never under 9 px on the screen; it is dropped instead. */
import type { Rect } from "./diagram";
import { type Box, HEADER } from "./scene-types";

/** From here on nodes are cards of HTML; below they are boxes with a name. */
export const NEAR = 0.6;
/** From here on a card also shows its small print. */
export const FULL = 0.9;
/** No more cards than this at a time. */
export const MOST_CARDS = 200;
export const SMALLEST_TEXT = 9;
/** Below this an edge has no head, a bundle no number, and the edges of single variables go. */
export const HEADS = 0.2;
/** Below this one straight line stands for all edges between two scopes. */
export const TRUNKS = 0.2;
/** A box that is lower on the screen has straight corners. */
export const ROUND_HEIGHT = 20;
export const COUNTS = 0.4;
/** A box with less room on the screen has a name only if that fits. */
export const NAMED_WIDTH = 46;
/** That of an operator, and the narrowest box with a name. */
export const OPERATOR_WIDTH = 20;
/** A box that is this high on the screen shows its posterior below its name. */
export const PLOT_HEIGHT = 18;
/** The part of such a box that is left for the name. */
export const NAME_PART = 0.62;
const WHOLE = { width: 64, height: 40 };
const ROOM_PER_CHILD = 18;

export type Detail = "far" | "reduced" | "full";

export function detailAt(scale: number): Detail {
  return scale < NEAR ? "far" : scale < FULL ? "reduced" : "full";
}

/** Is an open scope so small that it is drawn as one box? */
export function drawnWhole(box: Box, rect: Rect, scale: number): boolean {
  const [width, height] = [rect.width * scale, rect.height * scale];
  if (width < WHOLE.width || height < WHOLE.height) return true;
  return Math.sqrt((width * height) / Math.max(1, box.children.length)) < ROOM_PER_CHILD;
}

/** Where a frame's name goes: into its header, onto its border when the header is too low for text. */
export function titlePlace(scale: number): "header" | "border" {
  return HEADER * scale >= SMALLEST_TEXT + TITLE_AIR ? "header" : "border";
}

/** Pixels of a header above and below its text together: less would touch the frame's line. */
export const TITLE_AIR = 8;
