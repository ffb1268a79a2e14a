/** Records at run time: what a record is, and what it refers to. Records are never changed in place. */
import type {
  ConstRecord,
  Key,
  LinkRecord,
  ModelRecord,
  OperatorRecord,
  Parameter,
  RefParameter,
  VariableRecord,
} from "../protocol/types";

export type {
  ConstRecord,
  DType,
  Key,
  LinkRecord,
  ModelRecord,
  OperatorRecord,
  Parameter,
  Position,
  RefParameter,
  Scalar,
  ScopeRecord,
  StoredValue,
  Value,
  ValueParameter,
  VariableRecord,
} from "../protocol/types";

/** Variables of every kind have a distribution. */
export function isVariable(record: ModelRecord): record is VariableRecord {
  return record.distribution !== undefined;
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
export function isScope(record: ModelRecord): record is ModelRecord & { readonly name: string } {
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
