/** Adding nodes: where a palette entry may go, and the commands that put it there. Pure. */
import type { Point } from "../diagram/diagram";
import type { ModelDocument } from "../document/document";
import { freshKey } from "../document/key";
import { isScope, isVariable } from "../document/records";
import { freshName } from "../document/selectors";
import type {
  AddRecord,
  Catalog,
  Command,
  DistributionKind,
  DType,
  Key,
  ModelRecord,
  OperatorKind,
  Parameter,
  ScopeKind,
} from "../protocol/types";
import { freshPaste } from "./clipboard";
import type { PaletteEntry } from "./palette-entries";

export interface Insertion {
  readonly commands: readonly Command[];
  /** The node that was added. */
  readonly key: Key;
  readonly name: string;
}

export interface InsertionOptions {
  /** A distribution makes a Variable rather than a StaticVariable, where both fit. */
  readonly dynamic: boolean;
  /** What the new node is called; a free name of its kind without it. */
  readonly name?: string;
  /** Where in the scope; the layout decides without it. */
  readonly place?: Point | null;
  /** What the new node uses: a variable's first parameter, an operator's first operands, the product in a factor. */
  readonly from?: readonly Key[];
}

const VARIABLE_NAMES = ["x", "y", "z", "u", "v", "w"];
const STATIC_NAMES = ["a", "b", "c", "d"];

/** Where Enter in the palette adds: the selected graph or entity, else the scope around the selected node, else the root. */
export function insertionScope(document: ModelDocument, catalog: Catalog, root: Key, selected: Key | null): Key {
  for (let key = selected ?? undefined; key !== undefined; key = document.records.get(key)?.scope) {
    const kind = scopeKind(catalog, document.records.get(key)?.kind);
    if (kind && !kind.variable && kind.contains.length > 0) return key;
    if (key === root) break;
  }
  return root;
}

export function scopeKind(catalog: Catalog, kind: string | undefined): ScopeKind | undefined {
  return catalog.scopes.find((one) => one.kind === kind);
}

/** The kind of record that an entry makes in a scope, or `null` where it does not fit. */
export function kindIn(
  document: ModelDocument,
  catalog: Catalog,
  scope: Key,
  entry: PaletteEntry,
  dynamic: boolean,
): string | null {
  const allowed = scopeKind(catalog, document.records.get(scope)?.kind)?.contains ?? [];
  if (entry.type === "template") {
    const kind = templateOf(catalog, entry)?.root.kind;
    return kind !== undefined && allowed.includes(kind) ? kind : null;
  }
  if (entry.type === "scope") return allowed.includes(entry.kind) ? entry.kind : null;
  const wanted = catalog.scopes.filter((one) => one.variable && allowed.includes(one.kind));
  return (wanted.find((one) => one.dynamic === dynamic) ?? wanted[0])?.kind ?? null;
}

/** The commands that add an entry to a scope; `null` where it does not fit. */
export function insertion(
  document: ModelDocument,
  catalog: Catalog,
  scope: Key,
  entry: PaletteEntry,
  options: InsertionOptions,
): Insertion | null {
  const kind = kindIn(document, catalog, scope, entry, options.dynamic);
  if (kind === null) return null;
  if (entry.type === "template") {
    const template = templateOf(catalog, entry);
    return template && templateInsertion(document, scope, template, options);
  }
  const key = freshKey();
  const description = scopeKind(catalog, kind);
  const name = freshName(document, scope, options.name ?? wantedName(document, scope, entry, description));
  const commands: Command[] = [];
  if (entry.type === "operator") {
    const operator = catalog.operators.find((one) => one.kind === entry.kind);
    const named = catalog.distributions.find((one) => one.kind === "DiracDistribution");
    if (!operator || !named) return null;
    const call = operatorCall(scope, operator, options.from ?? []);
    commands.push(
      ...call.commands,
      add(key, variableRecord(kind, name, scope, named, { [first(named)]: { ref: call.key } })),
    );
  } else if (description?.variable) {
    const wanted = entry.type === "distribution" ? entry.kind : "NormalDistribution";
    const distribution = catalog.distributions.find((one) => one.kind === wanted) ?? catalog.distributions[0];
    if (!distribution) return null;
    const source = options.from?.[0];
    const given =
      source !== undefined && distribution.parameters.length > 0 ? { [first(distribution)]: { ref: source } } : {};
    commands.push(add(key, variableRecord(kind, name, scope, distribution, given)));
  } else if (description?.parameters) {
    const term = product(catalog, scope, options.from ?? []);
    const parameters = term.key === null ? {} : { [description.parameters[0]?.name ?? ""]: { ref: term.key } };
    commands.push(...term.commands, add(key, { kind, name, scope, parameters }));
  } else {
    commands.push(add(key, { kind, name, scope }));
    for (const builtin of description?.builtins ?? []) {
      commands.push(add(freshKey(), { kind: builtin.kind, name: builtin.name, scope: key }));
    }
  }
  if (options.place)
    commands.push({ type: "MoveNodes", positions: { [key]: { x: options.place.x, y: options.place.y } } });
  return { commands, key, name };
}

/** The records of a template under fresh keys. */
function templateInsertion(
  document: ModelDocument,
  scope: Key,
  template: Template,
  options: InsertionOptions,
): Insertion {
  const name = freshName(document, scope, options.name ?? template.root.name ?? template.root.kind.toLowerCase());
  const records = { ...template.records, [template.key]: { ...template.root, name } };
  const layout = options.place ? { [template.key]: { x: options.place.x, y: options.place.y } } : {};
  const { command, keys } = freshPaste(scope, { records, layout, values: {} }, 0);
  return { commands: [command], key: keys.get(template.key) ?? "", name };
}

interface Template {
  readonly key: Key;
  readonly root: ModelRecord;
  readonly records: Readonly<Record<Key, ModelRecord>>;
}

function templateOf(catalog: Catalog, entry: PaletteEntry): Template | null {
  const records = catalog.templates?.find((one) => one.name === entry.kind)?.records;
  const [key, root] = Object.entries(records ?? {}).find(([, one]) => one.scope === undefined) ?? [];
  return records && key !== undefined && root ? { key, root, records } : null;
}

/** A new operator over these operands, with constants where operands are missing. */
export function operatorCall(
  scope: Key,
  operator: OperatorKind,
  operands: readonly Key[],
): { readonly key: Key; readonly commands: readonly AddRecord[] } {
  const commands: AddRecord[] = [];
  const given = operator.variadic ? [...operands] : operands.slice(0, operator.operands.length);
  const needed = Math.max(operator.variadic ? 1 : 0, operator.required ?? operator.operands.length);
  // A factor or divisor that is still missing is 1: it changes nothing and no density becomes infinite.
  const neutral = ["*", "/", "**"].includes(operator.symbol ?? "") ? 1 : 0;
  while (given.length < needed) {
    const constant = constantRecord(scope, neutral);
    given.push(constant.key);
    commands.push(constant);
  }
  const key = freshKey();
  const settings = Object.fromEntries(
    operator.settings.flatMap(({ name, begin }) => (begin === undefined ? [] : [[name, begin]])),
  );
  const stated = Object.keys(settings).length > 0 ? { settings } : {};
  commands.push(add(key, { kind: operator.kind, scope, operands: given, ...stated }));
  return { key, commands };
}

/** What a factor of these nodes starts with: their product, or one of them as it is. */
function product(
  catalog: Catalog,
  scope: Key,
  nodes: readonly Key[],
): { readonly key: Key | null; readonly commands: readonly AddRecord[] } {
  const times = catalog.operators.find((one) => one.symbol === "*");
  let key = nodes[0] ?? null;
  const commands: AddRecord[] = [];
  for (const next of nodes.slice(1)) {
    if (!times || key === null) break;
    const call = operatorCall(scope, times, [key, next]);
    commands.push(...call.commands);
    key = call.key;
  }
  return { key, commands };
}

/** A number as an operand. */
export function constantRecord(scope: Key, value: number): AddRecord {
  return add(freshKey(), { kind: "Const", scope, value, dtype: "float" });
}

export function add(key: Key, record: ModelRecord): AddRecord {
  return { type: "AddRecord", key, record };
}

function variableRecord(
  kind: string,
  name: string,
  scope: Key,
  distribution: DistributionKind,
  parameters: Readonly<Record<string, Parameter>>,
): ModelRecord {
  return { kind, name, scope, shape: [], dtype: firstType(distribution), distribution: distribution.kind, parameters };
}

/** The dtype a variable of this distribution starts with. */
export function firstType(distribution: DistributionKind): DType {
  const [wanted] = distribution.dtypes;
  return wanted === "int" || wanted === "bool" ? wanted : "float";
}

function first(distribution: DistributionKind): string {
  return distribution.parameters[0]?.name ?? "mean";
}

function wantedName(document: ModelDocument, scope: Key, entry: PaletteEntry, kind: ScopeKind | undefined): string {
  if (!kind?.variable) return (kind?.kind ?? "node").toLowerCase();
  if (entry.type === "operator") return entry.kind.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
  const pool = kind.dynamic ? VARIABLE_NAMES : STATIC_NAMES;
  return pool.find((name) => freshName(document, scope, name) === name) ?? pool[0] ?? "x";
}

/** Scopes under `root` that may hold all of these kinds, in the order of the document. */
export function scopesFor(document: ModelDocument, catalog: Catalog, root: Key, kinds: readonly string[]): Key[] {
  const found: Key[] = [];
  const visit = (key: Key): void => {
    const record = document.records.get(key);
    if (!record || !isScope(record)) return;
    const contains = scopeKind(catalog, record.kind)?.contains ?? [];
    if (kinds.every((kind) => contains.includes(kind))) found.push(key);
    for (const child of document.children.get(key) ?? []) visit(child);
  };
  visit(root);
  return found;
}

/** Variables under a scope, in the order of the document. */
export function variablesIn(document: ModelDocument, root: Key): Key[] {
  const found: Key[] = [];
  const visit = (key: Key): void => {
    const record = document.records.get(key);
    if (!record) return;
    if (isVariable(record)) found.push(key);
    for (const child of document.children.get(key) ?? []) visit(child);
  };
  visit(root);
  return found;
}
