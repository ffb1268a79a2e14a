/** A posterior so small that only its shape is told: heights from 0 to 1, drawn from left to right. Pure. */
import { extentOf } from "./frame";
import type { PosteriorView } from "./view";

/** More would be finer than the picture. */
const MOST = 48;
const APART = 8;

const remembered = new WeakMap<PosteriorView, readonly number[]>();

/** All histograms over each other; without histograms the mean of each element, one beside the other. */
export function silhouette(view: PosteriorView): readonly number[] {
  // Far nodes are many and drawn at every frame.
  let heights = remembered.get(view);
  if (!heights) {
    heights = heightsOf(view);
    remembered.set(view, heights);
  }
  return heights;
}

function heightsOf(view: PosteriorView): number[] {
  const { form, elements } = view;
  const histograms = elements.filter(({ after }) => after.length > 0);
  if (histograms.length > 0) {
    const scaled = histograms.map(({ after }) => after.map((height) => height / Math.max(...after, 1e-12)));
    return (scaled[0] ?? []).map((_, bin) => Math.max(...scaled.map((heights) => heights[bin] ?? 0)));
  }
  const stride = Math.ceil(elements.length / MOST);
  const [start, end] = extentOf(view);
  const span = end - start || 1;
  const means = elements
    .filter((_, i) => i % stride === 0)
    .map(({ mean }) =>
      mean === null ? 0 : form === "numbers" ? Math.min(1, Math.max(0, (mean - start) / span)) : mean,
    );
  // A few bars are told apart by the gaps between them.
  return means.length > APART ? means : means.flatMap((height) => [0, height, height, height, 0]);
}
