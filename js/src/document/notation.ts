/**
 * Operator records as text: formulas with as few parentheses as possible, and their typeset form for a reader. The
 * walk keeps its own stack and stops at a length limit, so that neither depth nor sharing can hurt.
 * Twin of `python/whyboard/document/notation.py`.
 */
import type { FunctionEntry } from "./arguments";
import { writtenIndex } from "./index-notation";
import { shortest, visible } from "./names";
import { exact, MINUS, rounded } from "./numerals";
import { isConst, isRef, type Key, type ModelRecord, type Parameter, type Scalar, type Value } from "./records";
import { COMPARISON, POSTFIX, POWER, PRECEDENCE, UNARY } from "./syntax";
import type { Table } from "./table";
import { INDEX, SHIFT, writtenShift } from "./time-notation";

export interface FormulaCatalog {
  readonly operators: readonly FunctionEntry[];
}

export interface FormatOptions {
  /** For a reader: `slope · x + intercept`, numbers with at most three digits. */
  readonly typeset?: boolean;
  /** The length after which the text is cut with `…`. */
  readonly limit?: number;
}

export const CARD_LIMIT = 160;
const ELLIPSIS = "…";
const LIMIT = 4_000;
const CARD_ITEMS = 4;
const MOST_STEPS = 100_000;
const TYPESET = new Map(Object.entries({ "*": "·", "-": MINUS, "<=": "≤", ">=": "≥", "**": "^" }));
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const kinds = new WeakMap<FormulaCatalog["operators"], ReadonlyMap<string, FunctionEntry>>();

/** An operand still to be written, and how tightly its surroundings bind. */
interface Part {
  readonly key: Key;
  readonly lowest: number;
}
type Piece = Part | string;

interface Notation {
  readonly table: Table;
  readonly scope: Key | null;
  readonly operators: ReadonlyMap<string, FunctionEntry>;
  readonly typeset: boolean;
  /** The word for the row itself; `null` where a variable has taken it. */
  readonly time: string | null;
}

/** A parameter, or the record of a key, as a formula that `parse` reads back in that scope. */
export function format(
  table: Table,
  what: Parameter | Key,
  scope: Key | null,
  catalog: FormulaCatalog,
  { typeset = false, limit = typeset ? CARD_LIMIT : LIMIT }: FormatOptions = {},
): string {
  const parameter: Parameter = typeof what === "string" ? { ref: what } : what;
  if (!isRef(parameter)) return cut(constant(parameter.value, "", typeset), limit);
  const time = visible(table, scope, INDEX) === undefined ? INDEX : null;
  const notation: Notation = { table, scope, operators: operatorsByKind(catalog), typeset, time };
  const text = write(notation, parameter.ref, limit);
  return table.records.get(parameter.ref)?.kind === "Const" && !typeset ? `constant(${text})` : text;
}

/** The text, shortened to a limit. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, limit) + ELLIPSIS;
}

function operatorsByKind(catalog: FormulaCatalog): ReadonlyMap<string, FunctionEntry> {
  let known = kinds.get(catalog.operators);
  if (!known) {
    known = new Map(catalog.operators.map((entry) => [entry.kind, entry]));
    kinds.set(catalog.operators, known);
  }
  return known;
}

function write(notation: Notation, key: Key, limit: number): string {
  let written = "";
  const stack: Piece[] = [{ key, lowest: 0 }];
  for (let steps = 1; stack.length; steps++) {
    const part = stack.pop();
    if (typeof part === "string") written += part;
    else if (part) stack.push(...pieces(notation, part).reverse());
    if (written.length > limit || steps > MOST_STEPS) return written.slice(0, limit) + ELLIPSIS;
  }
  return written;
}

/** One step of the walk: an operand as texts and smaller operands. */
function pieces(notation: Notation, part: Part): Piece[] {
  const record = notation.table.records.get(part.key);
  if (!record) return ["?"];
  if (record.name !== undefined) return [shortest(notation.table, notation.scope, part.key)];
  if (isConst(record)) {
    const text = constant(record.value, record.dtype, notation.typeset);
    return [/^[-\u2212]/.test(text) && part.lowest > UNARY ? `(${text})` : text];
  }
  const [left = "", right = "", ...more] = record.operands ?? [];
  if (record.kind === "Index") return indexed(notation, record);
  if (record.kind === INDEX && (notation.typeset || notation.time)) return [notation.typeset ? "t" : INDEX];
  if (record.kind === SHIFT) {
    const inside = writtenShift(record, notation.table, notation.time, notation.typeset);
    if (inside !== null) return [{ key: left, lowest: POSTFIX }, `[${inside}]`];
  }
  const entry = notation.operators.get(record.kind);
  const symbol = entry?.symbol ?? "";
  if (symbol === "-" && left && !right && notation.table.records.get(left)?.kind !== "Const") {
    return enclosed([notation.typeset ? MINUS : "-", { key: left, lowest: UNARY + 1 }], UNARY, part.lowest);
  }
  const precedence = symbol === "==" || symbol === "!=" ? undefined : PRECEDENCE.get(symbol);
  if (precedence !== undefined && left && right && !more.length) {
    return enclosed(infix(notation, symbol, precedence, left, right), precedence, part.lowest);
  }
  return called(notation, record, entry);
}

function infix(notation: Notation, symbol: string, precedence: number, left: Key, right: Key): Piece[] {
  const sign = notation.typeset ? (TYPESET.get(symbol) ?? symbol) : symbol;
  if (precedence === POWER) {
    const base = { key: left, lowest: POSTFIX };
    const exponent = superscript(notation, right);
    return exponent ? [base, exponent] : [base, sign, { key: right, lowest: UNARY }];
  }
  const first = precedence + (precedence === COMPARISON ? 1 : 0);
  // A reader needs no parentheses in a + (b + c); the formula keeps them, because its operators are others.
  const loose = notation.typeset && (symbol === "+" || symbol === "*") && symbolOf(notation, right) === symbol;
  return [{ key: left, lowest: first }, ` ${sign} `, { key: right, lowest: precedence + (loose ? 0 : 1) }];
}

function called(notation: Notation, record: ModelRecord, entry: FunctionEntry | undefined): Piece[] {
  const equals = notation.typeset ? " = " : "=";
  const stored = Object.entries(record.settings ?? {});
  const open = `${entry?.function ?? record.kind}(`;
  if (entry?.arguments) {
    const operand = (name: string): Key | undefined => record.operands?.[entry.operands.indexOf(name)];
    const written = entry.arguments.flatMap((name): Piece[] => {
      const key = operand(name);
      if (key !== undefined) return [{ key, lowest: 0 }];
      const found = stored.find(([each]) => each === name);
      return found ? [setting(found[1], notation.typeset)] : [];
    });
    return [open, ...separated(written), ")"];
  }
  const ahead = entry?.positional_settings ?? [];
  const before = stored
    .filter(([name]) => ahead.includes(name))
    .map(([, value]): Piece => setting(value, notation.typeset));
  const after = stored
    .filter(([name]) => !ahead.includes(name))
    .map(([name, value]): Piece => `${name}${equals}${setting(value, notation.typeset)}`);
  const operands: Piece[] = (record.operands ?? []).map((key) => ({ key, lowest: 0 }));
  if (!entry?.variadic || before.length) return [open, ...separated([...before, ...operands, ...after]), ")"];
  const fixed = entry.operands.length;
  const front = operands.slice(0, fixed).flatMap((each): Piece[] => [each, ", "]);
  const rest = after.flatMap((each): Piece[] => [", ", each]);
  return [open, ...front, "[", ...separated(operands.slice(fixed)), "]", ...rest, ")"];
}

function separated(items: readonly Piece[]): Piece[] {
  return items.flatMap((item, index) => (index ? [", ", item] : [item]));
}

function indexed(notation: Notation, record: ModelRecord): Piece[] {
  const [base = "", ...rest] = record.operands ?? [];
  const stored = record.settings?.index;
  let next = 0;
  const texts = writtenIndex(Array.isArray(stored) ? stored : [], (value) => constant(value, "int", notation.typeset));
  const entries = texts.map((text): Piece[] => {
    if (text !== null) return [notation.typeset ? text.replaceAll("-", MINUS) : text];
    const key = rest[next++] ?? "";
    // A bare number would be read as a constant index, which is no operand.
    const bare = notation.table.records.get(key)?.kind === "Const" && !notation.typeset;
    return bare ? ["constant(", { key, lowest: 0 }, ")"] : [{ key, lowest: 0 }];
  });
  const inside = entries.flatMap((entry, index) => (index ? [", ", ...entry] : entry));
  return [{ key: base, lowest: POSTFIX }, "[", ...inside, "]"];
}

function enclosed(inside: Piece[], precedence: number, lowest: number): Piece[] {
  return precedence < lowest ? ["(", ...inside, ")"] : inside;
}

function superscript(notation: Notation, key: Key): string | null {
  const record = notation.table.records.get(key);
  const value = record?.kind === "Const" ? record.value : undefined;
  if (!notation.typeset || typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= 100)
    return null;
  return [...String(value)].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
}

function symbolOf(notation: Notation, key: Key): string | null {
  const record = notation.table.records.get(key);
  return record ? (notation.operators.get(record.kind)?.symbol ?? null) : null;
}

/** A number or a nested list; `dtype` is empty where the number itself says it all. */
function constant(value: Value, dtype: string, typeset: boolean): string {
  if (isList(value)) {
    const shown = typeset ? value.slice(0, CARD_ITEMS) : value;
    const items = shown.map((item) => constant(item, dtype, typeset));
    return `[${(shown.length < value.length ? [...items, ELLIPSIS] : items).join(", ")}]`;
  }
  if (typeof value === "object") return `[${ELLIPSIS} ${value.shape.join(" × ")}]`;
  return typeset ? rounded(value) : exact(value, dtype);
}

function setting(value: unknown, typeset: boolean): string {
  if (value === null) return typeset ? "none" : "None";
  if (Array.isArray(value)) {
    const items = value.map((item) => setting(item, typeset));
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
  }
  if (typeof value === "string" && value !== "inf" && value !== "-inf") return quoted(value);
  const scalar = value as Scalar;
  return typeset ? rounded(scalar) : exact(scalar, "");
}

function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return `'${escaped}'`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
