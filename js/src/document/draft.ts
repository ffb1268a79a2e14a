/** A document being changed: copies a map the first time it is written, and a list of children or users likewise. */
import type { Key, ModelRecord, Position } from "../protocol/types";
import { byName } from "./canonical";
import { difference, type Pair, type Patch, withValues } from "./patch";
import { references } from "./records";
import { nameKey, type Table } from "./table";

export interface Draft {
  /** The state now. Once it is handed on as a document, the draft must not be used again. */
  readonly table: Table;
  /** Add, replace or (with `null`) remove a record. */
  put(key: Key, record: ModelRecord | null): void;
  place(key: Key, position: Position | null): void;
  /** Add to the values table what it lacks. */
  store(entries: Readonly<Record<string, string>>): void;
  /** Everything that changed since the draft was made. */
  patch(): Patch;
}

export function draftOf(base: Table): Draft {
  let records: Map<Key, ModelRecord> | null = null;
  let layout: Map<Key, Position> | null = null;
  const children = copyOnWrite(base.children, (list: readonly Key[]) => [...list]);
  const users = copyOnWrite(base.users, (set: ReadonlySet<Key>) => new Set(set));
  let names: Map<string, Key> | null = null;
  let values: ReadonlyMap<string, string> = base.values;
  const gained = new Map<string, string>();
  const changedRecords = new Map<Key, Pair<ModelRecord>>();
  const changedLayout = new Map<Key, Pair<Position>>();

  const table: Table = {
    get records() {
      return records ?? base.records;
    },
    get layout() {
      return layout ?? base.layout;
    },
    get children() {
      return children.map();
    },
    get names() {
      return names ?? base.names;
    },
    get users() {
      return users.map();
    },
    get values() {
      return values;
    },
  };

  function put(key: Key, record: ModelRecord | null): void {
    const before = table.records.get(key) ?? null;
    if (before === record) return;
    changedRecords.set(key, [changedRecords.has(key) ? (changedRecords.get(key)?.[0] ?? null) : before, record]);
    records ??= new Map(base.records);
    if (record) records.set(key, record);
    else records.delete(key);
    moveBetweenScopes(key, before, record);
    moveName(key, nameOf(before), nameOf(record));
    const old = before ? references(before) : [];
    const now = record ? references(record) : [];
    for (const used of old) if (!now.includes(used)) dropUser(used, key);
    for (const used of now) if (!old.includes(used)) (users.own(used) ?? users.add(used, new Set())).add(key);
  }

  function moveBetweenScopes(key: Key, before: ModelRecord | null, after: ModelRecord | null): void {
    const from = before ? (before.scope ?? null) : undefined;
    const to = after ? (after.scope ?? null) : undefined;
    if (from === to) return;
    if (from !== undefined) {
      const list = children.own(from);
      list?.splice(position(list, key), 1);
      if (list?.length === 0) children.drop(from);
    }
    if (to !== undefined) {
      const list = children.own(to) ?? children.add(to, []);
      list.splice(position(list, key), 0, key);
    }
  }

  function moveName(key: Key, from: string | null, to: string | null): void {
    if (from === to) return;
    names ??= new Map(base.names);
    // Another record may have taken the name already within the same edit.
    if (from !== null && names.get(from) === key) names.delete(from);
    if (to !== null) names.set(to, key);
  }

  function dropUser(used: Key, user: Key): void {
    const set = users.own(used);
    set?.delete(user);
    if (set?.size === 0) users.drop(used);
  }

  function place(key: Key, after: Position | null): void {
    const before = table.layout.get(key) ?? null;
    if (before === after) return;
    changedLayout.set(key, [changedLayout.has(key) ? (changedLayout.get(key)?.[0] ?? null) : before, after]);
    layout ??= new Map(base.layout);
    if (after) layout.set(key, after);
    else layout.delete(key);
  }

  function store(entries: Readonly<Record<string, string>>): void {
    for (const [hash, text] of Object.entries(entries)) if (!values.has(hash)) gained.set(hash, text);
    if (gained.size) values = new Map([...base.values, ...gained]);
  }

  function patch(): Patch {
    const changes = { records: difference(changedRecords), layout: difference(changedLayout) };
    return withValues(changes, Object.fromEntries(gained));
  }

  return { table, put, place, store, patch };
}

/** The entry of a record in `names`; roots and what has no name have none. */
function nameOf(record: ModelRecord | null): string | null {
  return record?.scope !== undefined && record.name !== undefined ? nameKey(record.scope, record.name) : null;
}

/** Where a key stands, or belongs, in a sorted list. */
function position(list: readonly Key[], key: Key): number {
  let low = 0;
  let high = list.length;
  const lastKey = list[high - 1];
  if (lastKey !== undefined && byName(lastKey, key) < 0) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byName(list[middle] ?? "", key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function copyOnWrite<K, R, W extends R>(base: ReadonlyMap<K, R>, copy: (item: R) => W) {
  let written: Map<K, R> | null = null;
  const owned = new Map<K, W>();
  const writable = (): Map<K, R> => {
    written ??= new Map(base);
    return written;
  };
  return {
    map: (): ReadonlyMap<K, R> => written ?? base,
    /** The entry, safe to change; undefined if there is none. */
    own(key: K): W | undefined {
      const mine = owned.get(key);
      if (mine !== undefined) return mine;
      const item = (written ?? base).get(key);
      return item === undefined ? undefined : this.add(key, copy(item));
    },
    add(key: K, item: W): W {
      owned.set(key, item);
      writable().set(key, item);
      return item;
    },
    drop(key: K): void {
      owned.delete(key);
      writable().delete(key);
    },
  };
}
