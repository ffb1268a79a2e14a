import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical } from "../../../js/src/document/canonical";
import { run } from "../../../js/src/document/commands";
import { serialise } from "../../../js/src/document/document";
import { readModel, writeModel } from "../../../js/src/document/file";
import { freshKey, isKey } from "../../../js/src/document/key";
import { CATALOG, DATA, model, read, type ScriptFile } from "./conformance";

interface Files {
  readonly refused: readonly { readonly name: string; readonly text: string; readonly message: string }[];
  readonly accepted: readonly { readonly name: string; readonly text: string; readonly written: string }[];
  readonly numbers: readonly (readonly [string, string])[];
}
const files = read<Files>("files.json");
const { scripts } = read<ScriptFile>("edit_scripts.json");

function written(text: string): string {
  const result = readModel(text);
  return result.ok ? serialise(result.document) : result.message;
}

describe("a model file", () => {
  it.each(files.refused.map((each) => [each.name, each] as const))(
    "is refused with its place: %s",
    (_, { text, message }) => {
      const result = readModel(text);
      expect(result.ok ? "accepted" : result.message).toBe(message);
      if (!result.ok) expect(message.startsWith(`Line ${result.line}, column ${result.column}: `)).toBe(true);
    },
  );

  it.each(files.accepted.map((each) => [each.name, each] as const))("is written canonically: %s", (_, each) => {
    expect(written(each.text)).toBe(each.written);
  });

  it("of Python is read and written back to the same bytes", () => {
    for (const { text } of scripts) expect(written(text)).toBe(text);
  });

  it("of a newer version is for reading only", () => {
    const result = readModel(JSON.stringify({ ...DATA, version: 2, more: [] }));
    expect(result.ok && result.readonly).toBe(true);
    expect(readModel(JSON.stringify(DATA))).toMatchObject({ ok: true, readonly: false });
  });

  it("leaves out the operators that nothing reaches, and only those", () => {
    const result = readModel(writeModel(model()));
    expect(result.ok && [...model().records.keys()].filter((key) => !result.document.records.has(key))).toEqual(["ou"]);
  });

  it("keeps an unknown kind as it is through edits", () => {
    const line = serialise(model())
      .split("\n")
      .find((each) => each.includes("Ghost"));
    const result = run(model(), [{ type: "Rename", key: "e", name: "other" }], CATALOG);
    expect(result.ok && serialise(result.document).split("\n")).toContain(line);
  });

  it("is never misread when it is cut off", () => {
    const text = serialise(model());
    fc.assert(fc.property(fc.integer({ min: 0, max: text.length - 3 }), (end) => !readModel(text.slice(0, end)).ok));
  });

  it("gives a result, not an exception, for any text", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => !readModel(text).ok));
  });
});

describe("canonical text", () => {
  it.each(files.numbers)("writes %s as ECMAScript does", (text, expected) => {
    expect(canonical(JSON.parse(text))).toBe(expected);
  });

  it("reads as the same data", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("keys", () => {
  it("sort in the order of creation and are never the same", () => {
    const keys = Array.from({ length: 5000 }, freshKey);
    expect([...new Set(keys)].sort()).toEqual(keys);
    expect(keys.every((key) => key.length === 16 && isKey(key))).toBe(true);
  });
});
