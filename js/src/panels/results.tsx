import { breakable } from "../breakable";
import type { ResultView } from "../editor/result-views";
import { fill, type Strings } from "../editor/strings";
import { intervalText, lineText, meanText, TOLD } from "../posterior/words";
import { Bound } from "./bound";
import { EmptyState } from "./empty-state";
import { OneResult } from "./one-result";

export interface ResultsProps {
  readonly strings: Strings;
  readonly selected: ResultView | null;
  /** Every variable with a posterior, for the table below. */
  readonly all: readonly ResultView[];
  readonly bound: readonly (readonly [number, number])[];
  readonly stale: boolean;
  readonly row: number | null;
  readonly rows: number;
  /** The row that the evidence asks about. */
  readonly question: number | null;
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
            onChange={(event) => props.onRow(event.currentTarget.checked ? (props.question ?? 0) : null)}
          />
          <span>
            {props.row === null
              ? strings.resultsRowLabel
              : fill(props.row === props.question ? strings.resultsQuestion : strings.resultsRow, {
                  row: props.row + 1,
                  rows: props.rows,
                })}
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
      <Bound strings={strings} bound={props.bound} />
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
            <VariableRows key={one.key} result={one} selected={one.key === selected?.key} onSelect={props.onSelect} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowsProps {
  readonly result: ResultView;
  readonly selected: boolean;
  readonly onSelect: (key: string) => void;
}

/** A row for each element; of many elements one row for all, and selecting it lists them above. */
function VariableRows({ result: { key, name, posterior }, selected, onSelect }: RowsProps) {
  const { elements } = posterior;
  const link = (text: string, size = "") => (
    <th scope="row">
      <button type="button" class="why-link" onClick={() => onSelect(key)}>
        {breakable(text)}
      </button>
      {size && <small class="why-result-size"> {size}</small>}
    </th>
  );
  if (elements.length > TOLD)
    return (
      <tr data-selected={selected}>
        {link(name, `(${posterior.shape.join(", ")})`)}
        <td colSpan={2}>{lineText(posterior)}</td>
      </tr>
    );
  return (
    <>
      {elements.map((element, i) => (
        <tr key={element.label} data-selected={selected}>
          {i === 0 ? (
            link(elements.length === 1 ? name : `${name} ${element.label}`)
          ) : (
            <th scope="row">{breakable(`${name} ${element.label}`)}</th>
          )}
          <td>{meanText(posterior, element.mean)}</td>
          <td>{intervalText(posterior, element) || "–"}</td>
        </tr>
      ))}
    </>
  );
}
