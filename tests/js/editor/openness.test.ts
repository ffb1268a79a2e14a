import { describe, expect, it } from "vitest";
import { apply, fromData } from "../../../js/src/document/document";
import { openAmongNew, openAtFirst } from "../../../js/src/editor/openness";
import type { ModelRecord } from "../../../js/src/protocol/types";

function model(entities: number, variables: number) {
  const records: Record<string, ModelRecord> = { g: { kind: "Graph", name: "g" } };
  for (let e = 0; e < entities; e++) {
    records[`e${e}`] = { kind: "Entity", name: `e${e}`, scope: "g" };
    for (let v = 0; v < variables; v++) {
      records[`e${e}v${v}`] = {
        kind: "Variable",
        name: `v${v}`,
        scope: `e${e}`,
        shape: [],
        dtype: "float",
        distribution: "NormalDistribution",
        parameters: {},
      };
    }
  }
  return fromData({ format: "whyboard/model", version: 1, records, layout: {} });
}

describe("what is open at first", () => {
  it("is everything in a small model", () => {
    expect(openAtFirst(model(3, 4), "g")).toEqual(new Set(["g", "e0", "e1", "e2"]));
  });

  it("stays readable in a large one, where scopes beside each other open together or not at all", () => {
    expect(openAtFirst(model(100, 100), "g")).toEqual(new Set(["g"]));
    expect(openAtFirst(model(20, 14), "g").size).toBe(21);
  });
});

describe("a scope that is new", () => {
  it("opens where it can be seen", () => {
    const before = model(1, 1);
    const after = apply(before, {
      records: {
        n: [null, { kind: "Entity", name: "n", scope: "g" }],
        m: [null, { kind: "Entity", name: "m", scope: "e0" }],
      },
      layout: {},
    });
    expect(openAmongNew(before, after, new Set(["g"]))).toEqual(["n"]);
  });
});
