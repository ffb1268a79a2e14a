/**
 * The arguments of a call in a formula: operands in order and settings by name, as numpy's functions take them.
 * Twin of `python/whyboard/document/arguments.py`.
 */
import type { OperatorKind } from "../protocol/types";
import { canonical } from "./canonical";
import { didYouMean, near } from "./names";
import type { Value } from "./records";
import type { CallNode, Node } from "./syntax";
import { failure, quote } from "./tokens";

export type FunctionEntry = Pick<
  OperatorKind,
  | "kind"
  | "function"
  | "operands"
  | "variadic"
  | "settings"
  | "symbol"
  | "positional_settings"
  | "arguments"
  | "defaults"
>;

/** The operands and the settings of a call; settings equal to their defaults are left out. */
export function sortedArguments(
  written: CallNode,
  entry: FunctionEntry,
): { operands: readonly Node[]; settings: Record<string, unknown> } {
  const call = entry.arguments ? named(written, entry, entry.arguments) : written;
  const given = checkedKeywords(call, entry);
  const { operands, extra } = entry.variadic ? variadic(call, entry) : plainCall(call, entry, given);
  const free = entry.settings.map((setting) => setting.name).filter((name) => !given.has(name));
  const surplus = extra[free.length];
  if (surplus) throw failure(surplus.column, `${expected(entry)}, got ${call.arguments.length}.`);
  free.forEach((name, index) => {
    const node = extra[index];
    if (node) given.set(name, node);
  });
  const settings = Object.fromEntries([...given].map(([name, node]) => [name, settingValue(node)]));
  for (const setting of entry.settings) {
    if (!(setting.name in settings)) {
      if (setting.required) throw failure(call.column, `${call.function} needs the setting ${setting.name}.`);
    } else if (!setting.required && canonical(settings[setting.name]) === canonical(setting.default)) {
      delete settings[setting.name];
    }
  }
  return { operands, settings };
}

/** A number or a nested list as records hold it: infinities as texts, no negative zero. */
export function plain(value: Value): Value {
  if (Array.isArray(value)) return value.map(plain);
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  return value === 0 ? 0 : value;
}

/** The same call with every argument by its name, and operands that have a default filled in. */
function named(call: CallNode, entry: FunctionEntry, order: readonly string[]): CallNode {
  const surplus = call.arguments[order.length];
  if (surplus) {
    const expected = `${entry.function} takes ${count(order.length)} (${order.join(", ")})`;
    throw failure(surplus.column, `${expected}, got ${call.arguments.length}.`);
  }
  const placed = call.arguments.map((node, index): [string, Node] => [order[index] ?? "", node]);
  for (const [name, value] of call.keywords) {
    if (placed.some(([other]) => other === name)) {
      throw failure(value.column, `the argument ${name} of ${call.function} is given twice.`);
    }
  }
  const given = [...placed, ...call.keywords];
  for (const [name, value] of Object.entries(entry.defaults ?? {})) {
    if (given.some(([other]) => other === name)) continue;
    given.push([name, { kind: "number", value, dtype: "float", column: call.column }]);
  }
  return { ...call, arguments: [], keywords: given };
}

function checkedKeywords(call: CallNode, entry: FunctionEntry): Map<string, Node> {
  const known = entry.settings.map((setting) => setting.name);
  const names = entry.variadic ? [] : entry.operands;
  for (const [name, value] of call.keywords) {
    if (names.slice(0, call.arguments.length).includes(name)) {
      throw failure(value.column, `the argument ${name} of ${call.function} is given twice.`);
    }
    if (!names.includes(name) && !known.includes(name)) {
      const listed = known.length ? ` It knows ${known.join(", ")}.` : " It has no settings.";
      const hint = didYouMean(near(name, known)) || listed;
      throw failure(value.column, `${call.function} has no setting ${quote(name)}.${hint}`);
    }
  }
  return new Map(call.keywords);
}

/** `f(a, b)` and `f([a, b])` are the same; texts in front are settings, as in `einsum`. */
function variadic(call: CallNode, entry: FunctionEntry): { operands: Node[]; extra: Node[] } {
  const firstOperand = call.arguments.findIndex((node) => node.kind !== "text");
  const texts = firstOperand < 0 ? call.arguments.length : firstOperand;
  const extra = call.arguments.slice(0, texts);
  const operands = call.arguments.slice(texts);
  const fixed = entry.operands.length;
  let more = operands.slice(fixed);
  const [first] = more;
  if (first?.kind === "items") {
    extra.push(...more.slice(1));
    more = [...first.items];
  }
  if (!more.length) throw failure(call.column, `${call.function} takes at least ${count(fixed + 1)}.`);
  return { operands: [...operands.slice(0, fixed), ...more], extra };
}

function plainCall(
  call: CallNode,
  entry: FunctionEntry,
  given: Map<string, Node>,
): { operands: Node[]; extra: Node[] } {
  const operands = call.arguments.slice(0, entry.operands.length);
  for (const name of entry.operands.slice(operands.length)) {
    const node = given.get(name);
    if (!node) throw failure(call.column, `${expected(entry)}, got ${operands.length}.`);
    given.delete(name);
    operands.push(node);
  }
  return { operands, extra: call.arguments.slice(entry.operands.length) };
}

function settingValue(node: Node): unknown {
  switch (node.kind) {
    case "number":
      return plain(node.value);
    case "text":
      return node.value;
    case "absent":
      return null;
    case "items":
      return node.items.map(settingValue);
    default:
      throw failure(node.column, "a setting is a number, a text, True, False, None or a list of these.");
  }
}

function expected(entry: FunctionEntry): string {
  return `${entry.function} takes ${count(entry.operands.length)} (${entry.operands.join(", ")})`;
}

function count(number: number): string {
  return number === 1 ? "1 argument" : `${number} arguments`;
}
