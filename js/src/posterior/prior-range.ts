import { HEIGHT, slots } from "./frame";
import type { PosteriorView } from "./view";

/** Outside of the box: an edge that lies there is not seen. */
const OUTSIDE = 4;

/**
 * The 90 % intervals of the priors behind columns or a band, as one area for neighbours. It is open where a prior reaches
 * further than the axis.
 */
export function priorRange({ elements, shape }: PosteriorView, [start, end]: readonly [number, number]): string {
  const { at, width } = slots(shape, elements.length);
  const heightAt = (value: number): number => {
    if (value > end) return -OUTSIDE;
    if (value < start) return HEIGHT + OUTSIDE;
    return HEIGHT * (1 - (value - start) / (end - start || 1));
  };
  const areas: string[] = [];
  let tops: string[] = [];
  let bottoms: string[] = [];
  let reached = Number.NEGATIVE_INFINITY;
  const finish = (): void => {
    if (tops.length > 0) areas.push(`M${[...tops, ...bottoms.reverse()].join("L")}Z`);
    [tops, bottoms] = [[], []];
  };
  elements.forEach(({ prior_low: low, prior_high: high }, i) => {
    const left = at(i);
    if (left - reached > width / 2) finish();
    if (low === null || high === null) return;
    const right = at(i) + width;
    tops.push(`${left} ${heightAt(high)}`, `${right} ${heightAt(high)}`);
    bottoms.push(`${left} ${heightAt(low)}`, `${right} ${heightAt(low)}`);
    reached = right;
  });
  finish();
  return areas.join("");
}
