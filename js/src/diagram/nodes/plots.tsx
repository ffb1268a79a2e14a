/** The pictures on a card: posterior over prior, and which rows are observed. */
import type { LinkState, ResultsTrait, Summary } from "../../protocol/types";
import { densityOf, POSTERIOR, PRIOR } from "../density";
import { numberText } from "../number-text";

const WIDTH = 100;
const HEIGHT = 26;

export function Histogram({ summary, results }: { summary: Summary; results: ResultsTrait }) {
  const prior = densityOf(results, summary, PRIOR);
  const posterior = densityOf(results, summary, POSTERIOR);
  const top = Math.max(...prior, ...posterior, 1e-12);
  const at = (value: number): number => ((value - summary.start) / (summary.end - summary.start || 1)) * WIDTH;
  const label = summary.mean === null ? "posterior" : `posterior mean ${numberText(summary.mean)}`;
  return (
    <svg
      class="why-card-plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path d={area(posterior, top)} fill="var(--why-fill)" />
      <path
        d={area(prior, top)}
        fill="none"
        stroke="var(--why-muted)"
        stroke-width="0.8"
        vector-effect="non-scaling-stroke"
      />
      {summary.low !== null && summary.high !== null ? (
        <path
          d={`M${at(summary.low)} ${HEIGHT - 1}H${at(summary.high)}`}
          stroke="var(--why-text)"
          stroke-width="2"
          vector-effect="non-scaling-stroke"
        />
      ) : null}
      {summary.mean !== null ? (
        <path
          d={`M${at(summary.mean)} ${HEIGHT - 6}V${HEIGHT}`}
          stroke="var(--why-text)"
          stroke-width="1.4"
          vector-effect="non-scaling-stroke"
        />
      ) : null}
    </svg>
  );
}

/** A posterior so small that only its shape and place are told. */
export function Sparkline({ summary, results }: { summary: Summary; results: ResultsTrait }) {
  const posterior = densityOf(results, summary, POSTERIOR);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={area(posterior, Math.max(...posterior, 1e-12))} fill="var(--why-fill)" />
    </svg>
  );
}

export function DataStrip({ link }: { link: LinkState }) {
  const step = WIDTH / Math.max(1, link.strip.length);
  return (
    <div class="why-card-strip" title={link.source}>
      <span>
        {link.observed} of {link.total} observed
      </span>
      <svg viewBox={`0 0 ${WIDTH} 5`} preserveAspectRatio="none" aria-hidden="true">
        <path d={runs(link.strip, step, (fraction) => fraction >= WHOLE)} fill="var(--why-muted)" opacity="0.55" />
        <path d={runs(link.strip, step, (fraction) => fraction < WHOLE)} fill="var(--why-missing)" />
      </svg>
    </div>
  );
}

/** From this fraction on nothing of a slice is missing. */
const WHOLE = 0.9999;

/** The slices of the rows that pass, neighbours joined, as one path. */
function runs(strip: readonly number[], step: number, passes: (fraction: number) => boolean): string {
  const parts: string[] = [];
  for (let start = 0; start < strip.length; start++) {
    let end = start;
    while (end < strip.length && passes(strip[end] ?? 0)) end++;
    if (end === start) continue;
    parts.push(`M${start * step} 0H${end * step}V5H${start * step}Z`);
    start = end;
  }
  return parts.join("");
}

function area(values: readonly number[], top: number): string {
  const step = WIDTH / values.length;
  const steps = values.map((value, i) => `H${i * step}V${HEIGHT - (value / top) * (HEIGHT - 2)}H${(i + 1) * step}`);
  return `M0 ${HEIGHT}${steps.join("")}V${HEIGHT}Z`;
}
