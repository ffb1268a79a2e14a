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
  return { records: swapped(patch.records), layout: swapped(patch.layout) };
}

/** One patch with the effect of `first`, then `second`. */
export function compose(first: Patch, second: Patch): Patch {
  return { records: joined(first.records, second.records), layout: joined(first.layout, second.layout) };
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

function joined<T extends ModelRecord | Position>(first: Pairs<T>, second: Pairs<T>): Record<Key, Pair<T>> {
  const pairs = new Map<Key, Pair<T>>(Object.entries(first));
  for (const [key, [before, after]] of Object.entries(second)) {
    pairs.set(key, [pairs.get(key)?.[0] ?? (pairs.has(key) ? null : before), after]);
  }
  return difference(pairs);
}
