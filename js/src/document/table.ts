/** The tables of a document that selectors and checks read. */
import type { Key, ModelRecord, Position } from "../protocol/types";

/** What a document and a draft of one have in common: enough for every selector. */
export interface Table {
  readonly records: ReadonlyMap<Key, ModelRecord>;
  readonly layout: ReadonlyMap<Key, Position>;
  /** Everything in a scope, operators and links too, in order of creation; roots under `null`. */
  readonly children: ReadonlyMap<Key | null, readonly Key[]>;
  /** Keys by `nameKey(scope, name)`. Roots are not in it: their names need not be unique. */
  readonly names: ReadonlyMap<string, Key>;
  /** Who refers to a key by an operand, a parameter or a link. */
  readonly users: ReadonlyMap<Key, ReadonlySet<Key>>;
  /** Large constants: base64 by content hash. */
  readonly values: ReadonlyMap<string, string>;
}

/** The entry of a child in `names`. */
export function nameKey(scope: Key, name: string): string {
  return `${scope}/${name}`;
}
