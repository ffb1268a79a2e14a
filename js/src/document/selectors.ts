/** Questions about a document. Each is pure; the costly ones are remembered per document. */
import type { Key, ModelRecord } from "../protocol/types";
import { isLink, isOperator, isRef, isVariable } from "./records";
import { nameKey, type Table } from "./table";

/** What stands in a scope, in order of creation: scopes and variables; operators and links only when asked for. */
export function children(table: Table, scope: Key | null, withOperators = false): readonly Key[] {
  const all = table.children.get(scope) ?? [];
  return withOperators ? all : all.filter((key) => isNode(table.records.get(key)));
}

/** The scopes around a record, innermost first. */
export function ancestors(table: Table, key: Key): Key[] {
  const found: Key[] = [];
  for (let scope = table.records.get(key)?.scope; scope !== undefined; scope = table.records.get(scope)?.scope) {
    found.push(scope);
  }
  return found;
}

/** `g/e/x`; an operator stands with its kind. */
export function path(table: Table, key: Key): string {
  return [key, ...ancestors(table, key)]
    .map((each) => label(table, each))
    .reverse()
    .join("/");
}

/** Does `inner` stand in `outer`, at any depth? */
export function contains(table: Table, outer: Key, inner: Key): boolean {
  for (let scope = table.records.get(inner)?.scope; scope !== undefined; scope = table.records.get(scope)?.scope) {
    if (scope === outer) return true;
  }
  return false;
}

/** Everything in these scopes at any depth, themselves first. */
export function subtree(table: Table, keys: Iterable<Key>): Set<Key> {
  const found = new Set<Key>();
  const stack = [...keys];
  for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    stack.push(...(table.children.get(key) ?? []));
  }
  return found;
}

/** These keys without those that stand in another of them. */
export function outermost(table: Table, keys: Iterable<Key>): Key[] {
  const set = new Set(keys);
  return [...set].filter((key) => !ancestors(table, key).some((scope) => set.has(scope)));
}

export function operandsOf(table: Table, key: Key): readonly Key[] {
  return table.records.get(key)?.operands ?? [];
}

/** The operators under a key: itself if it is one, and what it is computed from down to the variables. */
export function operatorTree(table: Table, key: Key): Set<Key> {
  const found = new Set<Key>();
  const stack = [key];
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    const record = table.records.get(each);
    if (!record || found.has(each) || !isOperator(record)) continue;
    found.add(each);
    stack.push(...operandsOf(table, each));
  }
  return found;
}

/** The variables that a key (a variable or an operator) is computed from, through operators, in order of appearance. */
export function variablesUnder(table: Table, key: Key): Key[] {
  const found = new Set<Key>();
  const seen = new Set<Key>();
  const visit = (each: Key): void => {
    const record = table.records.get(each);
    if (!record || seen.has(each)) return;
    seen.add(each);
    if (isOperator(record)) operandsOf(table, each).forEach(visit);
    else found.add(each);
  };
  visit(key);
  return [...found];
}

export interface ParentEdge {
  readonly parent: Key;
  readonly child: Key;
  readonly parameter: string;
}

/** The variables that the parameters of this variable are computed from, once per parameter. */
export function parentsOf(table: Table, key: Key): readonly ParentEdge[] {
  return remembered(
    parentTables,
    table,
    () => new Map<Key, readonly ParentEdge[]>(),
    key,
    () =>
      Object.entries(table.records.get(key)?.parameters ?? {}).flatMap(([parameter, value]) =>
        isRef(value) ? variablesUnder(table, value.ref).map((parent) => ({ parent, child: key, parameter })) : [],
      ),
  );
}

/** The variables whose parameters are computed from this one. */
export function childrenOf(table: Table, key: Key): readonly Key[] {
  const found = new Set<Key>();
  const seen = new Set<Key>();
  const stack = [...(table.users.get(key) ?? [])];
  for (let user = stack.pop(); user !== undefined; user = stack.pop()) {
    const record = table.records.get(user);
    if (!record || seen.has(user)) continue;
    seen.add(user);
    if (isOperator(record)) stack.push(...(table.users.get(user) ?? []));
    else if (isVariable(record)) found.add(user);
  }
  return [...found].sort();
}

/** The operators that some variable's parameter is computed from; the others are not drawn and not saved. */
export function reachableOperators(table: Table): ReadonlySet<Key> {
  const known = reachableSets.get(table);
  if (known) return known;
  const found = new Set<Key>();
  const stack: Key[] = [];
  for (const record of table.records.values()) {
    for (const parameter of Object.values(record.parameters ?? {})) if (isRef(parameter)) stack.push(parameter.ref);
  }
  for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
    const record = table.records.get(key);
    if (!record || found.has(key) || !isOperator(record)) continue;
    found.add(key);
    stack.push(...(record.operands ?? []));
  }
  reachableSets.set(table, found);
  return found;
}

/** The named children of a scope. */
export function namesIn(table: Table, scope: Key): ReadonlyMap<string, Key> {
  return new Map(
    (table.children.get(scope) ?? []).flatMap((key): [string, Key][] => {
      const name = table.records.get(key)?.name;
      return name === undefined ? [] : [[name, key]];
    }),
  );
}

/** What a name means inside a scope: looked up there and then outwards, as formulas and Python do. */
export function lookUp(table: Table, scope: Key, name: string): Key | null {
  for (const each of [scope, ...ancestors(table, scope)]) {
    const found = table.names.get(nameKey(each, name));
    if (found !== undefined) return found;
  }
  return null;
}

/** A name that is free in a scope: the wanted one, or the same with the next free number. */
export function freshName(table: Table, scope: Key, wanted: string): string {
  if (!table.names.has(nameKey(scope, wanted))) return wanted;
  const digits = /[0-9]{1,9}$/.exec(wanted)?.[0] ?? "";
  const stem = wanted.slice(0, wanted.length - digits.length);
  let number = digits ? Number(digits) + 1 : 2;
  while (table.names.has(nameKey(scope, `${stem}${number}`))) number++;
  return `${stem}${number}`;
}

/** `Variable 'g/e/x'`, `Add in 'g'`: how messages call a record. */
export function describe(table: Table, key: Key): string {
  const record = table.records.get(key);
  return record ? title(table, record) : `record '${key}'`;
}

/** The same for a record that may not be in the document yet. */
export function title(table: Table, record: ModelRecord): string {
  const place = record.scope !== undefined && table.records.has(record.scope) ? path(table, record.scope) : "";
  if (record.name !== undefined) return `${record.kind} '${place ? `${place}/` : ""}${record.name}'`;
  return place ? `${record.kind} in '${place}'` : record.kind;
}

const parentTables = new WeakMap<Table, Map<Key, readonly ParentEdge[]>>();
const reachableSets = new WeakMap<Table, ReadonlySet<Key>>();

function remembered<T>(
  store: WeakMap<Table, Map<Key, T>>,
  table: Table,
  empty: () => Map<Key, T>,
  key: Key,
  make: () => T,
): T {
  let known = store.get(table);
  if (!known) {
    known = empty();
    store.set(table, known);
  }
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}

function isNode(record: ModelRecord | undefined): boolean {
  return record !== undefined && !isOperator(record) && !isLink(record);
}

function label(table: Table, key: Key): string {
  const record = table.records.get(key);
  return record?.name ?? record?.kind ?? key;
}
