/** What a posterior says in a few words. Numbers have at most three significant digits. Pure. */
import { numberText } from "../number-text";
import type { ElementView, PosteriorView } from "./view";

/** The mean of one element; a share or a probability in percent. */
export function meanText({ form }: PosteriorView, mean: number | null): string {
  if (mean === null || form === "numbers") return numberText(mean);
  return `${numberText(Number((100 * mean).toPrecision(2)))} %`;
}

export function intervalText(view: PosteriorView, { low, high }: ElementView): string {
  return low === null || high === null ? "" : `${meanText(view, low)} to ${meanText(view, high)}`;
}

/** One element: its name, mean and interval. */
export function elementText(view: PosteriorView, element: ElementView): string {
  const interval = intervalText(view, element);
  const mean = meanText(view, element.mean);
  return `${element.label && `${element.label}: `}${interval ? `${mean} (${interval})` : mean}`;
}

/** The line below a picture that has no room for the numbers of every element. */
export function lineText(view: PosteriorView): string {
  const [first] = view.elements;
  if (first && view.elements.length === 1) return elementText(view, first);
  if (view.form === "categories" && view.shape.length === 1) {
    const likely = view.elements.reduce((best, each) => ((each.mean ?? 0) > (best.mean ?? 0) ? each : best));
    return `most likely ${elementText(view, likely)}`;
  }
  const range = meanRange(view);
  return range === null ? "" : `means ${meanText(view, range[0])} to ${meanText(view, range[1])}`;
}

/** All of it in words: each element where they are few. */
export function fullText(view: PosteriorView): string {
  if (view.elements.length > TOLD) return lineText(view);
  return view.elements.map((element) => elementText(view, element)).join(", ");
}

/** The smallest and the largest mean. */
export function meanRange({ elements }: PosteriorView): readonly [number, number] | null {
  const means = elements.flatMap(({ mean }) => (mean === null ? [] : [mean]));
  return means.length ? [Math.min(...means), Math.max(...means)] : null;
}

/** So many elements are told one by one. */
export const TOLD = 8;
