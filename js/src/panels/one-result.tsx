import { type ResultView, spokenResult } from "../editor/result-views";
import { fill, type Strings } from "../editor/strings";
import { numberText } from "../number-text";
import { extentOf } from "../posterior/frame";
import { fullColor } from "../posterior/heatmap";
import { Picture, type PictureKind, pictureOf } from "../posterior/picture";
import type { PosteriorView } from "../posterior/view";
import { intervalText, meanRange, meanText, TOLD } from "../posterior/words";
import { Histogram } from "./histogram";

/** One variable large: its picture, and the numbers of each element. */
export function OneResult({ strings, result }: { strings: Strings; result: ResultView }) {
  const { name, unit, posterior } = result;
  const { elements, form } = posterior;
  const [first] = elements;
  const alone = form === "numbers" && elements.length === 1 && first !== undefined;
  const spoken = spokenResult(strings, result);
  return (
    <section class="why-result">
      <h3>
        {name}
        {unit && <small> ({unit})</small>}
      </h3>
      {alone ? (
        <Histogram
          label={spoken}
          start={posterior.start}
          end={posterior.end}
          prior={first.before}
          posterior={first.after}
          mean={first.mean}
          low={first.low}
          high={first.high}
        />
      ) : (
        <Large strings={strings} posterior={posterior} label={spoken} />
      )}
      {alone ? (
        <>
          <p class="why-legend">
            <span class="why-legend-posterior">{strings.resultsPosterior}</span>
            <span class="why-legend-prior">{strings.resultsPrior}</span>
            <span class="why-legend-interval">{strings.resultsInterval}</span>
          </p>
          <dl class="why-facts">
            <dt>{strings.resultsMean}</dt>
            <dd>{numberText(first.mean)}</dd>
            <dt>{strings.resultsDeviation}</dt>
            <dd>{numberText(first.deviation)}</dd>
            <dt>{strings.resultsInterval}</dt>
            <dd>{intervalText(posterior, first)}</dd>
            {first.r_hat === undefined ? null : (
              <>
                <dt>{strings.resultsAgreement}</dt>
                <dd>{first.r_hat.toFixed(2)}</dd>
                <dt>{strings.resultsSize}</dt>
                <dd>{numberText(first.effective_sample_size)}</dd>
              </>
            )}
          </dl>
        </>
      ) : elements.length > TOLD ? (
        <details class="why-result-elements">
          <summary>
            {fill(elements.length < posterior.total ? strings.resultsFirst : strings.resultsElements, {
              shown: elements.length,
              count: posterior.total,
            })}
          </summary>
          <Elements strings={strings} posterior={posterior} />
        </details>
      ) : (
        <Elements strings={strings} posterior={posterior} />
      )}
    </section>
  );
}

interface PartProps {
  readonly strings: Strings;
  readonly posterior: PosteriorView;
}

function Large({ strings, posterior, label }: PartProps & { readonly label: string }) {
  const kind = pictureOf(posterior, TOLD);
  const axis = kind === "rows" ? [posterior.start, posterior.end] : extentOf(posterior);
  const ends = axis.map((value) => meanText(posterior, value));
  return (
    <>
      <div class="why-result-picture" data-kind={kind} role="img" aria-label={label}>
        {kind === "columns" || kind === "band" ? (
          <div class="why-result-ticks" aria-hidden="true">
            <span>{ends[1]}</span>
            <span>{ends[0]}</span>
          </div>
        ) : null}
        <div style={{ height: `${heightOf(kind, posterior)}px` }}>
          <Picture view={posterior} kind={kind} />
        </div>
      </div>
      {kind === "heatmap" ? (
        <p class="why-hint">{mapText(strings, posterior)}</p>
      ) : (
        <p class="why-legend">
          <span class="why-legend-posterior">{strings.resultsPosterior}</span>
          <span class="why-legend-prior">{strings.resultsPrior}</span>
          {kind === "rows" && posterior.form === "numbers" ? (
            <span>
              {ends[0]} … {ends[1]}
            </span>
          ) : null}
        </p>
      )}
    </>
  );
}

function Elements({ strings, posterior }: PartProps) {
  const { elements, form } = posterior;
  // They take the room of the deviation, which the interval tells as well.
  const chains = elements.some((element) => element.r_hat !== undefined);
  const spread = form !== "categories" && elements.some(({ deviation }) => deviation !== null);
  return (
    <table class="why-result-table">
      <thead>
        <tr>
          <th scope="col">{strings.resultsElement}</th>
          <th scope="col">{strings.resultsMean}</th>
          {spread && !chains && <th scope="col">{strings.resultsDeviation}</th>}
          {spread && <th scope="col">{strings.resultsInterval}</th>}
          {chains && <th scope="col">{strings.resultsAgreement}</th>}
          {chains && <th scope="col">{strings.resultsSize}</th>}
        </tr>
      </thead>
      <tbody>
        {elements.map((element) => (
          <tr key={element.label}>
            <th scope="row">{element.label}</th>
            <td>{meanText(posterior, element.mean)}</td>
            {spread && !chains && <td>{meanText(posterior, element.deviation)}</td>}
            {spread && <td>{intervalText(posterior, element)}</td>}
            {chains && <td>{element.r_hat?.toFixed(2) ?? "–"}</td>}
            {chains && <td>{numberText(element.effective_sample_size)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const ROW = 28;

function heightOf(kind: PictureKind, { elements, shape }: PosteriorView): number {
  if (kind === "rows") return ROW * elements.length;
  if (kind !== "heatmap") return 104;
  const inner = shape.at(-1) ?? 1;
  const [less, more] = [inner, Math.ceil(elements.length / inner)].sort((a, b) => a - b);
  return Math.max(40, Math.min(240, (256 * (less ?? 1)) / (more ?? 1)));
}

/** Which way the axes run and what the colours say. */
function mapText(strings: Strings, posterior: PosteriorView): string {
  const { shape, elements } = posterior;
  const inner = shape.at(-1) ?? 1;
  const outer = Math.ceil(elements.length / inner);
  const [across, down] = outer > inner ? [outer, inner] : [inner, outer];
  const [least] = meanRange(posterior) ?? [0];
  const size = fullColor(posterior);
  return fill(least < 0 ? strings.resultsMapColors : strings.resultsMap, {
    across,
    down,
    most: meanText(posterior, size),
    least: meanText(posterior, -size),
  });
}
