import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freePlace, inFrame, innermost, scopeAt } from "../../../js/src/diagram/hit";
import { layoutScene } from "../../../js/src/diagram/layout";
import { buildScene, CARD } from "../../../js/src/diagram/scene";
import type { Layout, Scene } from "../../../js/src/diagram/scene-types";
import { hidden, misshapen, outsiders, overlaps, rectOf } from "./geometry";
import { model } from "./models";

const nothing = new Map();
const RUNS = { numRuns: 40, seed: 20 };
const anyModel = fc.record({
  variables: fc.integer({ min: 1, max: 60 }),
  entities: fc.integer({ min: 0, max: 8 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  closed: fc.integer({ min: 0, max: 7 }),
});

/** A random nested model, sometimes with closed scopes. */
function random({
  variables,
  entities,
  seed,
  closed,
}: typeof anyModel extends fc.Arbitrary<infer T> ? T : never): Scene {
  const input = model(variables, entities, seed);
  const open = [...input.open].filter((key, i) => key === "g" || i % 3 !== closed);
  return buildScene({ ...input, open: new Set(open) });
}

function holds(question: (scene: Scene, layout: Layout) => string[]): void {
  fc.assert(
    fc.property(anyModel, (options) => {
      const scene = random(options);
      expect(question(scene, layoutScene(scene, nothing, null))).toEqual([]);
    }),
    RUNS,
  );
}

describe("the layout of any model", () => {
  it("keeps children inside of their frames", () => holds(outsiders));
  it("lets no siblings overlap", () => holds(overlaps));
  it("leads no edge under a box that is not around one of its ends", () => holds(hidden));
  it("makes no frame wider than 2.5 heights or higher than 2.5 widths", () => holds(misshapen));

  it("leads every edge from the bottom of its source to the top of its target", () => {
    holds((scene, layout) =>
      scene.edges.flatMap((edge) => {
        const route = layout.routes.get(edge.id) ?? [];
        const [first, last] = [route[0], route[route.length - 1]];
        const [from, to] = [rectOf(layout, edge.source), rectOf(layout, edge.target)];
        const isJoined = first?.y === from.y + from.height && last?.y === to.y;
        const isWithin = (x = 0, rect = from): boolean => x >= rect.x && x <= rect.x + rect.width;
        return isJoined && isWithin(first?.x, from) && isWithin(last?.x, to) ? [] : [edge.id];
      }),
    );
  });

  it("is the same each time", () => {
    holds((scene, layout) => {
      const again = layoutScene(scene, nothing, null);
      return [...layout.rects].flatMap(([key, rect]) => (equal(again.rects.get(key), rect) ? [] : [key]));
    });
  });

  it("puts each leaf where hit testing finds it", () => {
    holds((scene, layout) =>
      [...scene.boxes.values()].flatMap((box) => {
        if (box.kind === "frame") return [];
        const at = rectOf(layout, box.key);
        const point = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
        const isFound = innermost(scene, layout, point) === box.key;
        return isFound && (box.kind === "scope" || scopeAt(scene, layout, point).scope === box.parent) ? [] : [box.key];
      }),
    );
  });
});

it("finds a place for a new card where it covers no other", () => {
  holds((scene, layout) =>
    [...scene.boxes.values()].flatMap((box) => {
      if (box.parent === null) return [];
      const free = freePlace(scene, layout, scopeAt(scene, layout, rectOf(layout, box.key)), CARD);
      const others = scene.boxes.get(free.scope)?.children ?? [];
      const covered = others.some((other) => {
        const rect = rectOf(layout, other);
        const at = inFrame(layout, free.scope, rect);
        return (
          free.point.x < at.x + rect.width &&
          at.x < free.point.x + CARD.width &&
          free.point.y < at.y + rect.height &&
          at.y < free.point.y + CARD.height
        );
      });
      return covered ? [box.key] : [];
    }),
  );
});

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

describe("a closed scope", () => {
  it("takes the edges of what it holds, with a count", () => {
    const input = model(40, 5, 3);
    const scene = buildScene({ ...input, open: new Set(["g"]) });
    expect([...scene.boxes.values()].every((box) => box.kind !== "frame" || box.key === "g")).toBe(true);
    expect(scene.edges.some((edge) => edge.count > 1)).toBe(true);
    for (const edge of scene.edges) expect(edge.source).not.toBe(edge.target);
  });
});
