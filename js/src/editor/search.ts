/** Searching the model: by name, kind and distribution. */

import type { ModelDocument } from "../document/document";
import { isOperator } from "../document/records";
import { contains } from "../document/selectors";
import type { Key } from "../protocol/types";

/** Every node under `root` that has all words in its name, kind or distribution, in the order of the document; `null` without words. */
export function searchMatches(document: ModelDocument, root: Key, query: string): readonly Key[] | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const found: Key[] = [];
  for (const [key, record] of document.records) {
    if (isOperator(record) || record.name === undefined) continue;
    const text = `${record.name} ${record.kind} ${record.distribution ?? ""}`.toLowerCase();
    if (words.every((word) => text.includes(word)) && key !== root && contains(document, root, key)) found.push(key);
  }
  return found.sort();
}
