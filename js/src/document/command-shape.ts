/** Is this a command at all? Asked of everything, since commands also come from outside. */
import type { Command } from "../protocol/types";
import { isTable } from "./constants";
import { isKeys, isText } from "./fields";
import { refuse, shown } from "./refusal";

const isTexts = (value: unknown): boolean => isTable(value) && Object.values(value).every(isText);
type Rule = readonly [test: (value: unknown) => boolean, sort: string];
const KEY: Rule = [isText, "a key"];
const KEYS: Rule = [isKeys, "a list of keys"];
const VALUE: Rule = [(value) => value !== undefined, "a value"];

const FIELDS: ReadonlyMap<unknown, Readonly<Record<string, Rule>>> = new Map<unknown, Readonly<Record<string, Rule>>>([
  ["AddRecord", { key: KEY, record: [isTable, "a record"] }],
  ["DeleteRecords", { keys: KEYS }],
  ["Rename", { key: KEY, name: [isText, "text"] }],
  ["SetField", { key: KEY, field: [isText, "the name of a field"], value: VALUE }],
  ["SetParameter", { key: KEY, parameter: [isText, "the name of a parameter"], value: VALUE }],
  ["Reparent", { keys: KEYS, scope: [(value) => value === null || isText(value), "a key or null"] }],
  ["Paste", { scope: KEY, records: [isTable, "a table of records"], layout: [isTable, "a table of positions"] }],
  ["MoveNodes", { positions: [isTable, "a table of positions"] }],
]);

const OPTIONAL: ReadonlyMap<unknown, Readonly<Record<string, Rule>>> = new Map([
  ["Paste", { values: [isTexts, "a table of texts"] }],
]);

export function checkCommand(command: unknown): asserts command is Command {
  const type = isTable(command) ? command.type : null;
  const rules = FIELDS.get(type);
  if (!isTable(command) || !rules) {
    refuse("DocumentError", `There is no command ${shown(type)}. The commands are ${[...FIELDS.keys()].join(", ")}.`);
  }
  for (const [name, [test, sort]] of Object.entries(rules)) {
    if (Object.hasOwn(command, name) && test(command[name])) continue;
    const got = Object.hasOwn(command, name) ? shown(command[name]) : "nothing";
    refuse("DocumentError", `${String(type)} needs the field '${name}': ${sort}, got ${got}.`);
  }
  for (const [name, [test, sort]] of Object.entries(OPTIONAL.get(type) ?? {})) {
    if (!Object.hasOwn(command, name) || test(command[name])) continue;
    refuse("DocumentError", `${String(type)} may have the field '${name}': ${sort}, got ${shown(command[name])}.`);
  }
}
