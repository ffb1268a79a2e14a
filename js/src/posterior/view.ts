/** One variable's posterior as pictures and words need it: named elements with their histograms. Pure. */
import type { ModelDocument } from "../document/document";
import type { Form, Key, Marginal, ModelRecord, ResultsTrait, Summary } from "../protocol/types";

export interface ElementView extends Marginal {
  /** Its place in the array, or the name of its category; empty for a number alone. */
  readonly label: string;
  /** Heights of the bins; empty where there is no histogram. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export interface PosteriorView {
  readonly key: Key;
  readonly form: Form;
  readonly shape: readonly number[];
  readonly elements: readonly ElementView[];
  /** How many there are; more than `elements` where only the first ones travel. */
  readonly total: number;
  readonly start: number;
  readonly end: number;
}

const remembered = new WeakMap<Summary, { readonly record: ModelRecord | undefined; readonly view: PosteriorView }>();

/** What was learned of a variable, the same object while it is the same; null before a solve. */
export function posteriorOf(document: ModelDocument, results: ResultsTrait | null, key: Key): PosteriorView | null {
  const summary = results?.variables[key];
  if (!results || !summary) return null;
  const record = document.records.get(key);
  const before = remembered.get(summary);
  if (before && before.record === record) return before.view;
  const view = posteriorView(key, results, summary, record);
  remembered.set(summary, { record, view });
  return view;
}

function posteriorView(
  key: Key,
  results: ResultsTrait,
  summary: Summary,
  record: ModelRecord | undefined,
): PosteriorView {
  const { form, shape, start, end } = summary;
  const labels = labelsOf(form, shape, record?.labels);
  return {
    key,
    form,
    shape,
    start,
    end,
    total: shape.reduce((all, size) => all * size, 1),
    elements: summary.elements.map((marginal, i) => ({
      ...marginal,
      mean: told(marginal.mean, marginal.deviation),
      label: labels(i),
      before: histogram(results, summary, i, 0),
      after: histogram(results, summary, i, 1),
    })),
  };
}

/** A mean to a hundredth of its deviation: what is finer is chance, and is read as if it were not. */
function told(mean: number | null, deviation: number | null): number | null {
  if (mean === null || !deviation) return mean;
  const step = 10 ** Math.floor(Math.log10(deviation / 100));
  return Math.round(mean / step) * step;
}

/** The name of an element by its number in the array. */
function labelsOf(form: Form, shape: readonly number[], given: unknown): (element: number) => string {
  const width = shape.at(-1);
  if (width === undefined) return () => (form === "parts" ? "true" : "");
  const names = Array.isArray(given) && given.length === width ? given.map(String) : null;
  return (element) => {
    const place = index(shape, element);
    const last = place.at(-1) ?? 0;
    if (names === null && form !== "categories") return `[${place.join(", ")}]`;
    const name = names?.[last] ?? String(last);
    return place.length === 1 ? name : `[${place.slice(0, -1).join(", ")}] ${name}`;
  };
}

/** The place of an element in an array of this shape, last axis fastest. */
function index(shape: readonly number[], element: number): number[] {
  let rest = element;
  return [...shape]
    .reverse()
    .map((size) => {
      const place = rest % size;
      rest = Math.floor(rest / size);
      return place;
    })
    .reverse();
}

/** The heights of one element's bins, before (0) or after (1) the data. */
function histogram({ densities, bins }: ResultsTrait, summary: Summary, element: number, which: 0 | 1): number[] {
  if (summary.density === undefined) return [];
  const start = ((summary.density + element) * 2 + which) * bins * 4;
  if (start + bins * 4 > densities.byteLength) return [];
  return Array.from({ length: summary.bins }, (_, bin) => densities.getFloat32(start + bin * 4, true));
}
