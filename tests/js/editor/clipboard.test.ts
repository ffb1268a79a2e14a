import { describe, expect, it } from "vitest";
import { run } from "../../../js/src/document/commands";
import { fromData } from "../../../js/src/document/document";
import { fragment, fragmentText, pasteCommand, pastedRoots, readFragment } from "../../../js/src/editor/clipboard";
import type { ModelRecord } from "../../../js/src/protocol/types";
import { CATALOG } from "../document/conformance";

const normal = { shape: [], dtype: "float", distribution: "NormalDistribution" } as const;
const records: Record<string, ModelRecord> = {
  g: { kind: "Graph", name: "g" },
  e: { kind: "Entity", name: "e", scope: "g" },
  x: { kind: "Variable", name: "x", scope: "e", ...normal, parameters: {} },
  o: { kind: "Exp", scope: "g", operands: ["b"] },
  b: { kind: "StaticVariable", name: "b", scope: "g", ...normal, parameters: {} },
  y: { kind: "Variable", name: "y", scope: "g", ...normal, parameters: { mean: { ref: "o" } } },
};
const document = fromData({
  format: "whyboard/model",
  version: 1,
  records,
  layout: { e: { x: 5, y: 6 }, x: { x: 1, y: 2 } },
});

describe("a copied part", () => {
  it("holds what the nodes contain and the operators of their parameters, not the variables these use", () => {
    expect(Object.keys(fragment(document, ["e", "y"]).records).sort()).toEqual(["e", "o", "x", "y"]);
  });

  it("does not copy twice what stands in another copied node", () => {
    expect(Object.keys(fragment(document, ["e", "x"]).records)).toEqual(["e", "x"]);
  });

  it("comes back from its text", () => {
    const part = fragment(document, ["e", "y"]);
    expect(readFragment(fragmentText(part))).toEqual(part);
  });
});

describe("a copied large constant", () => {
  const hash = "6c3c396ed6b5c36dcae172271f462051";
  const value = { values: hash, shape: [1], dtype: "float64" };
  const z: ModelRecord = { kind: "Variable", name: "z", scope: "g", ...normal, parameters: { mean: { value } } };
  const values = { [hash]: "AAAAAAAA8D8=", ["f".repeat(32)]: "AA==" };
  const source = fromData({ format: "whyboard/model", version: 1, records: { ...records, z }, layout: {}, values });
  const part = readFragment(fragmentText(fragment(source, ["z"])));

  it("takes its numbers along, and no others", () => {
    expect(part?.values).toEqual({ [hash]: "AAAAAAAA8D8=" });
  });

  it("brings them into a model that lacks them", () => {
    const command = pasteCommand("g", part ?? fragment(document, []));
    const result = run(document, [command], CATALOG);
    expect(result.ok && [...result.document.values]).toEqual([[hash, "AAAAAAAA8D8="]]);
    expect(result.ok && result.patch.values).toEqual({ [hash]: "AAAAAAAA8D8=" });
  });
});

describe("pasting", () => {
  const command = pasteCommand("g", fragment(document, ["e", "y"]));
  const pasted = new Map(Object.values(command.records).map((record) => [record.name ?? record.kind, record]));
  const keyOf = (name: string) =>
    Object.entries(command.records).find(([, record]) => (record.name ?? record.kind) === name)?.[0];

  it("renews every key, also inside references", () => {
    for (const key of Object.keys(command.records)) expect(records).not.toHaveProperty(key);
    expect(pasted.get("x")?.scope).toBe(keyOf("e"));
    expect(pasted.get("y")?.parameters).toEqual({ mean: { ref: keyOf("Exp") } });
  });

  it("keeps references that leave the part", () => {
    expect(pasted.get("Exp")?.operands).toEqual(["b"]);
  });

  it("shifts what would cover the original, and nothing inside it", () => {
    expect(command.layout[keyOf("e") ?? ""]).toEqual({ x: 29, y: 30 });
    expect(command.layout[keyOf("x") ?? ""]).toEqual({ x: 1, y: 2 });
  });

  it("selects the outermost nodes afterwards", () => {
    expect(new Set(pastedRoots(command))).toEqual(new Set([keyOf("e"), keyOf("y")]));
  });
});

describe("a text that is no model", () => {
  it.each([
    "",
    "x = 1",
    "{",
    "[]",
    '{"format": "whyboard/model"}',
    '{"format": "whyboard/model", "records": {"k": 3}}',
    '{"format": "whyboard/model", "records": {"../k": {"kind": "Graph"}}}',
  ])("%j is refused", (text) => expect(readFragment(text)).toBeNull());
});
