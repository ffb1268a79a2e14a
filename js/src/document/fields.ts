/** Which fields a record of each family has, and what may stand in them. */
import { isShape, isTable, MAXIMUM_DEPTH } from "./constants";
import type { Family } from "./kinds";
import { refuse, shown } from "./refusal";

type Names = Readonly<Record<Family, readonly string[]>>;

export const REQUIRED: Names = {
  scope: ["name"],
  variable: ["name", "shape", "dtype", "distribution"],
  factor: ["name"],
  operator: ["operands"],
  const: ["value", "dtype"],
  link: ["scope", "source", "target"],
};
const OPTIONAL: Names = {
  scope: ["scope", "description", "unit", "labels"],
  variable: ["scope", "description", "unit", "labels", "parameters", "settings"],
  factor: ["scope", "description", "parameters"],
  operator: ["scope", "settings"],
  const: ["scope"],
  link: [],
};
export const EDITABLE: Names = {
  scope: ["description", "unit", "labels"],
  variable: ["description", "unit", "labels", "shape", "dtype", "distribution", "settings"],
  factor: ["description"],
  operator: ["operands", "settings"],
  const: ["value", "dtype"],
  link: [],
};
const NAME = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const PYTHON = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from " +
    "global if import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** Refuse missing fields, unknown ones, and values of the wrong sort. Names are looked at by `checkName`. */
export function checkFields(record: Readonly<Record<string, unknown>>, family: Family): void {
  const kind = String(record.kind);
  for (const name of REQUIRED[family]) {
    if (!Object.hasOwn(record, name)) {
      refuse("DocumentError", `A record of kind '${kind}' needs the field '${name}'. Add it and try again.`);
    }
  }
  const allowed = [...REQUIRED[family], ...OPTIONAL[family]];
  for (const [name, value] of Object.entries(record)) {
    if (name !== "kind" && !allowed.includes(name)) {
      refuse("DocumentError", `A record of kind '${kind}' has no field '${name}'. It has ${allowed.join(", ")}.`);
    }
    checkField(name, value, `a record of kind '${kind}'`);
  }
}

/** Refuse a value of the wrong sort. */
export function checkField(name: string, value: unknown, where: string): void {
  const rule = RULES.get(name);
  if (rule && !rule[0](value)) {
    refuse("DocumentError", `The field '${name}' of ${where} must be ${rule[1]}, got ${shown(value)}.`);
  }
}

/** Whether a text may be the name of a record. */
export function isName(text: string): boolean {
  return NAME.test(text) && text.normalize("NFKC") === text && !PYTHON.has(text);
}

/** Refuse what Python could not write as an attribute. */
export function checkName(name: unknown): void {
  if (typeof name !== "string" || !NAME.test(name) || name.normalize("NFKC") !== name) {
    refuse(
      "NameClash",
      `${shown(name)} cannot be a name. A name starts with a letter or '_' ` +
        "and goes on with letters, digits and '_', for example 'x_1'.",
    );
  }
  if (PYTHON.has(name)) {
    refuse("NameClash", `'${name}' cannot be a name: it is a word of Python. Take '${name}_', for example.`);
  }
}

/** Refuse what is no place in a frame. */
export function checkPosition(key: string, position: unknown): void {
  const sound =
    isTable(position) &&
    Object.keys(position).sort().join() === "x,y" &&
    Object.values(position).every((value) => Number.isFinite(value));
  if (!sound) {
    refuse("DocumentError", `The position of '${key}' must be {"x": number, "y": number}, got ${shown(position)}.`);
  }
}

/** JSON data with finite numbers, not too deep. */
export function isPlain(value: unknown, depth = 0): boolean {
  if (depth > MAXIMUM_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  if (isTable(value)) return Object.values(value).every((item) => isPlain(item, depth + 1));
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

/** A list of texts. */
export function isKeys(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

export function isText(value: unknown): boolean {
  return typeof value === "string";
}

type Rule = readonly [test: (value: unknown) => boolean, sort: string];
const KEY: Rule = [isText, "a key"];
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["scope", KEY],
  ["description", [isText, "text"]],
  ["unit", [isText, "text"]],
  [
    "labels",
    [(value) => (Array.isArray(value) || isTable(value)) && isPlain(value), "a list or a table of plain data"],
  ],
  ["shape", [isShape, "a list of sizes, for example [3]"]],
  ["dtype", [(value) => value === "float" || value === "int" || value === "bool", "float, int or bool"]],
  ["distribution", [isText, "the name of a distribution"]],
  ["parameters", [(value) => isTable(value) && isPlain(value), "a table of parameters"]],
  ["settings", [(value) => isTable(value) && isPlain(value), "a table of plain data"]],
  ["operands", [isKeys, "a list of keys"]],
  ["source", KEY],
  ["target", KEY],
]);
