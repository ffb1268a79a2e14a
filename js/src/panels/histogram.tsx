import { numberText } from "../number-text";

export interface HistogramProps {
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly prior: ArrayLike<number>;
  readonly posterior: ArrayLike<number>;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const WIDTH = 256;
const HEIGHT = 104;
const BASE = 78;

/** Prior as an outline behind the filled posterior, a tick at the mean, a bar for the 90 % interval. */
export function Histogram({ label, start, end, prior, posterior, mean, low, high }: HistogramProps) {
  const bins = posterior.length;
  const span = end - start || 1;
  let top = 0;
  for (let i = 0; i < bins; i++) top = Math.max(top, prior[i] ?? 0, posterior[i] ?? 0);
  const xOf = (value: number) => 8 + ((value - start) / span) * (WIDTH - 16);
  const steps = (heights: ArrayLike<number>) => {
    let path = `M8 ${BASE}`;
    for (let i = 0; i < bins; i++) {
      const y = (BASE - ((heights[i] ?? 0) / (top || 1)) * (BASE - 6)).toFixed(1);
      path += `V${y}H${(8 + ((i + 1) / bins) * (WIDTH - 16)).toFixed(1)}`;
    }
    return `${path}V${BASE}`;
  };
  const ticks = mean === null ? [start, end] : [start, mean, end];
  return (
    <svg class="why-histogram" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path class="why-histogram-posterior" d={`${steps(posterior)}Z`} />
      <path class="why-histogram-prior" d={steps(prior)} />
      <path class="why-histogram-axis" d={`M8 ${BASE + 0.5}H${WIDTH - 8}`} />
      {low !== null && high !== null && (
        <path class="why-histogram-interval" d={`M${xOf(low)} ${BASE + 5}H${xOf(high)}`} />
      )}
      {mean !== null && <path class="why-histogram-mean" d={`M${xOf(mean)} ${BASE}V${BASE + 10}`} />}
      {ticks.map((tick, index) => (
        <text
          key={index === 0 ? "start" : index === ticks.length - 1 ? "end" : "mean"}
          x={index === 0 ? 8 : index === ticks.length - 1 ? WIDTH - 8 : Math.max(52, Math.min(WIDTH - 52, xOf(tick)))}
          y={HEIGHT - 4}
          text-anchor={index === 0 ? "start" : index === ticks.length - 1 ? "end" : "middle"}
          class={
            ticks.length === 3 && index === 1 ? "why-histogram-number why-histogram-strong" : "why-histogram-number"
          }
        >
          {numberText(tick)}
        </text>
      ))}
    </svg>
  );
}
