import { breakable } from "../breakable";
import type { ResultNumbers, ResultView } from "../editor/result-views";
import { fill, type Strings } from "../editor/strings";
import { EmptyState } from "./empty-state";
import { Histogram } from "./histogram";
import { numberText } from "./number-text";

export interface ResultsProps {
  readonly strings: Strings;
  readonly selected: ResultView | null;
  /** Every variable with a posterior, for the table below. */
  readonly all: readonly ResultNumbers[];
  readonly method: string;
  readonly stale: boolean;
  readonly row: number | null;
  readonly rows: number;
  readonly onRow: (row: number | null) => void;
  readonly onSelect: (key: string) => void;
}

/** What is believed after the data: one variable large, all of them as a table. */
export function Results(props: ResultsProps) {
  const { strings, selected, all } = props;
  if (all.length === 0) return <EmptyState icon="chart" title={strings.resultsNone} hint={strings.resultsNoneHint} />;
  return (
    <div class="why-results" data-stale={props.stale || undefined}>
      {props.stale && <p class="why-hint why-hint-warn">{strings.resultsStale}</p>}
      {selected ? <OneResult strings={strings} result={selected} /> : <p class="why-hint">{strings.resultsSelect}</p>}
      {props.rows > 0 && (
        <label class="why-row-choice">
          <input
            type="checkbox"
            checked={props.row !== null}
            onChange={(event) => props.onRow(event.currentTarget.checked ? 0 : null)}
          />
          <span>
            {props.row === null
              ? strings.resultsRowLabel
              : fill(strings.resultsRow, { row: props.row + 1, rows: props.rows })}
          </span>
          {props.row !== null && (
            <input
              type="range"
              min={0}
              max={props.rows - 1}
              value={props.row}
              aria-label={strings.resultsRowLabel}
              onInput={(event) => props.onRow(Number(event.currentTarget.value))}
            />
          )}
        </label>
      )}
      <table class="why-result-table">
        <thead>
          <tr>
            <th scope="col">{strings.name}</th>
            <th scope="col">{strings.resultsMean}</th>
            <th scope="col">{strings.resultsInterval}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.key} data-selected={one.key === selected?.key}>
              <th scope="row">
                <button type="button" class="why-link" onClick={() => props.onSelect(one.key)}>
                  {breakable(one.name)}
                </button>
              </th>
              <td>{numberText(one.mean)}</td>
              <td>{one.low === null ? "–" : `${numberText(one.low)} … ${numberText(one.high)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function OneResult({ strings, result }: { strings: Strings; result: ResultView }) {
  const mean = numberText(result.mean);
  const spoken = fill(strings.resultsSpeak, {
    name: result.name,
    mean,
    low: numberText(result.low),
    high: numberText(result.high),
  });
  return (
    <section class="why-result">
      <h3>
        {result.name}
        {result.unit && <small> ({result.unit})</small>}
      </h3>
      <Histogram label={spoken} {...result} />
      <p class="why-legend">
        <span class="why-legend-posterior">{strings.resultsPosterior}</span>
        <span class="why-legend-prior">{strings.resultsPrior}</span>
        <span class="why-legend-interval">{strings.resultsInterval}</span>
      </p>
      <dl class="why-facts">
        <dt>{strings.resultsMean}</dt>
        <dd>{mean}</dd>
        <dt>{strings.resultsDeviation}</dt>
        <dd>{numberText(result.deviation)}</dd>
        <dt>{strings.resultsInterval}</dt>
        <dd>
          {numberText(result.low)} … {numberText(result.high)}
        </dd>
        {result.elements.length > 0 && [
          <dt key="name">{strings.resultsElements}</dt>,
          <dd key="value">{result.elements.map(numberText).join(", ")}</dd>,
        ]}
      </dl>
    </section>
  );
}
