/** The Paste command: records from elsewhere, under keys that their sender made. */
import type { Key, ModelRecord, Paste } from "../protocol/types";
import { byName } from "./canonical";
import { withoutReferences } from "./cascade";
import { checkRecord, checkRings, checkShape } from "./checks";
import type { Draft } from "./draft";
import { checkPosition } from "./fields";
import { isKey } from "./key";
import type { Family, Kinds } from "./kinds";
import { isLink, isOperator, references, storedHashes } from "./records";
import { refuse, shown } from "./refusal";
import { describe, freshName } from "./selectors";
import type { Table } from "./table";

/** Put a set of records into a scope; what they refer to outside the set stays if it still exists. */
export function paste(draft: Draft, command: Paste, kinds: Kinds): void {
  const { scope } = command;
  const { table } = draft;
  if (!table.records.has(scope)) {
    refuse("UnknownName", `There is no record '${scope}' in this document. It may have been deleted meanwhile.`);
  }
  const { records, families } = sound(table, command.records, kinds);
  const keys = [...records.keys()].sort(byName);
  for (const key of keys) {
    const record = records.get(key);
    if (record) draft.put(key, records.has(record.scope ?? "") ? record : placed(table, record, scope));
  }
  checkScopes(table, keys);
  for (const key of keys) {
    const record = table.records.get(key);
    const family = families.get(key);
    if (record && family) checkRecord(table, key, record, family, kinds);
  }
  checkRings(table, keys);
  storeValues(draft, records, command.values ?? {});
  for (const key of Object.keys(command.layout).sort(byName)) {
    const position = command.layout[key];
    if (!records.has(key)) continue;
    checkPosition(key, position);
    if (position) draft.place(key, position);
  }
}

function placed(table: Table, record: ModelRecord, scope: Key): ModelRecord {
  return record.name === undefined
    ? { ...record, scope }
    : { ...record, name: freshName(table, scope, record.name), scope };
}

/** That values match their hash is checked where Python runs. */
function storeValues(
  draft: Draft,
  records: ReadonlyMap<Key, ModelRecord>,
  values: Readonly<Record<string, string>>,
): void {
  const { table } = draft;
  for (const [key, record] of records) {
    for (const hash of storedHashes(record)) {
      if (table.values.has(hash)) continue;
      const text = Object.hasOwn(values, hash) ? values[hash] : undefined;
      const where = `The values '${hash}' of ${describe(table, key)}`;
      if (text === undefined) refuse("ParameterError", `${where} are missing from what was pasted. Copy it again.`);
      draft.store({ [hash]: text });
    }
  }
}

function sound(table: Table, pasted: Readonly<Record<Key, ModelRecord>>, kinds: Kinds) {
  const records = new Map<Key, ModelRecord>();
  const families = new Map<Key, Family>();
  for (const [key, record] of Object.entries(pasted).sort(([a], [b]) => byName(a, b))) {
    if (table.records.has(key)) {
      refuse(
        "DocumentError",
        `The key '${key}' is taken by ${describe(table, key)}. Make a fresh key for every new record.`,
      );
    }
    if (!isKey(key)) {
      refuse("DocumentError", `${shown(key)} cannot be a key. A key is made of 1 to 64 letters and digits.`);
    }
    families.set(key, checkShape(record, kinds));
    records.set(key, record);
  }
  const missing = new Set<Key>();
  for (const record of records.values()) {
    for (const ref of references(record)) if (!records.has(ref) && !table.records.has(ref)) missing.add(ref);
  }
  if (missing.size) drop(records, missing);
  return { records, families };
}

/** Take out the operators and links that cannot be without a missing record, and unset parameters. */
function drop(records: Map<Key, ModelRecord>, missing: ReadonlySet<Key>): void {
  const users = new Map<Key, Key[]>();
  for (const [key, record] of records) {
    for (const ref of references(record)) {
      const list = users.get(ref);
      if (list) list.push(key);
      else users.set(ref, [key]);
    }
  }
  const gone = new Set(missing);
  const stack = [...missing];
  for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
    for (const user of users.get(key) ?? []) {
      const record = records.get(user);
      if (!record || gone.has(user) || !(isOperator(record) || isLink(record))) continue;
      gone.add(user);
      stack.push(user);
    }
  }
  for (const key of gone) records.delete(key);
  for (const [key, record] of records) {
    if (references(record).some((ref) => gone.has(ref))) records.set(key, withoutReferences(record, gone));
  }
}

function checkScopes(table: Table, keys: readonly Key[]): void {
  const pasted = new Set(keys);
  const known = new Set<Key>();
  for (const start of keys) {
    const inside = new Set<Key>();
    let last = start;
    for (let key: Key | undefined = start; key !== undefined && pasted.has(key) && !known.has(key); ) {
      if (inside.has(key)) {
        refuse("ScopeError", `The pasted records '${key}' and '${last}' contain each other. Copy them again.`);
      }
      inside.add(key);
      last = key;
      key = table.records.get(key)?.scope;
    }
    for (const key of inside) known.add(key);
  }
}
