/** Which scopes start open: all of a small model, only the outer ones of a large one. Pure. */
import type { ModelDocument } from "../document/document";
import { isScope } from "../document/records";
import type { Key } from "../protocol/types";

/** More boxes than this are a map, not a picture that can be read. */
const READABLE = 300;

/** Scopes to open under a root, level by level, as long as the boxes that are seen stay readable. */
export function openAtFirst(document: ModelDocument, root: Key): ReadonlySet<Key> {
  const open = new Set<Key>([root]);
  let level = nodesIn(document, root);
  let boxes = level.length;
  while (level.length > 0) {
    // A level opens as a whole: scopes of one kind, some open and some closed, look as if that meant something.
    const next = level.flatMap((scope) => nodesIn(document, scope));
    boxes += next.length;
    if (boxes > READABLE) break;
    for (const scope of level) if (nodesIn(document, scope).length > 0) open.add(scope);
    level = next;
  }
  return open;
}

/** Scopes that were not there before and stand in an open scope, as long as the model is small. */
export function openAmongNew(before: ModelDocument, after: ModelDocument, open: ReadonlySet<Key>): readonly Key[] {
  if (after.records.size <= before.records.size || after.records.size > READABLE * 4) return [];
  const found: Key[] = [];
  for (const [key, record] of after.records) {
    if (before.records.has(key) || !isScope(record) || record.distribution !== undefined) continue;
    if (record.scope !== undefined && (open.has(record.scope) || found.includes(record.scope))) found.push(key);
  }
  return found;
}

function nodesIn(document: ModelDocument, scope: Key): readonly Key[] {
  return (document.children.get(scope) ?? []).filter((key) => {
    const record = document.records.get(key);
    return record !== undefined && isScope(record);
  });
}
