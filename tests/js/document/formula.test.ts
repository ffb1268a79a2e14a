import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMPTY_DOCUMENT, fromData } from "../../../js/src/document/document";
import { type CardCatalog, format, parse, typesetDistribution } from "../../../js/src/document/formula";
import type { Key, ModelRecord, Parameter } from "../../../js/src/document/records";
import type { Table } from "../../../js/src/document/table";

interface Case {
  readonly text: string;
  readonly scope: Key | null;
  readonly tree?: unknown;
  readonly format?: string;
  readonly typeset?: string;
  readonly error?: string;
}
interface Conformance {
  readonly catalog: CardCatalog;
  readonly records: Readonly<Record<Key, ModelRecord>>;
  readonly formulas: readonly Case[];
  readonly distributions: readonly {
    readonly distribution: string;
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly text: string;
  }[];
}

const { catalog, records, formulas, distributions }: Conformance = JSON.parse(
  readFileSync("tests/conformance/formula.json", "utf-8"),
);

function tableOf(all: Readonly<Record<Key, ModelRecord>>): Table {
  return fromData({ format: "whyboard/model", version: EMPTY_DOCUMENT.version, records: all, layout: {} });
}
const base = tableOf(records);

function read(text: string, scope: Key | null): { value: Parameter; table: Table } {
  let count = 0;
  const result = parse(text, base, scope, catalog, () => `new${count++}`);
  if (!result.ok) throw new Error(result.message);
  const added = Object.fromEntries(result.commands.map(({ key, record }) => [key, record]));
  for (const record of Object.values(added)) expect(record.scope).toBe(scope ?? undefined);
  return { value: result.value, table: tableOf({ ...records, ...added }) };
}

/** A parameter as a nested list: `["Add", "slope", ["Const", 2, "int"]]`. */
function tree(value: Parameter, table: Table): unknown {
  if (!("ref" in value)) return value;
  const record = table.records.get(value.ref);
  if (!record || record.name !== undefined) return value.ref;
  if (record.kind === "Const") return ["Const", record.value, record.dtype];
  const inside = (record.operands ?? []).map((ref) => tree({ ref }, table));
  return [record.kind, ...inside, ...(record.settings ? [record.settings] : [])];
}

describe("a formula", () => {
  for (const each of formulas.filter((item) => item.tree !== undefined)) {
    it(`${each.scope}: ${each.text} becomes these records and text again`, () => {
      const { value, table } = read(each.text, each.scope);
      expect(tree(value, table)).toEqual(each.tree);
      expect(format(table, value, each.scope, catalog)).toBe(each.format);
      if (each.typeset !== undefined) {
        expect(format(table, value, each.scope, catalog, { typeset: true })).toBe(each.typeset);
      }
    });
  }
  for (const each of formulas.filter((item) => item.error !== undefined)) {
    it(`${each.text.slice(0, 30)} says where and why it cannot be read`, () => {
      const result = parse(each.text, base, each.scope, catalog, () => "new");
      expect(result).toMatchObject({ ok: false, code: "FormulaError", message: each.error });
      expect(`Column ${result.ok || result.column}`).toBe(each.error?.split(":")[0]);
    });
  }
});

describe("a card", () => {
  for (const each of distributions) {
    it(`shows ${each.text}`, () => {
      const record = { kind: "Variable", name: "z", scope: "cars", shape: [], dtype: "float" as const };
      const { text, ...stated } = each;
      const table = tableOf({ ...records, z: { ...record, ...stated } });
      expect(typesetDistribution(table, "z", catalog)).toBe(text);
    });
  }
});

describe("the walk", () => {
  it("reads and writes a long sum without recursion", () => {
    const text = Array(5_000).fill("slope").join(" + ");
    const { value, table } = read(text, "cars");
    expect(format(table, value, "cars", catalog, { limit: 100_000 })).toBe(text);
    expect(format(table, value, "cars", catalog, { limit: 50 })).toBe(`${text.slice(0, 50)}…`);
  });

  it("stops at the limit where operators are shared", () => {
    const shared: Record<Key, ModelRecord> = { d0: { kind: "Add", scope: "cars", operands: ["slope", "slope"] } };
    for (let level = 1; level < 200; level++) {
      shared[`d${level}`] = { kind: "Add", scope: "cars", operands: [`d${level - 1}`, `d${level - 1}`] };
    }
    expect(format(tableOf({ ...records, ...shared }), "d199", "cars", catalog)).toHaveLength(4_001);
  });

  it("ends for a loop of operators in a broken file", () => {
    const table = tableOf({
      ...records,
      a: { kind: "Negative", operands: ["b"] },
      b: { kind: "Negative", operands: ["a"] },
    });
    expect(format(table, "a", "cars", catalog)).toMatch(/…$/);
  });
});

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    fc.constantFrom("slope", "intercept", "alpha", "engine.horsepower", "inputs.fuel.octane", "lambda", "cars.inf"),
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => String(value)),
    fc
      .tuple(tie("expression"), fc.constantFrom("+", "-", "*", "/", "**", "@", "<", "!="), tie("expression"))
      .map(([left, sign, right]) => `(${left}) ${sign} (${right})`),
    tie("expression").map((inner) => `-(${inner})`),
    tie("expression").map((inner) => `sum(${inner}, axis=-1, keepdims=True)`),
    tie("expression").map((inner) => `(${inner})[0, origin, ::2, None, ...]`),
    fc.tuple(tie("expression"), tie("expression")).map((pair) => `concatenate([${pair.join(", ")}], 1)`),
  ),
}));

describe("laws", () => {
  it("reading what was written gives the same tree", () => {
    const inside = expression.filter((text) => parse(text, base, "cars", catalog, () => "k").ok);
    fc.assert(
      fc.property(inside, (text) => {
        const { value, table } = read(text, "cars");
        const written = format(table, value, "cars", catalog);
        const again = read(written, "cars");
        expect(tree(again.value, again.table)).toEqual(tree(value, table));
        expect(format(again.table, again.value, "cars", catalog)).toBe(written);
      }),
    );
  });

  it("any text is a formula or one error with a place in it", () => {
    const characters = [..."slopew +-*/()[],.:=<>!0123e'\"\\ \nλ·^…"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...characters), { maxLength: 30 }), (found) => {
        const result = parse(found.join(""), base, "cars", catalog, () => "k");
        if (!result.ok) {
          expect(result.column).toBeGreaterThanOrEqual(1);
          expect(result.column).toBeLessThanOrEqual(found.length + 1);
        }
      }),
    );
  });
});
