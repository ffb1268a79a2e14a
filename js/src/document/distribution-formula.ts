/** A distribution with its parameters as people type it: `Normal(slope * x, precision=tau)`, the card's text in plain signs. */
import { distributionOf } from "./composition";
import { type CardCatalog, LONG_NAMES, shown, statedSettings } from "./distribution-notation";
import { format } from "./notation";
import { rounded } from "./numerals";
import { isFactor, type Key, type Scalar } from "./records";
import type { Table } from "./table";
import { failure, type Token, tokens, Unreadable } from "./tokens";

/** An argument as it was typed; `name` is `null` where only its place says what it is. */
export interface WrittenArgument {
  readonly name: string | null;
  readonly text: string;
  /** Where the text begins, in characters from 0. */
  readonly start: number;
}

export interface WrittenDistribution {
  /** The name that is called, without a module before it. */
  readonly called: string;
  readonly given: readonly WrittenArgument[];
}

/** What stands for a parameter that is not set and has no default. */
export const UNSET = "?";

/** The text that `splitDistribution` reads; `null` for a factor, for data, and for what is made of other distributions. */
export function distributionFormula(table: Table, key: Key, catalog: CardCatalog): string | null {
  const record = table.records.get(key);
  const entry = distributionOf(catalog, record);
  if (!record || isFactor(record) || !entry || entry.data_only || entry.composition) return null;
  const given = record.parameters ?? {};
  const parts = shown(entry, given).map(({ name, standard, named }) => {
    const value = given[name];
    const unset = standard === null || standard === undefined ? UNSET : rounded(standard as Scalar);
    const text = value ? format(table, value, record.scope ?? null, catalog) : unset;
    return named ? `${name}=${text}` : text;
  });
  const settings = statedSettings(entry, record.settings).map(([name, value]) => `${name}=${value}`);
  return `${entry.kind.replace(/Distribution$/, "")}(${[...parts, ...settings].join(", ")})`;
}

/** A text that calls something, taken apart at its commas; `null` if it is no call as a whole. Throws `Unreadable`. */
export function splitDistribution(text: string): WrittenDistribution | null {
  const called = /^\s*(?:wb\.)?(\w+)\s*\(/.exec(text);
  if (!called?.[1]) return null;
  // A question mark is no sign of the language: read as a name, and recognised by its argument.
  const stream = tokens(text.replaceAll(UNSET, "_"));
  const open = stream.findIndex((token) => token.kind === "symbol" && token.text === "(");
  const given: WrittenArgument[] = [];
  const places = offsets(text);
  const place = (token: Token | undefined): number => places[(token?.column ?? 1) - 1] ?? text.length;
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < stream.length; at++) {
    const token = stream[at];
    if (token?.kind === "end") throw failure(token.column, "found the end, expected ')'.");
    if (token?.kind !== "symbol") continue;
    if (token.text === "(" || token.text === "[") depth++;
    else if (token.text === ")" || token.text === "]") depth--;
    const closed = depth === 0;
    if (!closed && !(depth === 1 && token.text === ",")) continue;
    if (at > from) {
      const [name, equals] = [stream[from], stream[from + 1]];
      const keyword = name?.kind === "name" && equals?.kind === "symbol" && equals.text === "=";
      const start = place(stream[keyword ? from + 2 : from]);
      given.push({ name: keyword ? name.text : null, text: text.slice(start, place(token)).trim(), start });
    }
    from = at + 1;
    if (closed) return stream[at + 1]?.kind === "end" ? { called: called[1], given } : null;
  }
  return null;
}

/** Its column, if a text cannot be taken apart. */
export function unreadable(text: string): string | null {
  try {
    splitDistribution(text);
    return null;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

/** The parameter or setting that a keyword means: `sd` is how cards write `standard_deviation`. */
export function longName(name: string): string {
  return LONG_NAMES.get(name) ?? name;
}

/** Columns count characters, slices count code units. */
function offsets(text: string): number[] {
  const found: number[] = [];
  let at = 0;
  for (const character of text) {
    found.push(at);
    at += character.length;
  }
  return found;
}
