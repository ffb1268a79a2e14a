/** The rules a record must follow in its place: scope, name, parameters, operands. */
import type { Key, ModelRecord } from "../protocol/types";
import { checkConstant, isTable } from "./constants";
import { checkFields, checkName } from "./fields";
import { conflict, type Family, familyOf, type Kinds, type Parameters, rulesOf } from "./kinds";
import { checkLink } from "./link-checks";
import { isLink, isOperator, isVariable } from "./records";
import { Refusal, refuse, shown } from "./refusal";
import { ancestors, describe, freshName, title } from "./selectors";
import { nameKey, type Table } from "./table";

/** Refuse what is no record of a known kind, whatever its place. */
export function checkShape(record: unknown, kinds: Kinds): Family {
  if (!isTable(record)) {
    refuse("DocumentError", `A record must be a table with a field 'kind', got ${shown(record)}.`);
  }
  const family = familyOf(kinds, record.kind);
  checkFields(record, family);
  if (Object.hasOwn(record, "name")) checkName(record.name);
  return family;
}

/** Refuse a record that does not fit where it is going. */
export function checkRecord(table: Table, key: Key, record: ModelRecord, family: Family, kinds: Kinds): void {
  checkPlace(table, key, record, family, kinds);
  if (family === "variable" || family === "factor") checkParameters(table, record, kinds);
  else if (family === "operator") {
    checkOperands(table, record, kinds);
    checkSettings(table, record, settingsOf(record, kinds));
  } else if (family === "const") checkConstant(record.value, `The value of ${title(table, record)}`);
  else if (isLink(record)) checkLink(table, key, record);
}

/** May a record of this kind and name stand in its scope? */
export function checkPlace(table: Table, key: Key, record: ModelRecord, family: Family, kinds: Kinds): void {
  const { kind, scope, name } = record;
  if (scope === undefined) {
    if (kinds.builtinKinds.has(kind)) {
      refuse("ScopeError", `${title(table, record)} can only be a built-in child of its scope, never stand alone.`);
    }
    return;
  }
  const parent = table.records.get(scope);
  if (!parent) {
    refuse(
      "ScopeError",
      `${title(table, record)} cannot go into '${scope}', which does not exist. Add the scope first.`,
    );
  }
  if (isOperator(parent) || isLink(parent)) {
    refuse("ScopeError", `${title(table, record)} cannot go into ${describe(table, scope)}, which is no scope.`);
  }
  if (family === "operator" || family === "const") return;
  if (family === "link") {
    if (parent.kind !== "Graph") {
      refuse(
        "ScopeError",
        `A Link stands in a Graph, not in ${describe(table, scope)}. Put it in a Graph around both ends.`,
      );
    }
    return;
  }
  if (!isBuiltin(table, record, kinds) && !kinds.contains.get(parent.kind)?.includes(kind)) {
    refuse("ScopeError", cannotContain(table, scope, parent, record, kinds));
  }
  checkFree(table, scope, name ?? "", key);
}

/** Is this a child that its scope was made with? */
export function isBuiltin(table: Table, record: ModelRecord, kinds: Kinds): boolean {
  const parent = record.scope === undefined ? undefined : table.records.get(record.scope);
  const builtins = parent ? (kinds.builtins.get(parent.kind) ?? []) : [];
  return builtins.some((child) => child.kind === record.kind && child.name === record.name);
}

/** Refuse a name that another child of the scope has. */
export function checkFree(table: Table, scope: Key, name: string, key: Key): void {
  const other = table.names.get(nameKey(scope, name));
  if (other === undefined || other === key) return;
  refuse(
    "NameClash",
    `The name '${name}' is taken by ${describe(table, other)}. ` +
      `Names are unique in their scope; choose another one, for example '${freshName(table, scope, name)}'.`,
  );
}

function checkParameters(table: Table, record: ModelRecord, kinds: Kinds): void {
  const rules = distributionRules(record, kinds);
  for (const [name, value] of Object.entries(record.parameters ?? {}))
    checkParameter(table, record, name, value, rules);
  checkExclusive(table, record, rules);
  checkSettings(table, record, rules.settings);
}

/** The parameters of a variable's distribution, or those that a factor has by its kind. */
export function distributionRules(record: ModelRecord, kinds: Kinds): Parameters {
  const distribution = record.distribution ?? "";
  const found = kinds.factors.get(record.kind) ?? rulesOf(kinds, distribution, record.settings);
  if (found) return found;
  const within = kinds.distributions.has(distribution) ? "in the settings of " : "";
  const called = `${within}'${distribution}'${within && `: ${shown(record.settings)}`}`;
  return refuse(
    "UnknownName",
    `There is no distribution ${called}. Known: ${[...kinds.distributions.keys()].join(", ")}.`,
  );
}

/** Is this a parameter of the distribution, and does the value make one? */
export function checkParameter(
  table: Table,
  record: ModelRecord,
  name: string,
  value: unknown,
  rules: Parameters,
): void {
  if (!rules.names.includes(name)) {
    const has = rules.names.length ? `has ${rules.names.join(", ")}` : "has none";
    refuse("UnknownName", `${title(table, record)} has no parameter '${name}'. ${owner(record)} ${has}.`);
  }
  const where = `Parameter '${name}' of ${title(table, record)}`;
  if (isTable(value) && Object.keys(value).length === 1) {
    if (Object.hasOwn(value, "value")) {
      checkConstant(value.value, where);
      return;
    }
    if (typeof value.ref === "string") {
      checkReference(table, where, value.ref);
      return;
    }
  }
  refuse("ParameterError", `${where} must be {"value": number or list} or {"ref": key}, got ${shown(value)}.`);
}

/** Refuse two ways of saying the same. */
export function checkExclusive(table: Table, record: ModelRecord, rules: Parameters): void {
  const found = conflict(rules, Object.keys(record.parameters ?? {}));
  if (!found) return;
  refuse(
    "ParameterError",
    `Parameters ${found.names.map((name) => `'${name}'`).join(" and ")} of ${title(table, record)} ` +
      `exclude each other. Give one of: ${found.ways}. Unset the rest first.`,
  );
}

/** Does every operand exist, can it be computed with, and is their number right? */
export function checkOperands(table: Table, record: ModelRecord, kinds: Kinds): void {
  const operator = kinds.operators.get(record.kind);
  const names = operator?.operands ?? [];
  const operands = record.operands ?? [];
  const required = operator?.required ?? names.length;
  if (operands.length < required || (operands.length > names.length && !operator?.variadic)) {
    const listed = names.length ? ` (${names.join(", ")})` : "";
    const noun = Math.max(required, names.length) === 1 ? "operand" : "operands";
    const count = operator?.variadic || required < names.length ? `at least ${required}` : String(names.length);
    refuse("ParameterError", `${title(table, record)} takes ${count} ${noun}${listed}, got ${operands.length}.`);
  }
  operands.forEach((key, index) => {
    const operand = table.records.get(key);
    const where = `Operand ${index + 1} of ${title(table, record)}`;
    if (!operand) refuse("ParameterError", `${where} is '${key}', which does not exist. Add it first.`);
    if (!isVariable(operand) && !isOperator(operand)) {
      refuse("ParameterError", `${where} cannot be ${describe(table, key)}. Take a variable or an operator.`);
    }
  });
}

export function settingsOf(record: ModelRecord, kinds: Kinds): readonly string[] {
  return (kinds.operators.get(record.kind)?.settings ?? []).map((setting) => setting.name);
}

/** Refuse settings that the operator or distribution does not have. */
export function checkSettings(table: Table, record: ModelRecord, names: readonly string[]): void {
  for (const name of Object.keys(record.settings ?? {})) {
    if (names.includes(name)) continue;
    const has = names.length ? `has ${names.join(", ")}` : "has none";
    refuse("UnknownName", `${title(table, record)} has no setting '${name}'. ${owner(record)} ${has}.`);
  }
}

function owner(record: ModelRecord): string {
  return record.distribution ?? record.kind;
}

/** Refuse operators that are computed from themselves. */
export function checkRings(table: Table, keys: Iterable<Key>): void {
  const done = new Set<Key>();
  for (const start of keys) {
    const inside = new Set<Key>();
    const stack: (readonly [key: Key, leaving: boolean])[] = [[start, false]];
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      const [key, leaving] = entry;
      if (leaving) {
        inside.delete(key);
        done.add(key);
        continue;
      }
      if (inside.has(key)) {
        refuse(
          "CycleError",
          `${describe(table, key)} would be computed from itself. ` +
            "Take an operand that does not depend on it; a loop in time goes through TimeShift.",
        );
      }
      const record = table.records.get(key);
      if (done.has(key) || !record || !isOperator(record)) continue;
      inside.add(key);
      stack.push([key, true]);
      for (const operand of record.operands ?? []) stack.push([operand, false]);
    }
  }
}

function checkReference(table: Table, where: string, ref: Key): void {
  const other = table.records.get(ref);
  if (!other) {
    throw new Refusal(
      "ParameterError",
      `${where} refers to '${ref}', which does not exist. Add the variable or operator first.`,
    );
  }
  if (!isVariable(other) && !isOperator(other)) {
    refuse("ParameterError", `${where} cannot be ${describe(table, ref)}. Refer to a variable or an operator.`);
  }
}

function cannotContain(table: Table, scope: Key, parent: ModelRecord, record: ModelRecord, kinds: Kinds): string {
  const text = `${describe(table, scope)} cannot contain ${record.kind} '${record.name}'.`;
  const contains = kinds.contains.get(parent.kind);
  if (!contains) return `${text} It is of a kind that this installation does not know.`;
  const holds = contains.map(plural);
  const last = holds.pop();
  const listed = last === undefined ? "nothing" : holds.length ? `${holds.join(", ")} and ${last}` : last;
  const rule = `${text} ${article(parent.kind)} holds ${listed}`;
  const outer = ancestors(table, scope).find((key) =>
    kinds.contains.get(table.records.get(key)?.kind ?? "")?.includes(record.kind),
  );
  return outer === undefined ? `${rule}.` : `${rule}; make '${record.name}' in ${describe(table, outer)}.`;
}

function plural(kind: string): string {
  return `${kind.replace(/y$/, "ie")}s`;
}

function article(kind: string): string {
  if (kind.endsWith("s")) return kind;
  return `${"AEIOU".includes(kind.charAt(0)) ? "An" : "A"} ${kind}`;
}
