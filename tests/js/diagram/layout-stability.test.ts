/** One edit moves little: what a frame was is where its next layout starts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutScene } from "../../../js/src/diagram/layout";
import { buildScene } from "../../../js/src/diagram/scene";
import { HEADER, type Layout, PADDING, type Scene } from "../../../js/src/diagram/scene-types";
import type { Key, ModelRecord } from "../../../js/src/protocol/types";
import { hidden, misshapen, outsiders, overlaps, rectOf } from "./geometry";
import { drawing, model } from "./models";

type Records = Record<Key, ModelRecord>;
type Edit = (records: Records, key: Key) => void;

const nothing = new Map();
const SEEDS = Array.from({ length: 30 }, (_, i) => i + 1);
/** A row of cards with its gap, and a little. */
const ONE_ROW = 160;

const EDITS: Record<string, Edit> = {
  "adding an effect": (records, key) => {
    records.v9 = { ...variable(records, key), parameters: { mean: { ref: key } } };
  },
  "adding a cause": (records, key) => {
    const old = variable(records, key);
    records.v9 = { ...old, parameters: {} };
    records[key] = { ...old, parameters: { ...old.parameters, scale: { ref: "v9" } } };
  },
  "removing an edge": (records, key) => {
    const old = variable(records, key);
    records[key] = { ...old, parameters: Object.fromEntries(Object.entries(old.parameters ?? {}).slice(1)) };
  },
  "removing a variable": (records, key) => {
    for (const [other, record] of Object.entries(records)) {
      const kept = Object.entries(record.parameters ?? {}).filter(
        ([, value]) => !("ref" in value) || value.ref !== key,
      );
      if (record.parameters) records[other] = { ...record, parameters: Object.fromEntries(kept) };
    }
    delete records[key];
  },
};

function variable(records: Records, key: Key): ModelRecord {
  const record = records[key];
  if (!record) throw new Error(`no ${key}`);
  return record;
}

interface Change {
  readonly key: Key;
  readonly scene: Scene;
  readonly before: Layout;
  readonly after: Layout;
}

function edited(edit: Edit, seed: number): Change {
  const input = model(10 + ((seed * 7) % 60), (seed * 3) % 7, seed);
  const before = layoutScene(buildScene(input), nothing, null);
  const records = Object.fromEntries(input.document.records);
  const keys = Object.keys(records).filter((key) => key.startsWith("v"));
  const key = keys[(seed * 13) % keys.length] ?? "";
  edit(records, key);
  const scene = buildScene(drawing(records, [...input.open]));
  return { key, scene, before, after: layoutScene(scene, nothing, before) };
}

/** How far the children of each frame that was laid out again moved in it. */
function moves({ before, after }: Change): number[][] {
  return [...after.frames].flatMap(([key, frame]) => {
    const old = before.frames.get(key);
    if (!old || old === frame) return [];
    const distances = frame.content.keys.flatMap((child, i) => {
      const k = old.content.keys.indexOf(child);
      return k < 0 ? [] : [Math.hypot((frame.x[i] ?? 0) - (old.x[k] ?? 0), (frame.y[i] ?? 0) - (old.y[k] ?? 0))];
    });
    return [distances.sort((a, b) => a - b)];
  });
}

describe.each(Object.entries(EDITS))("%s", (_, edit) => {
  const changes = SEEDS.map((seed) => edited(edit, seed));

  it("keeps the page in order", () => {
    for (const { scene, after } of changes) {
      for (const question of [outsiders, overlaps, hidden, misshapen]) expect(question(scene, after)).toEqual([]);
    }
  });

  it("moves half of a frame's children by a row at most, in nine of ten frames", () => {
    const medians = changes.flatMap(moves).map((distances) => distances[Math.floor(distances.length / 2)] ?? 0);
    const calm = medians.filter((median) => median <= ONE_ROW);
    expect(medians.length).toBeGreaterThan(SEEDS.length / 2);
    expect(calm.length).toBeGreaterThanOrEqual(0.9 * medians.length);
  });
});

describe("a layout that starts from the one before", () => {
  it("is the same when nothing has changed", () => {
    for (const seed of SEEDS) {
      const scene = buildScene(model(50, 6, seed));
      const first = layoutScene(scene, nothing, null);
      const second = layoutScene(scene, nothing, first);
      for (const [key, frame] of first.frames) expect(second.frames.get(key)).toBe(frame);
    }
  });

  it("keeps every frame as it is that has nothing to do with the edit", () => {
    const input = model(120, 12, 4);
    const before = layoutScene(buildScene(input), nothing, null);
    const records = Object.fromEntries(input.document.records);
    const key = "v000100";
    records.v9 = { ...variable(records, key), parameters: {} };
    const scene = buildScene(drawing(records, [...input.open]));
    const after = layoutScene(scene, nothing, before);
    const around = new Set<Key>();
    for (let at = scene.boxes.get(key)?.parent ?? null; at; at = scene.boxes.get(at)?.parent ?? null) around.add(at);
    const changed = [...after.frames.keys()].filter((each) => after.frames.get(each) !== before.frames.get(each));
    expect(changed.length).toBeGreaterThan(0);
    for (const frame of changed) expect(around).toContain(frame);
  });

  it("lets a frame keep its size when a variable goes", () => {
    const input = model(20, 0, 3);
    const before = layoutScene(buildScene(input), nothing, null);
    const records = Object.fromEntries(input.document.records);
    EDITS["removing a variable"]?.(records, "v000019");
    const after = layoutScene(buildScene(drawing(records, ["g"])), nothing, before);
    expect(after.bounds).toEqual(before.bounds);
  });

  it("opens a scope again as it was", () => {
    const input = model(40, 4, 5);
    const open = layoutScene(buildScene(input), nothing, null);
    const closed = layoutScene(buildScene({ ...input, open: new Set(["g"]) }), nothing, open);
    const again = layoutScene(buildScene(input), nothing, closed);
    expect(again.frames.get("e000003")).toBe(open.frames.get("e000003"));
  });
});

describe("a placed node", () => {
  it("stands where it was put in any model; nothing covers it, and edges go around all cards", () => {
    const options = { numRuns: 60, seed: 3 };
    const place = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 700 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), place, (seed, at) => {
        const scene = buildScene(model(4 + (seed % 50), seed % 6, seed));
        const key = `v${String((seed * 5) % (4 + (seed % 50))).padStart(6, "0")}`;
        const layout = layoutScene(scene, new Map([[key, at]]), layoutScene(scene, nothing, null));
        for (const question of [outsiders, overlaps, hidden]) expect(question(scene, layout)).toEqual([]);
        const around = rectOf(layout, scene.boxes.get(key)?.parent ?? "");
        const { x, y } = rectOf(layout, key);
        expect({ x: x - around.x - PADDING, y: y - around.y - HEADER - PADDING }).toEqual(at);
      }),
      options,
    );
  });

  it("leaves the cards alone that it does not cover, and stays", () => {
    const scene = buildScene(model(12, 0, 7));
    const without = layoutScene(scene, nothing, null);
    const placed = new Map([["v000003", { x: 150, y: 90 }]]);
    const layout = layoutScene(scene, placed, without);
    const still = [...scene.boxes.keys()].filter((key) => {
      const [a, b] = [rectOf(layout, key), rectOf(without, key)];
      return a.x === b.x && a.y === b.y;
    });
    expect(still.length).toBeGreaterThan(scene.boxes.size / 2);
    expect(rectOf(layoutScene(scene, placed, layout), "v000003")).toEqual(rectOf(layout, "v000003"));
  });
});
