import { fill, type Strings } from "../editor/strings";
import { numberText } from "../number-text";

/** What tells one bound from the next stands behind more digits than anyone reads of a mean. */
const DIGITS = 6;
const WIDTH = 256;
const HEIGHT = 40;
/** The first sweeps rise steeply: the line comes in from below after this part of them. */
const STEEP = 0.08;

/** How the lower bound rose, sweep by sweep, and where it ended. */
export function Bound({ strings, bound }: { strings: Strings; bound: readonly (readonly [number, number])[] }) {
  const last = bound.at(-1);
  if (!last) return null;
  const text = fill(strings.resultsBound, { value: numberText(last[1], DIGITS), sweeps: last[0] });
  return (
    <section class="why-bound">
      <h3>{text}</h3>
      {bound.length > 1 ? (
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={text}>
          <path class="why-bound-line" d={line(bound)} />
        </svg>
      ) : null}
    </section>
  );
}

function line(bound: readonly (readonly [number, number])[]): string {
  const values = bound.map(([, value]) => value);
  const settled = values.slice(Math.floor(STEEP * values.length));
  const [low, high] = [Math.min(...settled), Math.max(...settled)];
  const [first, end] = [bound[0]?.[0] ?? 0, bound.at(-1)?.[0] ?? 1];
  const across = (sweep: number): number => (WIDTH * (sweep - first)) / (end - first || 1);
  const up = (value: number): number => 2 + (HEIGHT - 4) * (1 - (value - low) / (high - low || 1));
  return `M${bound.map(([sweep, value]) => `${across(sweep).toFixed(1)} ${up(value).toFixed(1)}`).join("L")}`;
}
