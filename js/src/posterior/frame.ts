import type { PosteriorView } from "./view";

/** The box that pictures are drawn in before they are stretched over their place. */
export const WIDTH = 100;
export const HEIGHT = 26;

/** Priors are seen so far beyond the posteriors, in widths of all of these. */
const BEYOND = 0.25;
/** The lines of the outermost values are not cut. */
const MARGIN = 0.05;

/**
 * From where to where elements beside each other reach, and their priors as far as they leave room. What is far wider than
 * the others goes to the ends of the axis.
 */
export function extentOf({ form, elements, start, end }: PosteriorView): readonly [number, number] {
  if (form !== "numbers") return [start, end];
  const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
  const low = Math.max(start, Math.min(...known(elements.map((one) => one.low))));
  const high = Math.min(end, Math.max(...known(elements.map((one) => one.high))));
  if (!(low < high)) return [start, end];
  const width = high - low;
  const below = Math.min(low, ...known(elements.map((one) => one.prior_low)));
  const above = Math.max(high, ...known(elements.map((one) => one.prior_high)));
  const margin = MARGIN * width;
  return [Math.max(below, low - BEYOND * width) - margin, Math.min(above, high + BEYOND * width) + margin];
}

/** From values to heights in the box, with room for the ends. */
export function heightOf([start, end]: readonly [number, number]): (value: number) => number {
  const span = end - start || 1;
  return (value) => HEIGHT * (1 - Math.min(1, Math.max(0, (value - start) / span)));
}

/** Columns side by side; the rows of a matrix stand apart from each other. */
export function slots(
  shape: readonly number[],
  count: number,
): { readonly at: (i: number) => number; readonly width: number } {
  const group = shape.length > 1 ? (shape.at(-1) ?? 1) : count;
  const gaps = Math.ceil(count / group) - 1;
  const width = WIDTH / (count + gaps);
  return { at: (i) => (i + Math.floor(i / group)) * width, width };
}
