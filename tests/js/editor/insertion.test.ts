import { describe, expect, it } from "vitest";
import { fromData } from "../../../js/src/document/document";
import { insertion, insertionScope, kindIn, scopesFor } from "../../../js/src/editor/insertion";
import { paletteGroups, searchEntries, withRecent } from "../../../js/src/editor/palette-entries";
import { english } from "../../../js/src/editor/strings";
import type { ModelRecord } from "../../../js/src/protocol/types";
import { CATALOG } from "./catalog";

const normal = { shape: [], dtype: "float", distribution: "NormalDistribution", parameters: {} } as const;
const records: Record<string, ModelRecord> = {
  g: { kind: "Graph", name: "g" },
  i: { kind: "Inputs", name: "inputs", scope: "g" },
  e: { kind: "Entity", name: "e", scope: "g" },
  x: { kind: "Variable", name: "x", scope: "e", ...normal },
  a: { kind: "StaticVariable", name: "a", scope: "g", ...normal },
};
const document = fromData({ format: "whyboard/model", version: 1, records, layout: {} });
const groups = paletteGroups(CATALOG, english);
const entry = (id: string) => {
  const found = groups.flatMap((group) => group.entries).find((one) => one.id === id);
  if (!found) throw new Error(`no palette entry ${id}`);
  return found;
};
const added = (id: string, scope: string, options: Parameters<typeof insertion>[4]) => {
  const result = insertion(document, CATALOG, scope, entry(id), options);
  if (!result) throw new Error(`${id} does not fit`);
  const made = new Map(
    result.commands.flatMap((one) => (one.type === "AddRecord" ? [[one.key, one.record] as const] : [])),
  );
  return { ...result, made, record: made.get(result.key) };
};

describe("the palette", () => {
  it("offers every scope, distribution and operator of the catalog once", () => {
    const ids = groups.flatMap((group) => group.entries.map((one) => one.id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const one of CATALOG.distributions) expect(ids).toContain(`distribution:${one.kind}`);
    for (const one of CATALOG.operators) if (one.kind !== "Const") expect(ids).toContain(`operator:${one.kind}`);
    for (const kind of ["Graph", "Entity", "Variable", "StaticVariable"]) expect(ids).toContain(`scope:${kind}`);
  });

  it("finds by parts of words and puts what starts with them first", () => {
    const found = searchEntries(groups, "nor").flatMap((group) => group.entries.map((one) => one.label));
    expect(found[0]).toBe("Normal");
    expect(found).toContain("Log normal");
    expect(searchEntries(groups, "zzz")).toEqual([]);
  });

  it("finds the best match first, whatever was used last", () => {
    const recent = withRecent(groups, ["distribution:HalfNormalDistribution"], "Recent");
    const found = searchEntries(recent, "normal").flatMap((group) => group.entries.map((one) => one.label));
    expect(found[0]).toBe("Normal");
    expect(found.filter((label) => label === "Half normal")).toHaveLength(1);
  });

  it("puts what was used last on top", () => {
    const [first] = withRecent(groups, ["operator:Exp", "gone"], "Recent");
    expect(first?.entries.map((one) => one.id)).toEqual(["operator:Exp"]);
  });
});

describe("adding", () => {
  it("goes into the selected graph or entity, or beside the selected variable", () => {
    expect(insertionScope(document, CATALOG, "g", "e")).toBe("e");
    expect(insertionScope(document, CATALOG, "g", "x")).toBe("e");
    expect(insertionScope(document, CATALOG, "g", "a")).toBe("g");
    expect(insertionScope(document, CATALOG, "g", null)).toBe("g");
  });

  it("makes the kind of variable that is asked for, and only what the scope may hold", () => {
    expect(kindIn(document, CATALOG, "g", entry("distribution:GammaDistribution"), true)).toBe("Variable");
    expect(kindIn(document, CATALOG, "g", entry("distribution:GammaDistribution"), false)).toBe("StaticVariable");
    expect(kindIn(document, CATALOG, "a", entry("distribution:GammaDistribution"), true)).toBe("StaticVariable");
    expect(kindIn(document, CATALOG, "i", entry("distribution:GammaDistribution"), true)).toBeNull();
    expect(kindIn(document, CATALOG, "e", entry("scope:Graph"), true)).toBeNull();
  });

  it("gives a distribution a dtype that it allows and a free name", () => {
    const { record, name } = added("distribution:PoissonDistribution", "e", { dynamic: true });
    expect(record).toMatchObject({ kind: "Variable", scope: "e", distribution: "PoissonDistribution", dtype: "int" });
    expect(name).not.toBe("x");
  });

  it("makes a graph together with its inputs and outputs", () => {
    const { key, made } = added("scope:Graph", "g", { dynamic: true });
    const inside = [...made.values()].filter((record) => record.scope === key).map((record) => record.kind);
    expect(inside).toEqual(["Inputs", "Outputs"]);
  });

  it("connects a new variable by its first parameter", () => {
    const { record } = added("distribution:ExponentialDistribution", "e", { dynamic: true, from: ["x"] });
    expect(record?.parameters).toEqual({ mean: { ref: "x" } });
  });

  it("shows an operator as a named deterministic variable, with constants for what is missing", () => {
    const { record, made } = added("operator:Add", "e", { dynamic: true, from: ["x"] });
    expect(record).toMatchObject({ distribution: "DiracDistribution", name: "add" });
    const sum = [...made.values()].find((one) => one.kind === "Add");
    expect(sum?.operands?.[0]).toBe("x");
    expect(made.get(sum?.operands?.[1] ?? "")).toMatchObject({ kind: "Const", value: 0 });
  });

  it("says how far a shift reads back, as an operator that must be told is given something to begin with", () => {
    const { made } = added("operator:TimeShift", "e", { dynamic: true, from: ["x"] });
    const shift = [...made.values()].find((one) => one.kind === "TimeShift");
    expect(shift).toMatchObject({ settings: { shift: -1 } });
    expect(shift?.operands?.[0]).toBe("x");
  });

  it("keeps the place where it was dropped", () => {
    const { commands, key } = added("scope:Entity", "g", { dynamic: true, place: { x: 10, y: 20 } });
    expect(commands.at(-1)).toEqual({ type: "MoveNodes", positions: { [key]: { x: 10, y: 20 } } });
  });
});

describe("scopes for some kinds", () => {
  it("are those that may hold all of them", () => {
    expect(scopesFor(document, CATALOG, "g", ["Variable"])).toEqual(["g", "e", "x"]);
    expect(new Set(scopesFor(document, CATALOG, "g", ["Entity"]))).toEqual(new Set(["g", "e", "i"]));
    expect(scopesFor(document, CATALOG, "g", ["Graph", "Variable"])).toEqual(["g"]);
  });
});
