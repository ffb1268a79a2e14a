/** Results as the panels show them: numbers of one variable with its two histograms, and a table of all. Pure. */
import type { ModelDocument } from "../document/document";
import type { Key, ResultsTrait, Summary } from "../protocol/types";

export interface ResultNumbers {
  readonly key: Key;
  readonly name: string;
  readonly unit: string;
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly start: number;
  readonly end: number;
  readonly elements: readonly number[];
}

export interface ResultView extends ResultNumbers {
  readonly prior: readonly number[];
  readonly posterior: readonly number[];
}

/** A table longer than this is cut: the search finds the rest. */
const LISTED = 200;

export function resultRows(document: ModelDocument, results: ResultsTrait | null): readonly ResultNumbers[] {
  const rows = Object.entries(results?.variables ?? {})
    .slice(0, LISTED)
    .map(([key, summary]) => numbers(document, key, summary));
  // Two variables of one name are told apart by their scopes.
  const counts = new Map<string, number>();
  for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  return rows.map((row) =>
    (counts.get(row.name) ?? 0) > 1 ? { ...row, name: `${scopeName(document, row.key)}${row.name}` } : row,
  );
}

export function resultOf(document: ModelDocument, results: ResultsTrait | null, key: Key): ResultView | null {
  const summary = results?.variables[key];
  if (!results || !summary) return null;
  return {
    ...numbers(document, key, summary),
    prior: histogram(results, summary, 0),
    posterior: histogram(results, summary, 1),
  };
}

function scopeName(document: ModelDocument, key: Key): string {
  const name = document.records.get(document.records.get(key)?.scope ?? "")?.name;
  return name === undefined ? "" : `${name}.`;
}

function numbers(document: ModelDocument, key: Key, summary: Summary): ResultNumbers {
  const record = document.records.get(key);
  const { mean, deviation, low, high, start, end, elements } = summary;
  return {
    key,
    name: record?.name ?? key,
    unit: record?.unit ?? "",
    mean,
    deviation,
    low,
    high,
    start,
    end,
    elements: elements ?? [],
  };
}

/** Row `which` (0 prior, 1 posterior) of a variable in the buffer of float32 `(variables, 2, bins)`. */
function histogram({ densities, bins }: ResultsTrait, summary: Summary, which: 0 | 1): number[] {
  const start = (summary.density * 2 + which) * bins * 4;
  if (start + bins * 4 > densities.byteLength) return [];
  return Array.from({ length: bins }, (_, bin) => densities.getFloat32(start + bin * 4, true));
}
