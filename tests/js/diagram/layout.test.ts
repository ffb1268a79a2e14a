import { describe, expect, it } from "vitest";
import type { Rect } from "../../../js/src/diagram/diagram";
import { innermost, scopeAt } from "../../../js/src/diagram/hit";
import { layoutScene } from "../../../js/src/diagram/layout";
import { buildScene } from "../../../js/src/diagram/scene";
import type { Layout, Scene } from "../../../js/src/diagram/scene-types";
import { model } from "./models";

const CASES = [
  [3, 0, 1],
  [12, 2, 2],
  [40, 5, 3],
  [120, 12, 4],
  [300, 30, 5],
] as const;

function drawn(variables: number, entities: number, seed: number): { scene: Scene; layout: Layout } {
  const scene = buildScene(model(variables, entities, seed));
  return { scene, layout: layoutScene(scene, new Map(), null) };
}

function rect(layout: Layout, key: string): Rect {
  const found = layout.rects.get(key);
  if (!found) throw new Error(`${key} has no place`);
  return found;
}

describe.each(CASES)("a layout of %i variables in %i entities", (variables, entities, seed) => {
  const { scene, layout } = drawn(variables, entities, seed);

  it("keeps children inside of their frames", () => {
    for (const box of scene.boxes.values()) {
      for (const child of box.children) {
        const [outer, inner] = [rect(layout, box.key), rect(layout, child)];
        expect(inner.x).toBeGreaterThanOrEqual(outer.x);
        expect(inner.y).toBeGreaterThanOrEqual(outer.y);
        expect(inner.x + inner.width).toBeLessThanOrEqual(outer.x + outer.width + 0.5);
        expect(inner.y + inner.height).toBeLessThanOrEqual(outer.y + outer.height + 0.5);
      }
    }
  });

  it("lets no siblings overlap", () => {
    for (const box of scene.boxes.values()) {
      const rects = box.children.map((key) => rect(layout, key));
      rects.forEach((a, i) => {
        for (const b of rects.slice(i + 1)) {
          const apart =
            a.x + a.width <= b.x + 0.5 ||
            b.x + b.width <= a.x + 0.5 ||
            a.y + a.height <= b.y + 0.5 ||
            b.y + b.height <= a.y + 0.5;
          expect(apart).toBe(true);
        }
      });
    }
  });

  it("routes every edge from its source to its target", () => {
    for (const edge of scene.edges) {
      const route = layout.routes.get(edge.id) ?? [];
      const [from, to] = [rect(layout, edge.source), rect(layout, edge.target)];
      expect(route[0]?.y).toBeCloseTo(from.y + from.height, 0);
      expect(route[route.length - 1]?.y).toBeCloseTo(to.y, 0);
    }
  });

  it("is the same each time", () => {
    expect(drawn(variables, entities, seed).layout.rects).toEqual(layout.rects);
  });

  it("finds each leaf under its own middle", () => {
    for (const box of scene.boxes.values()) {
      if (box.kind === "frame") continue;
      const at = rect(layout, box.key);
      const point = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
      expect(innermost(scene, layout, point)).toBe(box.key);
      expect(scopeAt(scene, layout, point).scope).toBe(box.parent);
    }
  });
});

describe("a placed node", () => {
  it("stays where it was put, and nothing covers it", () => {
    const scene = buildScene(model(12, 0, 7));
    const key = "v000003";
    const layout = layoutScene(scene, new Map([[key, { x: 100, y: 60 }]]), null);
    const own = rect(layout, key);
    const without = layoutScene(scene, new Map(), null);
    expect(rect(layout, "g").x).toBe(rect(without, "g").x);
    for (const box of scene.boxes.values()) {
      if (box.key === key || box.kind === "frame") continue;
      const other = rect(layout, box.key);
      const apart =
        own.x + own.width <= other.x ||
        other.x + other.width <= own.x ||
        own.y + own.height <= other.y ||
        other.y + other.height <= own.y;
      expect(apart).toBe(true);
    }
  });
});

describe("a closed scope", () => {
  it("takes the edges of what it holds, with a count", () => {
    const input = model(40, 5, 3);
    const scene = buildScene({ ...input, open: new Set(["g"]) });
    expect([...scene.boxes.values()].every((box) => box.kind !== "frame" || box.key === "g")).toBe(true);
    expect(scene.edges.some((edge) => edge.count > 1)).toBe(true);
    for (const edge of scene.edges) expect(edge.source).not.toBe(edge.target);
  });
});
