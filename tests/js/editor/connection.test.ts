import { describe, expect, it } from "vitest";
import type { ModelDocument } from "../../../js/src/document/document";
import { fromData } from "../../../js/src/document/document";
import { format } from "../../../js/src/document/formula";
import {
  connectionCommands,
  connectionOptions,
  connectionRefusal,
  disconnect,
  exclusiveWith,
  retargetSource,
} from "../../../js/src/editor/connection";
import type { Command, Key, ModelRecord } from "../../../js/src/protocol/types";
import { CATALOG } from "./catalog";
import { documentAfter } from "./fixture";

const normal = { shape: [], dtype: "float", distribution: "NormalDistribution" } as const;

function model(more: Record<Key, ModelRecord> = {}): ModelDocument {
  return fromData({
    format: "whyboard/model",
    version: 1,
    layout: {},
    records: {
      g: { kind: "Graph", name: "g" },
      x: { kind: "Variable", name: "x", scope: "g", ...normal, parameters: {} },
      z: { kind: "Variable", name: "z", scope: "g", ...normal, parameters: {} },
      y: { kind: "Variable", name: "y", scope: "g", ...normal, parameters: {} },
      ...more,
    },
  });
}

function formulaAfter(document: ModelDocument, commands: readonly Command[], key: Key, parameter: string): string {
  const result = documentAfter(document, commands);
  const record = result.records.get(key);
  const value = record?.parameters?.[parameter];
  return value ? format(result, value, record?.scope ?? null, CATALOG) : "";
}

describe("a connection", () => {
  it("offers every parameter and says which are taken", () => {
    const document = model({
      y: { kind: "Variable", name: "y", scope: "g", ...normal, parameters: { variance: { value: 2 } } },
    });
    expect(connectionOptions(document, CATALOG, "y")).toEqual([
      { parameter: "mean", taken: false },
      { parameter: "variance", taken: true },
      { parameter: "standard_deviation", taken: false },
      { parameter: "precision", taken: false },
    ]);
  });

  it("is refused to itself and to what has no parameters", () => {
    expect(connectionRefusal(model(), "x", "x")).toBe("itself");
    expect(connectionRefusal(model(), "x", "g")).toBe("notAVariable");
    expect(connectionRefusal(model(), "x", "y")).toBeNull();
  });

  it("sets a free parameter", () => {
    const document = model();
    expect(formulaAfter(document, connectionCommands(document, CATALOG, "x", "y", "mean", "set"), "y", "mean")).toBe(
      "x",
    );
  });

  it("replaces, adds to or adds a slope times it to a parameter that is taken", () => {
    const document = model({
      y: { kind: "Variable", name: "y", scope: "g", ...normal, parameters: { mean: { ref: "z" } } },
    });
    const formula = (mode: "set" | "add" | "slope") =>
      formulaAfter(document, connectionCommands(document, CATALOG, "x", "y", "mean", mode), "y", "mean");
    expect(formula("set")).toBe("x");
    expect(formula("add")).toBe("z + x");
    expect(formula("slope")).toBe("z + slope_x * x");
  });

  it("keeps a number that it adds to, as the float it was", () => {
    const document = model({
      y: { kind: "Variable", name: "y", scope: "g", ...normal, parameters: { mean: { value: 3 } } },
    });
    expect(formulaAfter(document, connectionCommands(document, CATALOG, "x", "y", "mean", "add"), "y", "mean")).toBe(
      "3.0 + x",
    );
  });

  it("makes a slope that is a StaticVariable beside the target under a free name", () => {
    const document = model({ s: { kind: "StaticVariable", name: "slope_x", scope: "g", ...normal, parameters: {} } });
    const result = documentAfter(document, connectionCommands(document, CATALOG, "x", "y", "mean", "slope"));
    const slopes = [...result.records.values()].filter((record) => record.name?.startsWith("slope_x"));
    expect(slopes.map(({ kind, scope }) => [kind, scope])).toEqual([
      ["StaticVariable", "g"],
      ["StaticVariable", "g"],
    ]);
    expect(new Set(slopes.map((record) => record.name)).size).toBe(2);
  });

  it("unsets the alternative that excludes it", () => {
    const document = model({
      y: { kind: "Variable", name: "y", scope: "g", ...normal, parameters: { variance: { value: 2 } } },
    });
    const result = documentAfter(document, connectionCommands(document, CATALOG, "x", "y", "precision", "set"));
    expect(result.records.get("y")?.parameters).toEqual({ precision: { ref: "x" } });
  });

  it("moves its source end through the operators", () => {
    const document = model({
      o: { kind: "Add", scope: "g", operands: ["x", "x"] },
      y: { kind: "Variable", name: "y", scope: "g", ...normal, parameters: { mean: { ref: "o" } } },
    });
    expect(formulaAfter(document, retargetSource(document, "x", "y", "mean", "z"), "y", "mean")).toBe("z + z");
  });
});

describe("exclusive alternatives", () => {
  it("are those of the other sets of the same choice only", () => {
    const uniform = CATALOG.distributions.find((one) => one.kind === "UniformDistribution");
    if (!uniform) throw new Error("no uniform distribution");
    expect(new Set(exclusiveWith(uniform, "low"))).toEqual(new Set(["center", "width"]));
    const gaussian = CATALOG.distributions.find((one) => one.kind === "NormalDistribution");
    expect(gaussian && exclusiveWith(gaussian, "mean")).toEqual([]);
  });
});

describe("an edge that is taken away", () => {
  const edge = { kind: "edge", id: "x>y", source: "x", target: "y" } as const;

  it("unsets the parameter it entered and leaves both nodes", () => {
    const before = model({
      y: { kind: "Variable", name: "y", scope: "g", ...normal, parameters: { mean: { ref: "x" } } },
    });
    const after = documentAfter(before, disconnect(before, { ...edge, parameter: "mean" }));
    expect(after.records.get("y")?.parameters).toEqual({});
    expect(after.records.has("x")).toBe(true);
  });

  it("is nothing for a bundle, which stands for several", () => {
    expect(disconnect(model(), { ...edge, parameter: null })).toEqual([]);
  });
});
