/** What particular models look like: towers, ribbons, islands, borders. */
import { describe, expect, it } from "vitest";
import { layoutScene } from "../../../js/src/diagram/layout";
import { buildScene } from "../../../js/src/diagram/scene";
import type { Layout, Scene } from "../../../js/src/diagram/scene-types";
import type { Key, ModelRecord } from "../../../js/src/protocol/types";
import { hidden, misshapen, outsiders, overlaps, rectOf } from "./geometry";
import { drawing } from "./models";

/** Variables by name with the names of their parents; a name `e.x` stands in Entity `e`. */
function laidOut(
  parents: Record<string, readonly string[]>,
  scopes: Record<string, string> = {},
): { scene: Scene; layout: Layout } {
  const records: Record<Key, ModelRecord> = { g: { kind: "Graph", name: "g" } };
  for (const [scope, kind] of Object.entries(scopes)) records[scope] = { kind, name: scope, scope: "g" };
  const names = ["mean", "variance", "scale", "rate", "low", "high"];
  for (const [name, above] of Object.entries(parents)) {
    const dot = name.indexOf(".");
    const parameters = Object.fromEntries(above.map((ref, i) => [names[i] ?? `p${i}`, { ref }]));
    const scope = dot < 0 ? "g" : name.slice(0, dot);
    records[name] = {
      kind: "Variable",
      name,
      scope,
      distribution: "NormalDistribution",
      shape: [],
      dtype: "float",
      parameters,
    };
  }
  const scene = buildScene(drawing(records, ["g", ...Object.keys(scopes)]));
  return { scene, layout: layoutScene(scene, new Map(), null) };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const faults = ({ scene, layout }: { scene: Scene; layout: Layout }): string[] =>
  [outsiders, overlaps, hidden, misshapen].flatMap((question) => question(scene, layout));

describe("a frame", () => {
  it("puts causes above effects", () => {
    const { layout } = laidOut({ a: [], b: ["a"], c: ["b", "a"] });
    const [a, b, c] = ["a", "b", "c"].map((key) => rectOf(layout, key).y);
    expect(a).toBeLessThan(b ?? 0);
    expect(b).toBeLessThan(c ?? 0);
  });

  it("folds a long chain into lines", () => {
    const chain = laidOut(Object.fromEntries(range(40).map((i) => [`v${i}`, i ? [`v${i - 1}`] : []])));
    expect(faults(chain)).toEqual([]);
    const rows = new Set(range(40).map((i) => rectOf(chain.layout, `v${i}`).y));
    expect(rows.size).toBeLessThan(12);
  });

  it("folds many effects of one cause into rows", () => {
    const star = laidOut(Object.fromEntries(range(40).map((i) => [`v${i}`, i ? ["v0"] : []])));
    expect(faults(star)).toEqual([]);
    for (const i of range(39)) expect(rectOf(star.layout, `v${i + 1}`).y).toBeGreaterThan(rectOf(star.layout, "v0").y);
  });

  it("leads the edges of one source through one lane", () => {
    const { layout } = laidOut({ a: [], b: ["a"], c: ["b", "a"], d: ["b", "a"] });
    const top = rectOf(layout, "b").y;
    const lanes = ["a>c", "a>d"].map((id) => (layout.routes.get(id) ?? []).find((point) => point.y === top)?.x);
    expect(lanes[0]).toBeDefined();
    expect(lanes[1]).toBe(lanes[0]);
  });

  it("sets variables without edges in a grid", () => {
    const grid = laidOut(Object.fromEntries(range(30).map((i) => [`v${i}`, []])));
    expect(faults(grid)).toEqual([]);
    const at = range(30).map((i) => rectOf(grid.layout, `v${i}`));
    expect(new Set(at.map((rect) => rect.x)).size * new Set(at.map((rect) => rect.y)).size).toBeLessThan(40);
  });

  it("sets many separate pairs on shelves", () => {
    const pairs = Object.fromEntries(
      range(12).flatMap((i) => [
        [`a${i}`, []],
        [`b${i}`, [`a${i}`]],
      ]),
    );
    expect(faults(laidOut(pairs))).toEqual([]);
  });

  it("shows circles between scopes without hiding an edge", () => {
    const circle = laidOut(
      { "e.a": ["f.b"], "f.b": [], "e.c": [], "f.d": ["e.c", "e.a"], "f.k": ["e.a"], "e.z": ["f.d"] },
      { e: "Entity", f: "Entity" },
    );
    expect(faults(circle)).toEqual([]);
  });

  it("lets at most twelve ports through one side", () => {
    const many = Object.fromEntries([
      ...range(30).map((i) => [`e.a${i}`, []]),
      ...range(30).map((i) => [`b${i}`, [`e.a${i}`]]),
    ]);
    const crowd = laidOut(many, { e: "Entity" });
    expect(faults(crowd)).toEqual([]);
    const bottom = rectOf(crowd.layout, "e").y + rectOf(crowd.layout, "e").height;
    const places = crowd.scene.edges.flatMap((edge) =>
      (crowd.layout.routes.get(edge.id) ?? []).filter((point) => point.y === bottom),
    );
    expect(new Set(places.map((point) => point.x)).size).toBeLessThanOrEqual(12);
  });

  it("holds inputs on its left border and outputs on its right border", () => {
    const { scene, layout } = laidOut(
      { "i.x": [], a: [], b: ["i.x", "a"], c: ["a"], "o.y": ["b", "c"], p: [], q: ["p"], r: [], s: [], t: [] },
      { i: "Inputs", o: "Outputs" },
    );
    const [frame, inputs, outputs] = ["g", "i", "o"].map((key) => rectOf(layout, key));
    expect(inputs?.x).toBe(frame?.x);
    expect((outputs?.x ?? 0) + (outputs?.width ?? 0)).toBe((frame?.x ?? 0) + (frame?.width ?? 0));
    expect([outsiders, overlaps, hidden].flatMap((question) => question(scene, layout))).toEqual([]);
  });
});
