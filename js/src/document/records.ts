/** Records at run time: what a record is, and what it refers to. Records are never changed in place. */
import type { DType, Key, ModelRecord, Parameter, RefParameter, Value } from "../protocol/types";

export type {
  DType,
  Key,
  ModelRecord,
  Parameter,
  Position,
  RefParameter,
  Scalar,
  StoredValue,
  Value,
  ValueParameter,
} from "../protocol/types";

/** A Graph, an Entity, a variable, or one of the two built-in children of a Graph. */
export interface ScopeRecord extends ModelRecord {
  readonly name: string;
}

/** A Variable or a StaticVariable, which are scopes too. */
export interface VariableRecord extends ScopeRecord {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly distribution: string;
}

/** A function of variables, constants and other operators. */
export interface OperatorRecord extends ModelRecord {
  readonly operands: readonly Key[];
}

/** A number or an array in an expression. */
export interface ConstRecord extends ModelRecord {
  readonly kind: "Const";
  readonly value: Value;
  readonly dtype: DType;
}

/** `target` is `source`: the same values. */
export interface LinkRecord extends ModelRecord {
  readonly kind: "Link";
  readonly scope: Key;
  readonly source: Key;
  readonly target: Key;
}

/** Variables of every kind have a distribution. */
export function isVariable(record: ModelRecord): record is VariableRecord {
  return record.distribution !== undefined;
}

/** An undirected term: it has parameters, and no value. */
export function isFactor(record: ModelRecord): record is ScopeRecord {
  return record.kind === "Factor";
}

export function isConst(record: ModelRecord): record is ConstRecord {
  return record.kind === "Const";
}

/** Constants are operators without operands. */
export function isOperator(record: ModelRecord): record is OperatorRecord | ConstRecord {
  return record.operands !== undefined || record.kind === "Const";
}

export function isLink(record: ModelRecord): record is LinkRecord {
  return record.kind === "Link";
}

/** Scopes have a name and can contain others: graphs, entities, variables. */
export function isScope(record: ModelRecord): record is ScopeRecord {
  return record.name !== undefined && !isOperator(record) && !isLink(record);
}

export function isRef(parameter: Parameter): parameter is RefParameter {
  return "ref" in parameter;
}

/** The keys a record refers to, apart from its scope; a key that is used twice comes twice. */
export function references(record: ModelRecord): Key[] {
  const keys: Key[] = record.operands ? [...record.operands] : [];
  for (const parameter of Object.values(record.parameters ?? {})) {
    if (isRef(parameter)) keys.push(parameter.ref);
  }
  if (isLink(record)) keys.push(record.source, record.target);
  return keys;
}

/** The hashes of the values table that a record, or a part of one, mentions. */
export function storedHashes(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const fields = new Map<string, unknown>(Object.entries(value));
  const hash = fields.get("values");
  if (typeof hash === "string" && fields.has("shape")) return [hash];
  return [...fields.values()].flatMap(storedHashes);
}
