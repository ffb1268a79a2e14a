/** Results as the panels show them: the posterior of one variable, and a table of all. Pure. */
import type { ModelDocument } from "../document/document";
import { numberText } from "../number-text";
import { type PosteriorView, posteriorOf } from "../posterior/view";
import { elementText, lineText, meanText, TOLD } from "../posterior/words";
import type { Key, ResultsTrait } from "../protocol/types";
import { fill, type Strings } from "./strings";

export interface ResultView {
  readonly key: Key;
  readonly name: string;
  readonly unit: string;
  readonly posterior: PosteriorView;
}

/** A table longer than this is cut: the search finds the rest. */
const LISTED = 200;

export function resultRows(document: ModelDocument, results: ResultsTrait | null): readonly ResultView[] {
  const rows = Object.keys(results?.variables ?? {})
    .slice(0, LISTED)
    .flatMap((key) => resultOf(document, results, key) ?? []);
  // Two variables of one name are told apart by their scopes.
  const counts = new Map<string, number>();
  for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  return rows.map((row) =>
    (counts.get(row.name) ?? 0) > 1 ? { ...row, name: `${scopeName(document, row.key)}${row.name}` } : row,
  );
}

export function resultOf(document: ModelDocument, results: ResultsTrait | null, key: Key): ResultView | null {
  const posterior = posteriorOf(document, results, key);
  if (!posterior) return null;
  const record = document.records.get(key);
  return { key, name: record?.name ?? key, unit: record?.unit ?? "", posterior };
}

/** What a screen reader says of a variable: each element where they are few. */
export function spokenResult(strings: Strings, { name, posterior }: ResultView): string {
  const { elements, form } = posterior;
  if (elements.length > TOLD) return fill(strings.resultsSpeakMany, { name, text: lineText(posterior) });
  const texts = elements.map((element) =>
    form === "categories" || element.low === null
      ? elementText(posterior, element)
      : fill(strings.resultsSpeakElement, {
          element: element.label && `${element.label}:`,
          mean: meanText(posterior, element.mean),
          low: meanText(posterior, element.low),
          high: meanText(posterior, element.high),
        }).trim(),
  );
  const [first] = elements;
  if (elements.length === 1 && first && form === "numbers")
    return fill(strings.resultsSpeak, {
      name,
      mean: numberText(first.mean),
      low: numberText(first.low),
      high: numberText(first.high),
    });
  return fill(strings.resultsSpeakMany, { name, text: texts.join("; ") });
}

function scopeName(document: ModelDocument, key: Key): string {
  const name = document.records.get(document.records.get(key)?.scope ?? "")?.name;
  return name === undefined ? "" : `${name}.`;
}
