/** The pictures on a card: posterior over prior, and which rows are observed. */
import { Picture, type PictureKind } from "../../posterior/picture";
import { silhouette } from "../../posterior/silhouette";
import type { PosteriorView } from "../../posterior/view";
import { fullText } from "../../posterior/words";
import type { LinkState } from "../../protocol/types";
import { stylesheet } from "../../styles";
import css from "./plots.css";

stylesheet(css);

const WIDTH = 100;
const HEIGHT = 11;

/** `tall` takes the place of the line below it. */
export function Posterior({ view, kind, tall }: { view: PosteriorView; kind: PictureKind; tall: boolean }) {
  const text = `posterior ${fullText(view)}`;
  return (
    <div class="why-card-plot" data-tall={tall || undefined} role="img" aria-label={text} title={text}>
      <Picture view={view} kind={kind} />
    </div>
  );
}

/** A posterior so small that only its shape and place are told. */
export function Sparkline({ view }: { view: PosteriorView }) {
  const heights = silhouette(view);
  const step = WIDTH / heights.length;
  const bars = heights.map((height, i) => `M${i * step} ${HEIGHT}V${HEIGHT * (1 - height)}h${step}V${HEIGHT}Z`);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={bars.join("")} fill="var(--why-fill)" />
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
