/** The rules of a model file that hold for every kind, also for kinds that this installation does not know. */
import type { Key, ModelRecord } from "../protocol/types";
import { checkRings } from "./checks";
import { checkConstant, isTable } from "./constants";
import { VERSION } from "./document";
import { checkField, checkName, checkPosition, isPlain, REQUIRED } from "./fields";
import type { Path } from "./json-text";
import { isKey } from "./key";
import type { Family } from "./kinds";
import { isLink, isOperator, isRef, isVariable } from "./records";
import { Refusal, shown } from "./refusal";
import { nameKey, type Table } from "./table";

const FAMILIES: ReadonlyMap<string, Family> = new Map<string, Family>([
  ["Graph", "scope"],
  ["Entity", "scope"],
  ["Inputs", "scope"],
  ["Outputs", "scope"],
  ["Variable", "variable"],
  ["StaticVariable", "variable"],
  ["Factor", "factor"],
  ["Const", "const"],
  ["Link", "link"],
]);
const SECTIONS = ["format", "version", "records", "layout", "values"];

/** A rule that is broken at a path of the data. */
export class Fault extends Error {
  constructor(
    readonly path: Path,
    message: string,
  ) {
    super(message);
  }
}

function fault(path: Path, message: string): never {
  throw new Fault(path, message);
}

/** Is this a model file at all? */
export function checkEnvelope(data: unknown): asserts data is Readonly<Record<string, unknown>> {
  if (!isTable(data) || data.format !== "whyboard/model") {
    fault([], 'this is no model: it must be a table with "format": "whyboard/model".');
  }
  if (!Number.isInteger(data.version) || Number(data.version) < 1) {
    fault(["version"], `the version must be a number from 1 to ${VERSION}, got ${shown(data.version)}.`);
  }
  for (const name of ["records", "layout", "values"]) {
    if (Object.hasOwn(data, name) && !isTable(data[name])) {
      fault([name], `'${name}' must be a table, got ${shown(data[name])}.`);
    }
  }
  if (!Object.hasOwn(data, "records")) {
    fault([], "the field 'records' is missing. It was cut off; take an earlier copy.");
  }
}

/** The fields of the file and each record for itself; what they refer to is looked at by `checkWhole`. */
export function checkParts(data: Readonly<Record<string, unknown>>): void {
  if (Number(data.version) <= VERSION) {
    for (const name of Object.keys(data)) {
      if (!SECTIONS.includes(name)) fault([name], `a model has no field '${name}'. It has ${SECTIONS.join(", ")}.`);
    }
  }
  for (const [key, record] of Object.entries(isTable(data.records) ? data.records : {})) checkAlone(key, record);
  for (const [key, position] of Object.entries(isTable(data.layout) ? data.layout : {})) {
    at(["layout", key], () => checkPosition(key, position));
    if (!isTable(data.records) || !Object.hasOwn(data.records, key)) {
      fault(["layout", key], `there is no record '${key}' to stand here. Remove the line.`);
    }
  }
}

/** References, scopes, names and operators of a document whose records are sound. */
export function checkWhole(table: Table): void {
  for (const [key, record] of table.records) checkReferences(table, key, record);
  checkScopes(table);
  for (const [key, { scope, name }] of table.records) {
    const last = scope !== undefined && name !== undefined ? table.names.get(nameKey(scope, name)) : key;
    if (last !== undefined && last !== key) {
      fault(["records", last, "name"], `'${name}' stands twice in the same scope. Rename one.`);
    }
  }
  at(["records"], () => checkRings(table, table.records.keys()));
}

function at(path: Path, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof Refusal) fault(path, error.message);
    throw error;
  }
}

function checkAlone(key: string, record: unknown): void {
  const path = ["records", key];
  if (!isKey(key)) fault(path, `${shown(key)} cannot be a key. A key is made of 1 to 64 letters and digits.`);
  if (!isTable(record) || typeof record.kind !== "string") {
    fault(path, `a record must be a table with a field 'kind', got ${shown(record)}.`);
  }
  const family = FAMILIES.get(record.kind) ?? (Object.hasOwn(record, "distribution") ? "variable" : undefined);
  for (const name of family ? REQUIRED[family] : []) {
    if (!Object.hasOwn(record, name)) fault(path, `a record of kind '${record.kind}' needs the field '${name}'.`);
  }
  for (const [name, value] of Object.entries(record)) {
    at([...path, name], () => checkField(name, value, `a record of kind '${String(record.kind)}'`));
    if (!isPlain(value)) fault([...path, name], "this is nested too deep, or holds a number that is not finite.");
  }
  if (Object.hasOwn(record, "name")) at([...path, "name"], () => checkName(record.name));
  if (family === "const") at([...path, "value"], () => checkConstant(record.value, "The value of a Const"));
  for (const [name, parameter] of Object.entries(isTable(record.parameters) ? record.parameters : {})) {
    checkParameter([...path, "parameters", name], name, parameter);
  }
}

function checkParameter(place: Path, name: string, parameter: unknown): void {
  if (isTable(parameter) && Object.keys(parameter).length === 1) {
    if (typeof parameter.ref === "string") return;
    if (Object.hasOwn(parameter, "value")) {
      at(place, () => checkConstant(parameter.value, `Parameter '${name}'`));
      return;
    }
  }
  fault(place, `a parameter must be {"value": ...} or {"ref": key}, got ${shown(parameter)}.`);
}

function checkReferences(table: Table, key: Key, record: ModelRecord): void {
  const path = ["records", key];
  const parent = record.scope === undefined ? undefined : table.records.get(record.scope);
  if (record.scope !== undefined && (!parent || isOperator(parent) || isLink(parent))) {
    fault(
      [...path, "scope"],
      `there is no scope '${record.scope}'. It is missing from the file; take an earlier copy.`,
    );
  }
  const used: [Path, Key][] = (record.operands ?? []).map((operand, index) => [["operands", index], operand]);
  for (const [name, value] of Object.entries(record.parameters ?? {})) {
    if (isRef(value)) used.push([["parameters", name], value.ref]);
  }
  for (const [place, ref] of used) {
    const other = table.records.get(ref);
    if (!other || !(isVariable(other) || isOperator(other))) {
      fault([...path, ...place], `'${ref}' is no variable or operator of this file.`);
    }
  }
  if (!isLink(record)) return;
  for (const end of ["source", "target"] as const) {
    if (!table.records.has(record[end])) fault([...path, end], `there is no record '${record[end]}' in this file.`);
  }
}

function checkScopes(table: Table): void {
  const sound = new Set<Key>();
  for (const start of table.records.keys()) {
    const inside = new Set<Key>();
    for (let key: Key | undefined = start; key !== undefined && !sound.has(key); key = table.records.get(key)?.scope) {
      if (inside.has(key)) fault(["records", key, "scope"], "this scope contains itself.");
      inside.add(key);
    }
    for (const key of inside) sound.add(key);
  }
}
