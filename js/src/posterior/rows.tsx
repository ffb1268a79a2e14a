import { HEIGHT, WIDTH } from "./frame";
import type { ElementView, PosteriorView } from "./view";
import { meanText } from "./words";

/** A strip for each element, below each other on one axis: what was believed before as an outline, the posterior filled. */
export function Rows({ view }: { view: PosteriorView }) {
  const alone = view.shape.length === 0 && view.form === "numbers";
  return (
    <div class="why-rows" data-alone={alone || undefined} data-form={view.form === "numbers" ? "strips" : "bars"}>
      {view.elements.map((element) => [
        alone ? null : (
          <span key={`name ${element.label}`} class="why-rows-name">
            {element.label}
          </span>
        ),
        <svg
          key={`plot ${element.label}`}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {view.form === "numbers" ? <Strip view={view} element={element} /> : <Bar element={element} />}
        </svg>,
        alone ? null : (
          <span key={`mean ${element.label}`} class="why-rows-mean">
            {meanText(view, element.mean)}
          </span>
        ),
      ])}
    </div>
  );
}

function Strip({ view: { start, end }, element }: { view: PosteriorView; element: ElementView }) {
  const { before, after, mean, low, high } = element;
  const top = Math.max(...before, ...after, 1e-12);
  const at = (value: number): number => Math.min(1, Math.max(0, (value - start) / (end - start || 1))) * WIDTH;
  return (
    <>
      <path class="why-posterior-fill" d={area(after, top)} />
      <path class="why-posterior-prior" d={area(before, top)} />
      {low !== null && high !== null ? (
        <path class="why-posterior-interval" d={`M${at(low)} ${HEIGHT - 1}H${at(high)}`} />
      ) : null}
      {mean !== null ? <path class="why-posterior-mean" d={`M${at(mean)} ${HEIGHT - 8}V${HEIGHT}`} /> : null}
    </>
  );
}

function Bar({ element: { mean, low, high, prior } }: { element: ElementView }) {
  const middle = HEIGHT / 2;
  return (
    <>
      <path class="why-posterior-axis" d={`M0 0V${HEIGHT}`} />
      {mean !== null ? <path class="why-posterior-fill" d={`M0 4H${mean * WIDTH}V${HEIGHT - 4}H0Z`} /> : null}
      {prior !== null ? <path class="why-posterior-prior" d={`M0 2H${prior * WIDTH}V${HEIGHT - 2}H0`} /> : null}
      {low !== null && high !== null ? (
        <path class="why-posterior-interval" d={`M${low * WIDTH} ${middle}H${high * WIDTH}`} />
      ) : null}
    </>
  );
}

function area(heights: readonly number[], top: number): string {
  if (heights.length === 0) return "";
  const step = WIDTH / heights.length;
  const steps = heights.map((height, i) => `H${i * step}V${HEIGHT - (height / top) * (HEIGHT - 2)}H${(i + 1) * step}`);
  return `M0 ${HEIGHT}${steps.join("")}V${HEIGHT}Z`;
}
