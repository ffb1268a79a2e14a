import { describe, expect, it } from "vitest";
import { lagText } from "../../../js/src/diagram/causes";
import type { DiagramInput } from "../../../js/src/diagram/diagram";
import { layoutScene } from "../../../js/src/diagram/layout";
import { buildScene, sameShape } from "../../../js/src/diagram/scene";
import { type Edge, HEADER, PADDING, type Scene } from "../../../js/src/diagram/scene-types";
import { apply, fromData } from "../../../js/src/document/document";
import type { ModelRecord } from "../../../js/src/protocol/types";
import { model } from "./models";

const normal = { shape: [], dtype: "float", distribution: "NormalDistribution" } as const;
const variable = (name: string, scope: string, parameters: ModelRecord["parameters"] = {}): ModelRecord => ({
  ...{ kind: "Variable", name, scope, ...normal, parameters },
});

const RECORDS: Record<string, ModelRecord> = {
  g: { kind: "Graph", name: "g" },
  e: { kind: "Entity", name: "e", scope: "g" },
  x: variable("x", "e"),
  z: variable("z", "e"),
  o: { kind: "Mul", scope: "g", operands: ["x", "z"] },
  y: variable("y", "g", { mean: { ref: "o" }, standard_deviation: { ref: "x" } }),
};

function input(
  open: readonly string[],
  more: Record<string, ModelRecord> = {},
  trees: readonly string[] = [],
): DiagramInput {
  const document = fromData({ format: "whyboard/model", version: 1, layout: {}, records: { ...RECORDS, ...more } });
  return { ...model(1, 0, 1), document, root: "g", open: new Set(open), openTrees: new Set(trees) };
}

function edge(scene: Scene, id: string): Edge | undefined {
  return scene.edges.find((each) => each.id === id);
}

describe("a factor", () => {
  const factor: ModelRecord = { kind: "Factor", name: "f", scope: "g", parameters: { log_density: { ref: "o" } } };

  it("is a small square that is joined to what it couples, without a direction", () => {
    const scene = buildScene(input(["g", "e"], { f: factor }));
    expect(scene.boxes.get("f")).toMatchObject({ kind: "factor", width: 28, height: 28 });
    expect(edge(scene, "x>f")).toMatchObject({ kind: "coupling", parameters: ["log_density"] });
    expect(edge(scene, "z>f")?.kind).toBe("coupling");
    expect(edge(scene, "x>y")?.kind).toBe("parent");
  });

  it("is joined once to a closed scope around what it couples", () => {
    const scene = buildScene(input(["g"], { f: factor }));
    expect(edge(scene, "e>f")).toMatchObject({ kind: "coupling", count: 2 });
  });
});

describe("the caption of a factor", () => {
  const names = ["f", "a_long_name", "a_name_longer_than_all_others"];
  const factors = Object.fromEntries(
    names.map((name): [string, ModelRecord] => [name, { kind: "Factor", name, scope: "g", parameters: {} }]),
  );

  it("has room of its own inside of the frame, wherever the square is", () => {
    const scene = buildScene(input(["g"], factors));
    for (const place of [null, { x: 300, y: 200 }]) {
      const { rects } = layoutScene(scene, new Map(place ? [["a_long_name", place]] : []), null);
      const frame = rects.get("g");
      const taken = names.map((name) => {
        const { x = 0, y = 0, width = 0, height = 0 } = rects.get(name) ?? {};
        const { side = 0, below = 0 } = scene.boxes.get(name)?.overhang ?? {};
        expect([width, height]).toEqual([28, 28]);
        return { left: x - side, right: x + width + side, top: y, bottom: y + height + below };
      });
      for (const one of taken) {
        expect(one.left).toBeGreaterThan(frame?.x ?? 0);
        expect(one.right).toBeLessThan((frame?.x ?? 0) + (frame?.width ?? 0));
        for (const other of taken) {
          if (one === other) continue;
          const [across, along] = [one.right <= other.left || other.right <= one.left, one.bottom <= other.top];
          expect(across || along || other.bottom <= one.top).toBe(true);
        }
      }
      // From the corner of what a frame holds.
      if (place) expect(rects.get("a_long_name")).toMatchObject({ x: 300 + PADDING, y: 200 + HEADER + PADDING });
    }
  });
});

describe("the edges of a scene", () => {
  it("run from the variables of a formula, with the parameters they enter", () => {
    const scene = buildScene(input(["g", "e"]));
    expect(edge(scene, "x>y")).toMatchObject({ parameters: ["mean", "standard_deviation"], count: 1, frame: "g" });
    expect(edge(scene, "z>y")).toMatchObject({ parameters: ["mean"], count: 1 });
  });

  it("end at a closed scope as one, with a count", () => {
    const scene = buildScene(input(["g"]));
    expect(scene.edges).toHaveLength(1);
    expect(edge(scene, "e>y")).toMatchObject({ count: 3, parameters: [] });
  });

  it("run from a variable to itself where it reads its own earlier rows, in a loop around its corner", () => {
    const shift: ModelRecord = { kind: "TimeShift", scope: "g", operands: ["w", "zero"], settings: { shift: -3 } };
    const zero: ModelRecord = { kind: "Const", scope: "g", value: 0, dtype: "float" };
    const scene = buildScene(input(["g"], { shift, zero, w: variable("w", "g", { mean: { ref: "shift" } }) }));
    expect(edge(scene, "w>w")).toMatchObject({ lags: [3], frame: "g", parameters: ["mean"] });
    const layout = layoutScene(scene, new Map(), null);
    const { x = 0, y = 0, width = 0 } = layout.rects.get("w") ?? {};
    const [start, , , tip] = layout.routes.get("w>w") ?? [];
    expect(start?.x).toBe(x + width);
    expect(tip?.y).toBe(y);
  });

  it("run through the operators of an open tree", () => {
    const scene = buildScene(input(["g", "e"], {}, ["y.mean"]));
    expect(scene.boxes.get("o")).toMatchObject({ kind: "operator", title: "×", parent: "g" });
    expect(scene.boxes.get("g")?.children).toContain("o");
    expect(scene.edges.map(({ id }) => id).sort()).toEqual(["o>y", "x>o", "x>y", "z>o"]);
    expect(edge(scene, "x>y")?.parameters).toEqual(["standard_deviation"]);
  });

  it("know how many rows they go back", () => {
    const shift: ModelRecord = { kind: "TimeShift", scope: "g", operands: ["x"], settings: { shift: -2 } };
    const scene = buildScene(input(["g", "e"], { s: shift, w: variable("w", "g", { mean: { ref: "s" } }) }));
    expect(edge(scene, "x>w")?.lags).toEqual([2]);
    expect(edge(scene, "x>y")?.lags).toEqual([0]);
  });

  it("name every row they read, and initial values in none", () => {
    const shift = (rows: number): ModelRecord => ({
      kind: "TimeShift",
      scope: "g",
      operands: ["w", "x"],
      settings: { shift: -rows },
    });
    const sum: ModelRecord = { kind: "Add", scope: "g", operands: ["two", "one"] };
    const records = { two: shift(2), one: shift(1), sum };
    const scene = buildScene(input(["g", "e"], { ...records, w: variable("w", "g", { mean: { ref: "sum" } }) }));
    expect(edge(scene, "w>w")?.lags).toEqual([1, 2]);
    expect(edge(scene, "x>w")?.lags).toEqual([0]);
  });

  it.each([
    [[0], null],
    [[1], "t − 1"],
    [[0, 1], "t, t − 1"],
    [[1, 2, 12], "t − 1, t − 2, t − 12"],
    [[1, 2, 3, 4], "t − 1, …, t − 4"],
  ])("with lags %j are labelled %j", (lags, text) => expect(lagText({ lags })).toBe(text));

  it("run in the innermost frame around both ends", () => {
    const inner = { a: variable("a", "e", { mean: { ref: "x" } }) };
    expect(edge(buildScene(input(["g", "e"], inner)), "x>a")?.frame).toBe("e");
  });

  it("are none between a scope and what it holds", () => {
    const within = { a: variable("a", "x", { mean: { ref: "x" } }) };
    expect(edge(buildScene(input(["g", "e", "x"], within)), "x>a")).toBeUndefined();
  });
});

describe("a scene after an edit", () => {
  const before = input(["g", "e"]);
  const scene = buildScene(before);

  function edited(key: string, record: ModelRecord): Scene {
    const old = before.document.records.get(key) ?? null;
    const document = apply(before.document, { records: { [key]: [old, record] }, layout: {} });
    return buildScene({ ...before, document }, scene);
  }

  it("keeps the boxes and edges that did not change", () => {
    const next = edited("z", { ...RECORDS.z, kind: "Variable", name: "renamed" });
    expect(next.boxes.get("z")?.title).toBe("renamed");
    for (const key of ["g", "e", "x", "y"]) expect(next.boxes.get(key)).toBe(scene.boxes.get(key));
    expect(next.edges).toBe(scene.edges);
    expect(sameShape(scene, next)).toBe(true);
  });

  it("has another shape once an edge or a box has come", () => {
    expect(sameShape(scene, edited("new", variable("new", "e")))).toBe(false);
    expect(sameShape(scene, edited("z", variable("z", "e", { mean: { ref: "x" } })))).toBe(false);
  });

  it("follows an operator that another one replaced", () => {
    const next = edited("o", { kind: "Mul", scope: "g", operands: ["z", "z"] });
    expect(edge(next, "x>y")?.parameters).toEqual(["standard_deviation"]);
  });
});
