import { extentOf, HEIGHT, heightOf, WIDTH } from "./frame";
import { priorRange } from "./prior-range";
import type { PosteriorView } from "./view";

/** A long vector: the intervals as a band along the index, the means as a line in it, those of the priors behind. */
export function Band({ view }: { view: PosteriorView }) {
  const { elements, form } = view;
  const [start, end] = extentOf(view);
  const up = heightOf([start, end]);
  const step = WIDTH / elements.length;
  const along = (value: (i: number) => number | null, indices: readonly number[]): string =>
    indices
      .flatMap((i) => {
        const each = value(i);
        return each === null ? [] : [`${((i + 0.5) * step).toFixed(2)} ${up(each).toFixed(2)}`];
      })
      .join("L");
  const forth = elements.map((_, i) => i);
  const band = [
    along((i) => elements[i]?.high ?? elements[i]?.mean ?? null, forth),
    along((i) => elements[i]?.low ?? (start <= 0 ? 0 : start), [...forth].reverse()),
  ].filter(Boolean);
  const means = along((i) => elements[i]?.mean ?? null, forth);
  return (
    <svg class="why-posterior-band" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {form === "numbers" ? <path class="why-prior-range" d={priorRange(view, [start, end])} /> : null}
      {start <= 0 && end >= 0 ? <path class="why-posterior-axis" d={`M0 ${up(0)}H${WIDTH}`} /> : null}
      {band.length === 2 ? <path class="why-posterior-fill" d={`M${band.join("L")}Z`} /> : null}
      {means ? <path class="why-posterior-mean" d={`M${means}`} /> : null}
    </svg>
  );
}
