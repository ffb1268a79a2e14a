import type { PosteriorView } from "./view";

/** So many steps from nothing to the largest: more cannot be told apart, and each is one path. */
const STEPS = 10;

/** From this size on a mean has the full colour: a few far ones would leave all others pale. */
export function fullColor({ elements }: PosteriorView): number {
  const sizes = elements.map(({ mean }) => Math.abs(mean ?? 0)).sort((a, b) => a - b);
  return sizes[Math.floor(0.98 * (sizes.length - 1))] ?? 0;
}

/** The means of a matrix as a field of cells, the longer side to the right; more colour is further from zero. */
export function Heatmap({ view }: { view: PosteriorView }) {
  const { elements, shape } = view;
  const inner = shape.at(-1) ?? 1;
  const outer = Math.ceil(elements.length / inner);
  const turned = outer > inner;
  const [columns, rows] = turned ? [outer, inner] : [inner, outer];
  const most = fullColor(view) || 1;
  const paths = new Map<number, string[]>();
  elements.forEach(({ mean }, i) => {
    const step = Math.round(Math.max(-1, Math.min(1, (mean ?? 0) / most)) * STEPS);
    if (step === 0) return;
    const [row, column] = [Math.floor(i / inner), i % inner];
    const [x, y] = turned ? [row, column] : [column, row];
    const cells = paths.get(step) ?? [];
    if (cells.length === 0) paths.set(step, cells);
    cells.push(`M${x} ${y}h1v1h-1z`);
  });
  return (
    <svg class="why-posterior-map" viewBox={`0 0 ${columns} ${rows}`} preserveAspectRatio="none" aria-hidden="true">
      {[...paths].map(([step, cells]) => (
        <path
          key={step}
          class={step < 0 ? "why-posterior-negative" : "why-posterior-positive"}
          opacity={Math.abs(step) / STEPS}
          d={cells.join("")}
        />
      ))}
    </svg>
  );
}
