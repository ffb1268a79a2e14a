import { describe, expect, it } from "vitest";
import { anchorOf } from "../../../js/src/diagram/anchor";
import { drawnWhole } from "../../../js/src/diagram/detail";
import type { Rect } from "../../../js/src/diagram/diagram";
import { hitAt } from "../../../js/src/diagram/hit";
import { layoutScene } from "../../../js/src/diagram/layout";
import { buildScene } from "../../../js/src/diagram/scene";
import { sheavesOf } from "../../../js/src/diagram/sheaves";
import { look, meets } from "../../../js/src/diagram/sight";
import { apply } from "../../../js/src/document/document";
import { model } from "./models";

const input = model(300, 30, 5);
const scene = buildScene(input);
const layout = layoutScene(scene, new Map(), null);
const everything = layout.bounds;

function rect(key: string): Rect {
  const found = layout.rects.get(key);
  if (!found) throw new Error(`${key} has no place`);
  return found;
}

describe("what is in sight", () => {
  it("is every box while all of the model is in view at full size", () => {
    const { frames, boxes } = look(scene, layout, everything, 1, null);
    expect(frames.length + boxes.length).toBe(scene.boxes.size);
  });

  it("is only what meets the view", () => {
    const view = { ...rect("v000100"), width: 400, height: 300 };
    const { frames, boxes } = look(scene, layout, view, 1, null);
    const seen = [...frames, ...boxes];
    expect(seen.some(({ box }) => box.key === "v000100")).toBe(true);
    for (const { rect } of seen) expect(meets(rect, view)).toBe(true);
    const missed = [...layout.rects].filter(([key, at]) => meets(at, view) && !seen.some(({ box }) => box.key === key));
    expect(missed).toEqual([]);
  });

  it("shows a scope as one box where there is no room for its contents", () => {
    const scale = 0.02;
    const { frames, boxes } = look(scene, layout, everything, scale, null);
    const small = boxes.filter(({ box }) => box.kind === "frame");
    expect(small.length).toBeGreaterThan(0);
    for (const { box, rect } of small) expect(drawnWhole(box, rect, scale)).toBe(true);
    for (const { box, rect, depth } of frames) expect(depth === 0 || !drawnWhole(box, rect, scale)).toBe(true);
  });

  it("has what is in the hand where the hand is, with all that is in it", () => {
    const scope = [...scene.boxes.values()].find((box) => box.kind === "frame" && box.parent && box.children.length);
    const by = { x: 5000, y: 0 };
    const view = { x: -1e6, y: -1e6, width: 2e6, height: 2e6 };
    const { frames, boxes } = look(scene, layout, view, 1, { keys: new Set([scope?.key ?? ""]), by });
    for (const { box, rect: now } of [...frames, ...boxes]) {
      let inside = false;
      for (let key: string | null = box.key; key !== null; key = scene.boxes.get(key)?.parent ?? null)
        inside ||= key === scope?.key;
      expect(now.x - rect(box.key).x).toBe(inside ? by.x : 0);
    }
  });
});

describe("a press from afar", () => {
  it("means the scope that is drawn as one box, not a node inside that nobody sees", () => {
    const scale = 0.02;
    const whole = look(scene, layout, everything, scale, null).boxes.find(({ box }) => box.kind === "frame");
    const at = whole?.rect ?? everything;
    const point = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
    expect(hitAt(scene, layout, point, { scale, reach: 5, onEdge: () => false })).toEqual({
      kind: "header",
      key: whole?.box.key,
    });
  });
});

describe("sheaves", () => {
  it("hold every edge once, in its frame and within their bounds", () => {
    const frames = [...scene.boxes.values()].filter((box) => box.kind === "frame").map((box) => box.key);
    const found = frames.flatMap((frame) =>
      sheavesOf(scene, layout, frame).flatMap((sheaf) =>
        sheaf.strokes.map(({ edge, bounds }) => {
          expect(edge.frame).toBe(frame);
          expect(bounds.x).toBeGreaterThanOrEqual(sheaf.bounds.x);
          expect(bounds.y + bounds.height).toBeLessThanOrEqual(sheaf.bounds.y + sheaf.bounds.height);
          return edge.id;
        }),
      ),
    );
    expect(found.sort()).toEqual(scene.edges.map(({ id }) => id).sort());
  });
});

describe("the anchor of an edit", () => {
  const view = everything;
  const sight = look(scene, layout, view, 1, null);
  const changed = (
    records: Parameters<typeof apply>[1]["records"],
    places: Parameters<typeof apply>[1]["layout"] = {},
  ) => ({
    ...input,
    document: apply(input.document, { records, layout: places }),
  });

  it("is the record that was edited", () => {
    const record = input.document.records.get("v000042") ?? null;
    const next = changed({ v000042: [record, { kind: "Variable", ...record, name: "other" }] });
    expect(anchorOf(input, next, layout, layout, view, sight)).toBe("v000042");
  });

  it("is the scope of a node that was placed, which has moved on purpose", () => {
    const next = changed({}, { v000042: [null, { x: 4, y: 4 }] });
    expect(anchorOf(input, next, layout, layout, view, sight)).toBe(input.document.records.get("v000042")?.scope);
  });

  it("is the scope that was closed", () => {
    const [, , closed] = [...input.open];
    const next = { ...input, open: new Set([...input.open].filter((key) => key !== closed)) };
    expect(anchorOf(input, next, layout, layout, view, sight)).toBe(closed);
  });

  it("is something in view when what was edited is not", () => {
    const far = rect("v000299");
    const small = { x: far.x, y: far.y, width: far.width, height: far.height };
    const record = input.document.records.get("v000000") ?? null;
    const next = changed({ v000000: [record, { kind: "Variable", ...record, name: "other" }] });
    const key = anchorOf(input, next, layout, layout, small, look(scene, layout, small, 1, null));
    expect(meets(rect(key ?? ""), small)).toBe(true);
  });
});
