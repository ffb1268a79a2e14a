/** Searching the model: by name, kind and distribution. */

import type { ModelDocument } from "../document/document";
import { isOperator } from "../document/records";
import { contains } from "../document/selectors";
import type { Key } from "../protocol/types";

/**
 * Every node under `root` that has all words in its name, kind or distribution; `null` without words. What is called
 * so comes first, then what starts so, each in the order of creation.
 */
export function searchMatches(document: ModelDocument, root: Key, query: string): readonly Key[] | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const found: Key[] = [];
  for (const [key, record] of document.records) {
    if (isOperator(record) || record.name === undefined) continue;
    const text = `${record.name} ${record.kind} ${record.distribution ?? ""}`.toLowerCase();
    if (words.every((word) => text.includes(word)) && key !== root && contains(document, root, key)) found.push(key);
  }
  const rank = (key: Key): number => {
    const name = document.records.get(key)?.name?.toLowerCase() ?? "";
    const text = words.join(" ");
    return name === text ? 0 : name.startsWith(text) ? 1 : 2;
  };
  return found.sort().sort((first, second) => rank(first) - rank(second));
}
