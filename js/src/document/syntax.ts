/**
 * The grammar of formulas: text to a syntax tree, with no idea of what the names mean. A small Pratt parser.
 * Twin of `python/whyboard/document/syntax.py`.
 */
import { failure, hint, quote, type Token, tokens } from "./tokens";

export const COMPARISON = 10;
export const SUM = 20;
export const PRODUCT = 30;
export const UNARY = 40;
export const POWER = 50;
export const POSTFIX = 60;
export const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ...["<", "<=", ">", ">=", "==", "!="].map((symbol): [string, number] => [symbol, COMPARISON]),
  ...["+", "-"].map((symbol): [string, number] => [symbol, SUM]),
  ...["*", "/", "@"].map((symbol): [string, number] => [symbol, PRODUCT]),
  ["**", POWER],
]);

const DEEPEST = 100;

/** A number or a truth value. */
export interface NumberNode {
  readonly kind: "number";
  readonly value: number | boolean;
  readonly dtype: "float" | "int" | "bool";
  readonly column: number;
}
/** A text in quotes; only a setting can be one. */
export interface TextNode {
  readonly kind: "text";
  readonly value: string;
  readonly column: number;
}
/** The word None. */
export interface AbsentNode {
  readonly kind: "absent";
  readonly column: number;
}
/** Three dots in an index. */
export interface RestNode {
  readonly kind: "rest";
  readonly column: number;
}
/** A dotted name; an `absolute` one (written with a leading dot) starts at the root. */
export interface NameNode {
  readonly kind: "name";
  readonly parts: readonly string[];
  readonly absolute: boolean;
  readonly column: number;
}
export interface MinusNode {
  readonly kind: "minus";
  readonly operand: Node;
  readonly column: number;
}
export interface InfixNode {
  readonly kind: "infix";
  readonly symbol: string;
  readonly left: Node;
  readonly right: Node;
  readonly column: number;
}
export interface CallNode {
  readonly kind: "call";
  readonly function: string;
  readonly arguments: readonly Node[];
  readonly keywords: readonly (readonly [string, Node])[];
  readonly column: number;
}
/** A list or a tuple. */
export interface ItemsNode {
  readonly kind: "items";
  readonly items: readonly Node[];
  readonly column: number;
}
/** Part of an index, such as `1:`. */
export interface SliceNode {
  readonly kind: "slice";
  readonly start: Node | null;
  readonly stop: Node | null;
  readonly step: Node | null;
  readonly column: number;
}
/** A value with an index in brackets. */
export interface SubscriptNode {
  readonly kind: "subscript";
  readonly base: Node;
  readonly entries: readonly Node[];
  readonly column: number;
}

export type Node =
  | NumberNode
  | TextNode
  | AbsentNode
  | RestNode
  | NameNode
  | MinusNode
  | InfixNode
  | CallNode
  | ItemsNode
  | SliceNode
  | SubscriptNode;

/** The syntax tree of a formula. Throws `Unreadable` with the column, what was found there and what was expected. */
export function parseSyntax(text: string): Node {
  const stream = tokens(text);
  let at = 0;
  let depth = 0;

  const next = (): Token => stream[at] as Token;
  const atSymbol = (...texts: string[]): boolean => next().kind === "symbol" && texts.includes(next().text);

  function accept(symbol: string): boolean {
    if (!atSymbol(symbol)) return false;
    at++;
    return true;
  }

  function unexpected(expected: string): Error {
    const token = next();
    const found = token.kind === "end" ? "the end" : quote(token.text);
    return failure(token.column, `found ${found}, expected ${expected}.${hint(token.text)}`);
  }

  function expression(lowest: number): Node {
    depth++;
    if (depth > DEEPEST) {
      throw failure(next().column, `more than ${DEEPEST} levels inside each other. Give parts of it a name.`);
    }
    let left = prefix();
    let compared = false;
    for (;;) {
      const { kind, text: symbol, column } = next();
      const precedence = kind === "symbol" ? (PRECEDENCE.get(symbol) ?? -1) : -1;
      if (precedence < lowest || precedence < 0) break;
      at++;
      if (precedence === COMPARISON && compared) {
        throw failure(column, "comparisons cannot be chained. Write logical_and(a < b, b < c).");
      }
      compared = compared || precedence === COMPARISON;
      // A power binds to the right, and its exponent may carry a minus.
      const right = expression(precedence === POWER ? UNARY : precedence + 1);
      left = { kind: "infix", symbol, left, right, column };
    }
    depth--;
    return left;
  }

  function prefix(): Node {
    const { column } = next();
    if (!accept("-")) return postfix(atom());
    const operand = expression(UNARY);
    if (operand.kind === "number" && typeof operand.value === "number") {
      return { kind: "number", value: -operand.value, dtype: operand.dtype, column };
    }
    return { kind: "minus", operand, column };
  }

  function postfix(start: Node): Node {
    let base = start;
    while (atSymbol("[")) {
      const { column } = next();
      at++;
      const entries = list("]", entry, "an index").items;
      if (!entries.length) {
        throw failure(column, "found empty brackets, expected an index such as [0], [:, 1] or [group].");
      }
      base = { kind: "subscript", base, entries, column };
    }
    if (atSymbol("(")) {
      throw failure(next().column, "found '(' after something that is no function. Write * for a product.");
    }
    return base;
  }

  function atom(): Node {
    const { kind, text: symbol, column, value } = next();
    if (kind === "int" || kind === "float") {
      at++;
      return { kind: "number", value: Number(value), dtype: kind, column };
    }
    if (kind === "text") {
      at++;
      return { kind: "text", value: String(value), column };
    }
    if (kind === "name" || atSymbol(".")) return named();
    if (accept("(")) {
      const { items, comma } = list(")", () => expression(0), "a value");
      const [only] = items;
      return only && items.length === 1 && !comma ? only : { kind: "items", items, column };
    }
    if (symbol === "[" && accept("[")) {
      return { kind: "items", items: list("]", () => expression(0), "a value").items, column };
    }
    throw unexpected("a number, a name, a function or '('");
  }

  function word(expected: string): string {
    const token = next();
    if (token.kind !== "name") throw unexpected(expected);
    at++;
    return token.text;
  }

  function named(): Node {
    const { column } = next();
    const absolute = accept(".");
    const first = word("a name");
    const parts = [first];
    while (accept(".")) parts.push(word("a name after the dot"));
    const bare = parts.length === 1 && !absolute;
    if (accept("(")) {
      if (bare) return call(first, column);
      throw failure(column, `functions are called by their bare name. Write ${parts.at(-1)}(...).`);
    }
    if (bare) {
      if (first === "True" || first === "False")
        return { kind: "number", value: first === "True", dtype: "bool", column };
      if (first === "inf") return { kind: "number", value: Number.POSITIVE_INFINITY, dtype: "float", column };
      if (first === "None") return { kind: "absent", column };
      if (first === "not" && next().kind === "name") {
        throw failure(column, "found 'not', which has no meaning in a formula. Write logical_not(a).");
      }
    }
    return { kind: "name", parts, absolute, column };
  }

  function call(name: string, column: number): Node {
    const keywords: [string, Node][] = [];
    const argument = (): Node | null => {
      const token = next();
      const following = stream[at + 1];
      if (token.kind === "name" && following?.kind === "symbol" && following.text === "=") {
        at += 2;
        if (keywords.some(([known]) => known === token.text)) {
          throw failure(token.column, `the setting ${token.text} of ${name} is given twice.`);
        }
        keywords.push([token.text, expression(0)]);
        return null;
      }
      if (keywords.length) {
        throw failure(token.column, `an argument of ${name} follows a setting. Put the settings last.`);
      }
      return expression(0);
    };
    const given = list(")", argument, "an argument").items.filter((node) => node !== null);
    return { kind: "call", function: name, arguments: given, keywords, column };
  }

  function entry(): Node {
    const { column } = next();
    if (accept("...")) return { kind: "rest", column };
    const start = atSymbol(":") ? null : expression(0);
    if (!accept(":") && start) return start;
    const stop = atSymbol(":", ",", "]") ? null : expression(0);
    const step = accept(":") && !atSymbol(",", "]") ? expression(0) : null;
    return { kind: "slice", start, stop, step, column };
  }

  /** Items up to the closing bracket, and whether there was a comma. */
  function list<T>(closing: string, item: () => T, what: string): { items: T[]; comma: boolean } {
    const items: T[] = [];
    let comma = false;
    while (!accept(closing)) {
      if (next().kind === "end") throw unexpected(`${what} or '${closing}'`);
      items.push(item());
      if (accept(",")) comma = true;
      else if (!atSymbol(closing)) throw unexpected(`',' or '${closing}'`);
    }
    return { items, comma };
  }

  const tree = expression(0);
  if (next().kind !== "end") throw unexpected("an operator or the end");
  return tree;
}
