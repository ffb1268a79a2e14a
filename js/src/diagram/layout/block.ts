/** Nodes of a frame that belong together, as the steps of the layout pass them on. Pure. */

/** Entry ports have the first row for themselves, exit ports the last. */
export const ENTRY = 1;
export const EXIT = 2;
export const INPUTS = 3;
export const OUTPUTS = 4;

export interface Block {
  readonly count: number;
  readonly widths: Float64Array;
  readonly grips: Float64Array;
  readonly heights: Float64Array;
  readonly pins: Uint8Array;
  readonly edges: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Distance of each edge's ends from the middle of their node. */
  readonly fromOffset: Float64Array;
  readonly toOffset: Float64Array;
  /** Ports of the ends' own borders, or -1: edges that leave one port share a lane. */
  readonly fromPort: Int32Array;
  readonly toPort: Int32Array;
}
