import type { PosteriorView } from "./view";

/** The box that pictures are drawn in before they are stretched over their place. */
export const WIDTH = 100;
export const HEIGHT = 26;

/**
 * From where to where elements beside each other reach: priors are not drawn there and need no room. What is far wider than the
 * others goes to the ends of the axis.
 */
export function extentOf({ form, elements, start, end }: PosteriorView): readonly [number, number] {
  if (form !== "numbers") return [start, end];
  const ends = elements.flatMap(({ low, high }) => (low === null || high === null ? [] : [low, high]));
  const low = Math.max(start, Math.min(...ends));
  const high = Math.min(end, Math.max(...ends));
  return low < high ? [low, high] : [start, end];
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
