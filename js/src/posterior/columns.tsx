import { extentOf, HEIGHT, heightOf, slots, WIDTH } from "./frame";
import { priorRange } from "./prior-range";
import type { PosteriorView } from "./view";

/** Labels below the columns, if there is room for each. */
const LABELLED = 12;
/** The part of its slot that a column fills. */
const FILLED = 0.64;

/**
 * A column for each element on one axis that goes up: numbers as their interval with the mean in it before that of their
 * prior, probabilities as bars from 0 with their prior as an outline.
 */
export function Columns({ view }: { view: PosteriorView }) {
  const { elements, form, shape } = view;
  const [start, end] = extentOf(view);
  const up = heightOf([start, end]);
  const { at, width } = slots(shape, elements.length);
  const fills: string[] = [];
  const marks: string[] = [];
  const priors: string[] = [];
  elements.forEach(({ mean, low, high, prior }, i) => {
    const left = at(i) + ((1 - FILLED) / 2) * width;
    const right = left + FILLED * width;
    const box = (from: number, to: number) => `M${left} ${up(from)}V${up(to)}H${right}V${up(from)}Z`;
    if (form === "numbers") {
      if (low !== null && high !== null) fills.push(box(low, high));
      if (mean !== null) marks.push(`M${left} ${up(mean)}H${right}`);
      return;
    }
    if (mean !== null) fills.push(box(0, mean));
    if (prior !== null) priors.push(box(0, prior));
    if (low !== null && high !== null) marks.push(`M${(left + right) / 2} ${up(low)}V${up(high)}`);
  });
  const zero = start <= 0 && end >= 0 ? up(0) : null;
  return (
    <div class="why-columns">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {form === "numbers" ? <path class="why-prior-range" d={priorRange(view, [start, end])} /> : null}
        {zero === null ? null : <path class="why-posterior-axis" d={`M0 ${zero}H${WIDTH}`} />}
        <path class="why-posterior-fill" d={fills.join("")} />
        <path class="why-posterior-prior" d={priors.join("")} />
        <path class="why-posterior-mean" d={marks.join("")} />
      </svg>
      {elements.length <= LABELLED ? (
        <div class="why-columns-names" aria-hidden="true">
          {elements.map(({ label }, i) => (
            <span key={label} style={{ left: `${at(i)}%`, width: `${width}%` }}>
              {label.replace(/^\[|\]$/g, "")}
            </span>
          ))}
        </div>
      ) : null}
    </div>
  );
}
