/** What the next layout remembers of the one before. */
import { describe, expect, it } from "vitest";
import type { DiagramInput } from "../../../js/src/diagram/diagram";
import { kept } from "../../../js/src/diagram/kept";
import { layoutScene } from "../../../js/src/diagram/layout";
import { buildScene } from "../../../js/src/diagram/scene";
import type { Layout } from "../../../js/src/diagram/scene-types";
import { drawing } from "./models";

const normal = { kind: "Variable", scope: "g", shape: [], dtype: "float", distribution: "NormalDistribution" };
const closed = drawing(
  {
    g: { kind: "Graph", name: "g" },
    a: { ...normal, name: "a", parameters: {} },
    b: { ...normal, name: "b", parameters: {} },
    sum: { kind: "Add", scope: "g", operands: ["a", "b"] },
    y: { ...normal, name: "y", parameters: { mean: { ref: "sum" } } },
  },
  ["g"],
);
const opened: DiagramInput = { ...closed, openTrees: new Set(["y.mean"]) };

function layOut(input: DiagramInput, previous: Layout | null): Layout {
  return layoutScene(buildScene(input), new Map(), previous);
}

function top(layout: Layout, key: string): number {
  return layout.rects.get(key)?.y ?? Number.NaN;
}

describe("what a layout remembers", () => {
  it("is everything where nothing opened or closed", () => {
    const before = layOut(closed, null);
    expect(kept(before, closed, { ...closed })).toBe(before);
  });

  it("leaves room for operators above what is computed from them, and takes it back", () => {
    const before = layOut(closed, null);
    const during = layOut(opened, kept(before, closed, opened));
    expect(top(during, "sum")).toBeGreaterThan(top(during, "a"));
    expect(top(during, "y")).toBeGreaterThan(top(during, "sum"));
    const after = layOut(closed, kept(during, opened, closed));
    expect([...after.rects]).toEqual([...before.rects]);
  });

  it("is nothing where many scopes opened at once", () => {
    expect(kept(layOut(closed, null), closed, { ...closed, open: new Set(["g", "h", "i"]) })).toBeNull();
  });
});
