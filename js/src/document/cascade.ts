/** What goes, or moves, along with something else: contents, dependants and operators that nothing else uses. */
import type { Key, ModelRecord } from "../protocol/types";
import type { Draft } from "./draft";
import { isLink, isOperator, isRef, references } from "./records";
import type { Table } from "./table";

const NOBODY: ReadonlySet<Key> = new Set();

/** These records, what they contain, the operators and links that used any of it, and operators only they used. */
export function doomed(table: Table, keys: Iterable<Key>): Set<Key> {
  const found = new Set<Key>();
  const stack = [...keys];
  for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    for (const child of table.children.get(key) ?? []) stack.push(child);
    for (const user of table.users.get(key) ?? NOBODY) {
      const record = table.records.get(user);
      if (record && (isOperator(record) || isLink(record))) stack.push(user);
    }
  }
  for (const key of onlyUsedBy(table, found)) found.add(key);
  return found;
}

/** The operators, outside of these records, that nothing but these records and each other use. */
export function onlyUsedBy(table: Table, keys: ReadonlySet<Key>): Set<Key> {
  const found = new Set<Key>();
  const stack: Key[] = [];
  for (const key of keys) {
    const record = table.records.get(key);
    if (record) stack.push(...references(record));
  }
  for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
    const record = table.records.get(key);
    if (!record || keys.has(key) || found.has(key) || !isOperator(record)) continue;
    if ([...(table.users.get(key) ?? NOBODY)].every((user) => keys.has(user) || found.has(user))) {
      found.add(key);
      stack.push(...(record.operands ?? []));
    }
  }
  return found;
}

/** Remove records and their layout; parameters of others that referred to them become unset. */
export function remove(draft: Draft, keys: ReadonlySet<Key>): void {
  for (const key of keys) {
    for (const user of [...(draft.table.users.get(key) ?? NOBODY)]) {
      const record = draft.table.records.get(user);
      if (record && !keys.has(user)) draft.put(user, withoutReferences(record, keys));
    }
  }
  for (const key of keys) {
    draft.put(key, null);
    draft.place(key, null);
  }
}

/** Remove the operators that only the previous state of a record used. */
export function release(draft: Draft, before: ModelRecord): void {
  const stack = references(before);
  for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
    const record = draft.table.records.get(key);
    if (record && isOperator(record) && !draft.table.users.get(key)?.size) {
      draft.put(key, null);
      draft.place(key, null);
      stack.push(...(record.operands ?? []));
    }
  }
}

/** The record with every parameter unset that refers to one of these keys. */
export function withoutReferences(record: ModelRecord, keys: ReadonlySet<Key>): ModelRecord {
  const kept = Object.entries(record.parameters ?? {}).filter(([, value]) => !isRef(value) || !keys.has(value.ref));
  return { ...record, parameters: Object.fromEntries(kept) };
}
