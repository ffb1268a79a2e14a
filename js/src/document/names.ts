/**
 * What a name means in a scope, and the shortest name of a record as seen from a scope. A name is looked up in the
 * scope and then outwards; the names of roots are seen from everywhere. A dotted name goes downwards from there.
 * Twin of `python/whyboard/document/names.py`.
 */
import { byName } from "./canonical";
import type { Key } from "./records";
import { ancestors, path as label } from "./selectors";
import { nameKey, type Table } from "./table";
import { quote } from "./tokens";

const NEAR = 3;
const RESERVED = new Set(["True", "False", "None", "inf"]);
const rootNames = new WeakMap<readonly Key[], ReadonlyMap<string, Key>>();

/** The child of that name, or the root. */
export function child(table: Table, scope: Key | null, name: string): Key | undefined {
  return scope === null ? roots(table).get(name) : table.names.get(nameKey(scope, name));
}

/** The key that a bare name means in a scope. */
export function visible(table: Table, scope: Key | null, name: string): Key | undefined {
  for (const place of outwards(table, scope)) {
    const found = child(table, place, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The shortest name that means this record in that scope; with a leading dot, from the root, if need be. */
export function shortest(table: Table, scope: Key | null, key: Key): string {
  const path = [...ancestors(table, key).reverse(), key];
  const names = path.map((each) => table.records.get(each)?.name ?? "");
  for (let start = path.length - 1; start >= 0; start--) {
    const first = names[start] ?? "";
    const alone = start === path.length - 1 && RESERVED.has(first);
    if (!alone && visible(table, scope, first) === path[start]) return names.slice(start).join(".");
  }
  return `.${names.join(".")}`;
}

/** Names of the direct children, by key. */
export function childNames(table: Table, scope: Key | null): [string, Key][] {
  return (table.children.get(scope) ?? []).flatMap((key): [string, Key][] => {
    const name = table.records.get(key)?.name;
    return name === undefined ? [] : [[name, key]];
  });
}

/** Names that may have been meant: the same name elsewhere, then visible names that are spelt alike. */
export function suggestions(table: Table, scope: Key | null, name: string): string[] {
  const root = scope === null ? null : (ancestors(table, scope).at(-1) ?? scope);
  const elsewhere = [...table.records]
    .filter(([, record]) => record.name === name)
    .filter(([key]) => root === null || (ancestors(table, key).at(-1) ?? key) === root)
    .map(([key]) => shortest(table, scope, key))
    .sort(byName);
  const seen = new Set(outwards(table, scope).flatMap((place) => childNames(table, place).map(([each]) => each)));
  return [...elsewhere, ...near(name, seen)].slice(0, NEAR);
}

/** Candidates that are spelt like a name, the nearest first. */
export function near(name: string, candidates: Iterable<string>): string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  return [...candidates]
    .map((each): [number, string] => [distance(name.toLowerCase(), each.toLowerCase(), limit), each])
    .filter(([far]) => far <= limit)
    .sort(([a, left], [b, right]) => a - b || byName(left, right))
    .slice(0, NEAR)
    .map(([, each]) => each);
}

/** The end of a message about an unknown name. */
export function didYouMean(names: readonly string[]): string {
  return names.length ? ` Did you mean ${names.map(quote).join(" or ")}?` : "";
}

export { label };

function outwards(table: Table, scope: Key | null): (Key | null)[] {
  return scope === null ? [null] : [scope, ...ancestors(table, scope), null];
}

function roots(table: Table): ReadonlyMap<string, Key> {
  const keys = table.children.get(null) ?? [];
  let names = rootNames.get(keys);
  if (!names) {
    names = new Map(childNames(table, null).reverse());
    rootNames.set(keys, names);
  }
  return names;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words, or anything above the limit. */
function distance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = at(above, j - 1) + (left[i - 1] === right[j - 1] ? 0 : 1);
      let cost = Math.min(at(above, j) + 1, at(row, j - 1) + 1, replaced);
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (swapped) cost = Math.min(cost, at(before, j - 2) + 1);
      row.push(cost);
    }
    before = above;
  }
  return at(row, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
