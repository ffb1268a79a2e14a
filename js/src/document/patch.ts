/** Patches: what changed, as `[before, after]` by key; `null` stands for absent. */
import type { Key, ModelRecord, PatchData, Position } from "../protocol/types";
import { canonical } from "./canonical";

export type Patch = PatchData;
export type Pair<T> = readonly [before: T | null, after: T | null];
type Pairs<T> = Readonly<Record<Key, Pair<T>>>;

export const EMPTY_PATCH: Patch = { records: {}, layout: {} };

export function isEmpty(patch: Patch): boolean {
  return Object.keys(patch.records).length === 0 && Object.keys(patch.layout).length === 0;
}

/** The patch that undoes this one. */
export function inverse(patch: Patch): Patch {
  return withValues({ records: swapped(patch.records), layout: swapped(patch.layout) }, patch.values);
}

/** The patch with entries that the values table gains. The table only grows, so that an inverse keeps them. */
export function withValues(patch: Patch, values: Patch["values"]): Patch {
  return values && Object.keys(values).length > 0 ? { ...patch, values } : patch;
}

/** One patch with the effect of `first`, then `second`. */
export function compose(first: Patch, second: Patch): Patch {
  return composeAll([first, second]);
}

/** One patch with the effect of all of these in turn, in time proportional to their sizes. */
export function composeAll(patches: readonly Patch[]): Patch {
  const [only] = patches;
  if (only && patches.length === 1) return only;
  const records = new Map<Key, Pair<ModelRecord>>();
  const layout = new Map<Key, Pair<Position>>();
  for (const patch of patches) {
    extend(records, patch.records);
    extend(layout, patch.layout);
  }
  const values = Object.fromEntries(patches.flatMap((patch) => Object.entries(patch.values ?? {})));
  return withValues({ records: difference(records), layout: difference(layout) }, values);
}

/** Only what really differs. */
export function difference<T extends ModelRecord | Position>(
  pairs: Iterable<readonly [Key, Pair<T>]>,
): Record<Key, Pair<T>> {
  const kept: [Key, Pair<T>][] = [];
  for (const [key, pair] of pairs) {
    const [before, after] = pair;
    if (before !== after && (before === null || after === null || canonical(before) !== canonical(after))) {
      kept.push([key, pair]);
    }
  }
  return Object.fromEntries(kept);
}

function swapped<T>(pairs: Pairs<T>): Record<Key, Pair<T>> {
  return Object.fromEntries(Object.entries(pairs).map(([key, [before, after]]) => [key, [after, before]]));
}

function extend<T>(pairs: Map<Key, Pair<T>>, changes: Pairs<T>): void {
  for (const [key, [before, after]] of Object.entries(changes)) {
    const known = pairs.get(key);
    pairs.set(key, [known ? known[0] : before, after]);
  }
}
