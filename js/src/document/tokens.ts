/**
 * The characters of a formula grouped into numbers, names, texts and symbols, and the form of every complaint.
 * Twin of `python/whyboard/document/tokens.py`.
 */
export interface Token {
  readonly kind: "name" | "int" | "float" | "text" | "symbol" | "end";
  readonly text: string;
  /** In characters, from 1. */
  readonly column: number;
  /** What a number or a text stands for. */
  readonly value: number | string;
}

export const LARGEST_INTEGER = 2 ** 53;

const SYMBOLS = [
  ...["...", "**", "<=", ">=", "==", "!="],
  ...["+", "-", "*", "/", "@", "<", ">", "(", ")", "[", "]", ",", ":", ".", "="],
];
const LOOKALIKES = new Map(
  Object.entries({ "\u2212": "-", "·": "*", "×": "*", "⋅": "*", "≤": "<=", "≥": ">=", "≠": "!=" }),
);
const SPACE = /[ \t\r\n]+/y;
const NUMBER = /(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?/y;
// The middle dot is a letter to Unicode and a product to everybody else.
const NAME = /[\p{XID_Start}_](?:(?!·)\p{XID_Continue})*/uy;
const CONTINUES = /(?!·)\p{XID_Continue}/uy;
const HINTS = new Map(
  Object.entries({
    "^": "Write ** for a power.",
    "%": "There is no remainder operator.",
    "&": "Write logical_and(a, b).",
    "|": "Write logical_or(a, b).",
    "~": "Write logical_not(a).",
    "=": "A formula is only the right-hand side; compare with ==.",
    "…": "It stands for text that was too long to show; type the whole formula.",
    and: "Write logical_and(a, b).",
    or: "Write logical_or(a, b).",
    not: "Write logical_not(a).",
    if: "Write where(condition, a, b).",
  }),
);

/** A formula that cannot be read; caught by `parse`, never seen outside. */
export class Unreadable extends Error {
  constructor(
    readonly column: number,
    message: string,
    /** A name that nothing has. */
    readonly missing: string | null = null,
  ) {
    super(`Column ${column}: ${message}`);
  }
}

/** The one form of every message about a place in a formula. */
export function failure(column: number, message: string, missing: string | null = null): Unreadable {
  return new Unreadable(column, message, missing);
}

/** A piece of the formula inside a message. */
export function quote(text: string): string {
  return `'${text}'`;
}

/** What to write instead, where that is known. */
export function hint(text: string): string {
  const known = HINTS.get(text);
  return known ? ` ${known}` : "";
}

/** The tokens of a formula, and one more of kind `end`. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  let column = 1;
  const advance = (piece: string): void => {
    at += piece.length;
    column += [...piece].length;
  };
  while (at < text.length) {
    const space = matchAt(SPACE, text, at);
    if (space) {
      advance(space);
      continue;
    }
    const token = tokenAt(text, at, column);
    found.push(token);
    advance(token.kind === "symbol" && !text.startsWith(token.text, at) ? (text[at] ?? "") : token.text);
    const after = token.kind === "int" || token.kind === "float" ? matchAt(CONTINUES, text, at) : null;
    if (after)
      throw failure(column, `found ${quote(after)} right after the number ${token.text}. Write * between them.`);
  }
  found.push({ kind: "end", text: "", column, value: 0 });
  return found;
}

function tokenAt(text: string, at: number, column: number): Token {
  const number = matchAt(NUMBER, text, at);
  if (number) return numberToken(number, column);
  const name = matchAt(NAME, text, at);
  if (name) return { kind: "name", text: name, column, value: 0 };
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === "'" || character === '"') return textToken(text, at, column);
  const symbol = LOOKALIKES.get(character) ?? SYMBOLS.find((each) => text.startsWith(each, at));
  if (symbol) return { kind: "symbol", text: symbol, column, value: 0 };
  throw failure(column, `found ${quote(character)}, which has no meaning in a formula.${hint(character)}`);
}

function numberToken(text: string, column: number): Token {
  const digits = text.replaceAll("_", "");
  const value = Number(digits);
  if (/^[0-9]+$/.test(digits)) {
    // Beyond the largest exact integer a neighbour may have been rounded onto it, so the digits decide.
    if (digits.length >= 20 || BigInt(digits) > BigInt(LARGEST_INTEGER)) {
      throw failure(column, `the integer ${text} is too large to be kept exactly. Write it with a decimal point.`);
    }
    return { kind: "int", text, column, value };
  }
  if (value === Number.POSITIVE_INFINITY) {
    throw failure(column, `the number ${text} is too large. The largest is about 1.8e308; infinity is inf.`);
  }
  return { kind: "float", text, column, value };
}

function textToken(text: string, start: number, column: number): Token {
  const closing = text[start];
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === closing) return { kind: "text", text: text.slice(start, at + 1), column, value };
    if (character === "\\" && at + 1 < text.length) {
      at++;
      const escaped = text[at] ?? "";
      value += escaped === "n" ? "\n" : escaped === "t" ? "\t" : escaped;
    } else value += character;
  }
  throw failure(column, `the text that starts here has no closing ${closing}.`);
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
