/** Histograms as the results carry them: for each variable the prior and the posterior, one after the other. */
import type { ResultsTrait, Summary } from "../protocol/types";

export const PRIOR = 0;
export const POSTERIOR = 1;

/** The heights of the bins. */
export function densityOf(results: ResultsTrait, summary: Summary, which: typeof PRIOR | typeof POSTERIOR): number[] {
  const { densities, bins } = results;
  const start = (summary.density * 2 + which) * bins;
  return Array.from({ length: bins }, (_, i) => {
    const offset = (start + i) * 4;
    return offset + 4 <= densities.byteLength ? densities.getFloat32(offset, true) : 0;
  });
}
