/**
 * Formulas: text to operator records (`parse`) and operator records to text (`format`, `typesetDistribution`). The
 * catalog is passed in as data, so that a registered operator is part of the language at once.
 * Twin of `python/whyboard/document/formula.py`.
 */
import type { AddRecord } from "../protocol/types";
import { type FunctionEntry, plain, sortedArguments } from "./arguments";
import { readIndex } from "./index-notation";
import { child, childNames, didYouMean, label, near, shortest, suggestions, visible } from "./names";
import type { FormulaCatalog } from "./notation";
import type { DType, Key, ModelRecord, Parameter, Value } from "./records";
import {
  type CallNode,
  type InfixNode,
  type ItemsNode,
  type NameNode,
  type Node,
  parseSyntax,
  type SubscriptNode,
} from "./syntax";
import type { Table } from "./table";
import { INDEX, isTimeIndex, readShift } from "./time-notation";
import { failure, quote, Unreadable } from "./tokens";

export { type CardCatalog, typesetDistribution } from "./distribution-notation";
export { type FormatOptions, type FormulaCatalog, format } from "./notation";
export { rounded } from "./numerals";
export { shortest as shortestName };

export type ParsedFormula =
  | { readonly ok: true; readonly commands: readonly AddRecord[]; readonly value: Parameter }
  | {
      readonly ok: false;
      readonly code: "FormulaError";
      readonly message: string;
      readonly column: number;
      /** A name that nothing has: the formula can be read once a variable is called so. */
      readonly missing: string | null;
    };

/** A number or an array that is not yet a record. */
interface Constant {
  readonly value: Value;
  readonly dtype: DType;
}
type Result = Constant | Key;

const VARIABLES = new Set(["Variable", "StaticVariable"]);
const WORDS = new Map([
  ["==", "equal"],
  ["!=", "not_equal"],
]);

/** Read a formula as it stands in a scope, where its names are looked up and its operators are made. */
export function parse(
  text: string,
  table: Table,
  scope: Key | null,
  catalog: FormulaCatalog,
  newKey: () => Key,
): ParsedFormula {
  try {
    return { ok: true, ...build(parseSyntax(text), table, scope, catalog, newKey) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, code: "FormulaError", message: error.message, column: error.column, missing: error.missing };
  }
}

function build(
  tree: Node,
  table: Table,
  scope: Key | null,
  catalog: FormulaCatalog,
  newKey: () => Key,
): { commands: AddRecord[]; value: Parameter } {
  const commands: AddRecord[] = [];
  const functions = new Map(catalog.operators.map((entry): [string, FunctionEntry] => [entry.function, entry]));
  const kinds = new Set(catalog.operators.map((entry) => entry.kind));
  const symbols = new Map(
    catalog.operators
      .filter((entry) => entry.symbol && entry.operands.length === 2)
      .map((entry) => [entry.symbol, entry.kind]),
  );

  function evaluate(start: Node): Result {
    // Long sums lean to the left: walk down that side without recursion.
    const spine: Node[] = [];
    let node = start;
    while (node.kind === "infix" || node.kind === "subscript") {
      spine.push(node);
      node = node.kind === "infix" ? node.left : node.base;
    }
    let result = leaf(node);
    for (let above = spine.pop(); above; above = spine.pop()) {
      if (above.kind === "infix") result = infix(above, result);
      else if (above.kind === "subscript") result = subscript(above, keyOf(result));
    }
    return result;
  }

  function subscript(node: SubscriptNode, base: Key): Key {
    const shift = visible(table, scope, INDEX) === undefined ? readShift(node, kinds) : null;
    if (shift !== null) return add("TimeShift", [base, keyOf({ value: 0, dtype: "float" })], { shift });
    const operands = [base];
    const index = readIndex(node, (entry) => indexEntry(entry, operands));
    return add("Index", operands, { index });
  }

  function leaf(node: Node): Result {
    switch (node.kind) {
      case "number":
        return { value: node.value, dtype: node.dtype };
      case "name":
        return named(node);
      case "minus":
        return add(functions.get("negative")?.kind ?? "Negative", [keyOf(evaluate(node.operand))]);
      case "call":
        return call(node);
      case "items":
        return array(node);
      case "text":
        throw failure(node.column, "found a text, expected a number or a name. A text can only be a setting.");
      case "absent":
        throw failure(node.column, "found None, expected a number or a name. None can only be a setting or an index.");
      default:
        throw failure(node.column, "found an index, expected a value.");
    }
  }

  function infix(node: InfixNode, left: Result): Key {
    const kind = symbols.get(node.symbol) ?? functions.get(WORDS.get(node.symbol) ?? "")?.kind;
    if (!kind) throw failure(node.column, `there is no operator ${node.symbol} here.`);
    const first = keyOf(left);
    return add(kind, [first, keyOf(evaluate(node.right))]);
  }

  function named(node: NameNode): Key {
    const [first = "", ...inner] = node.parts;
    let key = node.absolute ? child(table, null, first) : visible(table, scope, first);
    if (key === undefined && isTimeIndex(node, kinds)) return add(INDEX, []);
    if (key === undefined) {
      const where = scope === null ? "" : ` in or around ${quote(label(table, scope))}`;
      const call = functions.has(first) ? ` The function is called as ${first}(...).` : "";
      const hint = didYouMean(suggestions(table, scope, first)) || call;
      const plain = !node.absolute && inner.length === 0;
      throw failure(node.column, `there is no ${quote(first)}${where}.${hint}`, plain ? first : null);
    }
    for (const part of inner) {
      const found = child(table, key, part);
      if (found === undefined) {
        const known: string[] = childNames(table, key).map(([name]) => name);
        const message = `there is no ${quote(part)} in ${quote(label(table, key))}.`;
        throw failure(node.column, message + didYouMean(near(part, known)));
      }
      key = found;
    }
    const kind = table.records.get(key)?.kind ?? "";
    if (!VARIABLES.has(kind)) {
      const written = node.parts.join(".");
      const members = childNames(table, key).filter(([, each]) => VARIABLES.has(table.records.get(each)?.kind ?? ""));
      const hint = members[0] ? ` Write ${written}.${members[0][0]}, for example.` : "";
      throw failure(node.column, `${quote(written)} is of kind ${kind}, expected a variable.${hint}`);
    }
    return key;
  }

  function array(node: ItemsNode): Constant {
    const items = node.items.map((item): Constant => {
      const result = item.kind === "items" ? array(item) : evaluate(item);
      if (typeof result === "string") {
        throw failure(node.column, "a list holds numbers only. Write stack([a, b]) to join variables.");
      }
      return result;
    });
    if (new Set(items.map((item) => shape(item.value).join())).size > 1) {
      throw failure(node.column, "the rows of this list have different lengths.");
    }
    const found = new Set(items.map((item) => item.dtype));
    const dtypes: DType[] = ["float", "int", "bool"];
    const dtype = dtypes.find((each) => found.has(each)) ?? "float";
    if (dtype !== "bool" && found.has("bool")) {
      throw failure(node.column, "this list mixes numbers and truth values.");
    }
    return { value: items.map((item) => item.value), dtype };
  }

  function call(node: CallNode): Result {
    const entry = functions.get(node.function);
    if (!entry) {
      const variable = visible(table, scope, node.function) !== undefined;
      const hint = variable ? " Write * for a product." : didYouMean(near(node.function, functions.keys()));
      throw failure(node.column, `there is no function ${quote(node.function)}.${hint}`);
    }
    const [only] = node.arguments;
    if (entry.kind === "Const") {
      if (!only || node.arguments.length > 1 || node.keywords.length) {
        throw failure(node.column, `${node.function} takes one number or list.`);
      }
      return keyOf(evaluate(only));
    }
    const { operands, settings } = sortedArguments(node, entry);
    return add(
      entry.kind,
      operands.map((operand) => keyOf(evaluate(operand))),
      settings,
    );
  }

  /** The value of a constant index, or `null` after adding what it refers to as an operand. */
  function indexEntry(entry: Node, operands: Key[]): Value | null {
    const result = evaluate(entry);
    if (typeof result === "string") {
      operands.push(result);
      return null;
    }
    if (result.dtype === "float" && !(Array.isArray(result.value) && !result.value.length)) {
      throw failure(entry.column, "an index is an integer, a slice or an integer variable.");
    }
    return result.value;
  }

  function keyOf(result: Result): Key {
    if (typeof result === "string") return result;
    return record({ kind: "Const", value: plain(result.value), dtype: result.dtype });
  }

  function add(kind: string, operands: Key[], settings: Readonly<Record<string, unknown>> = {}): Key {
    return record({ kind, operands, ...(Object.keys(settings).length ? { settings } : {}) });
  }

  function record(fields: ModelRecord): Key {
    const key = newKey();
    commands.push({ type: "AddRecord", key, record: scope === null ? fields : { ...fields, scope } });
    return key;
  }

  const result = evaluate(tree);
  const value: Parameter = typeof result === "string" ? { ref: result } : { value: plain(result.value) };
  return { commands, value };
}

function shape(value: Value): number[] {
  if (!Array.isArray(value)) return [];
  const [first] = value;
  return [value.length, ...(first === undefined ? [] : shape(first))];
}
