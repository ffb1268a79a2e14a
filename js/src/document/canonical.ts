/** Canonical text: the same bytes for the same data, here and in Python. */
const FIRST = ["kind", "name", "scope"];
const RANK: ReadonlyMap<string, number> = new Map(FIRST.map((field, index) => [field, index]));

/** JSON with sorted fields, `", "` and `": "` between them, and numbers as ECMAScript prints them. */
export function canonical(value: unknown): string {
  return write(value, byName);
}

/** The same, with `kind, name, scope` in front: the text of one record. */
export function canonicalRecord(record: object): string {
  return write(record, byRank);
}

function write(value: unknown, order: (a: string, b: string) => number): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item, byName)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => order(a, b));
    return `{${fields.map(([name, item]) => `${JSON.stringify(name)}: ${write(item, byName)}`).join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** By UTF-16 code units, which is the order of Python's `utf-16-be`. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byRank(a: string, b: string): number {
  return (RANK.get(a) ?? FIRST.length) - (RANK.get(b) ?? FIRST.length) || byName(a, b);
}
