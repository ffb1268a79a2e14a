/** Strict JSON: no duplicate keys, no NaN, no infinite numbers, limited depth; every error has its line and column. */

const MAXIMUM_DEPTH = 64;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z.])/y;
const WORD = /(?:true|false|null)(?![0-9A-Za-z])/y;
const CONFLICT = /^(?:<{7}|={7}|>{7})(?= |$)/m;

export type Path = readonly (string | number)[];

/** A fault of a text, at a place in it. */
export class TextFault extends Error {
  readonly line: number;
  readonly column: number;

  constructor(text: string, offset: number, message: string) {
    const before = text.slice(0, offset);
    const line = before.split("\n").length;
    const column = offset - before.lastIndexOf("\n");
    super(`Line ${line}, column ${column}: ${message}`);
    this.line = line;
    this.column = column;
  }
}

/** The data of a JSON text; throws a `TextFault`. */
export function parseJson(text: string): unknown {
  return read(text, null);
}

/** The offset of the value at a path, or of the nearest thing around it. */
export function placeOf(text: string, path: Path): number {
  const places = new Map<string, number>();
  read(text, places);
  for (let length = path.length; length >= 0; length--) {
    const found = places.get(JSON.stringify(path.slice(0, length)));
    if (found !== undefined) return found;
  }
  return 0;
}

type Token = readonly [sort: "string" | "number" | "word" | "mark" | "nothing", text: string, start: number];

function read(text: string, places: Map<string, number> | null): unknown {
  const conflict = CONFLICT.exec(text);
  if (conflict) {
    fail(
      conflict.index,
      "the file has the marks of a merge conflict. Open it as text, keep one side and delete the marks.",
    );
  }
  let offset = 0;
  const result = value([], 0);
  const end = skipSpace(offset);
  if (end < text.length) fail(end, "there is more text after the end of the model. Remove it.");
  return result;

  function value(path: Path, depth: number): unknown {
    const [sort, token, start] = next();
    places?.set(JSON.stringify(path), start);
    if (token === "{" || token === "[") {
      if (depth >= MAXIMUM_DEPTH) {
        fail(start, `the data are nested more than ${MAXIMUM_DEPTH} deep. This is no model file.`);
      }
      return token === "{" ? object(path, depth) : array(path, depth);
    }
    if (sort === "number") {
      const number = Number(token);
      if (Number.isFinite(number)) return number;
      fail(start, `${token.slice(0, 20)} is too large for a number. Write "inf" for infinity.`);
    }
    if (sort === "string" || sort === "word") return JSON.parse(token);
    unexpected(start, "a value");
  }

  function object(path: Path, depth: number): Readonly<Record<string, unknown>> {
    const fields = new Map<string, unknown>();
    for (;;) {
      const [sort, token, start] = next();
      if (token === "}" && fields.size === 0) return {};
      if (sort !== "string") unexpected(start, "a name in quotes");
      const name: string = JSON.parse(token);
      if (fields.has(name)) fail(start, `'${name}' stands here a second time. Remove or rename one of the two.`);
      const [, colon, colonStart] = next();
      if (colon !== ":") unexpected(colonStart, "':'");
      fields.set(name, value(places ? [...path, name] : path, depth + 1));
      const [, mark, markStart] = next();
      if (mark === "}") return Object.fromEntries(fields);
      if (mark !== ",") unexpected(markStart, "',' or '}'");
    }
  }

  function array(path: Path, depth: number): readonly unknown[] {
    const items: unknown[] = [];
    const before = offset;
    if (next()[1] === "]") return items;
    offset = before;
    for (;;) {
      items.push(value(places ? [...path, items.length] : path, depth + 1));
      const [, mark, start] = next();
      if (mark === "]") return items;
      if (mark !== ",") unexpected(start, "',' or ']'");
    }
  }

  function next(): Token {
    const start = skipSpace(offset);
    const first = text.charAt(start);
    const [sort, token]: readonly [Token[0], string] =
      first === '"'
        ? ["string", string(start)]
        : first !== "" && "{}[],:".includes(first)
          ? ["mark", first]
          : word(start);
    offset = start + token.length;
    return [sort, token, start];
  }

  /** A string with its quotes; empty if it has no end or is not well formed. */
  function string(start: number): string {
    for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
      let escapes = 0;
      while (text.charAt(end - 1 - escapes) === "\\") escapes++;
      if (escapes % 2 === 0) {
        const token = text.slice(start, end + 1);
        if (isJson(token)) return token;
        fail(start, "this text has a control character or an unknown escape. Open the file as text and mend it there.");
      }
    }
    return fail(text.length, "the file ends inside of a text. It was cut off; take an earlier copy.");
  }

  function word(start: number): readonly [Token[0], string] {
    NUMBER.lastIndex = WORD.lastIndex = start;
    const number = NUMBER.exec(text)?.[0];
    if (number !== undefined) return ["number", number];
    const found = WORD.exec(text)?.[0];
    return found === undefined ? ["nothing", ""] : ["word", found];
  }

  function skipSpace(from: number): number {
    SPACE.lastIndex = from;
    return from + (SPACE.exec(text)?.[0].length ?? 0);
  }

  function fail(at: number, message: string): never {
    throw new TextFault(text, at, message);
  }

  function unexpected(start: number, expected: string): never {
    if (start >= text.length) {
      fail(text.length, `the file ends where ${expected} should follow. It was cut off; take an earlier copy.`);
    }
    const got = (/^(?:[-+\w.]+|[\s\S])/u.exec(text.slice(start, start + 40))?.[0] ?? "").slice(0, 20);
    if (/^[-+]*(?:NaN|Infinity)$/.test(got)) {
      fail(start, `${got} is no JSON number. Write "inf" or "-inf", or leave the parameter out.`);
    }
    fail(start, `expected ${expected}, got '${got}'. Open the file as text and mend it there.`);
  }
}

function isJson(token: string): boolean {
  try {
    JSON.parse(token);
    return true;
  } catch {
    return false;
  }
}
