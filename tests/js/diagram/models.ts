/** Models to draw: random, nested, with edges from earlier to later variables. */

import { drawing as pictured } from "../../../js/dev/drawing";
import type { DiagramInput } from "../../../js/src/diagram/diagram";
import { fromData } from "../../../js/src/document/document";
import type { ModelRecord } from "../../../js/src/protocol/types";

export function model(variables: number, entities: number, seed: number): DiagramInput {
  let state = seed;
  const random = (): number => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
  const records: Record<string, ModelRecord> = { g: { kind: "Graph", name: "g" } };
  const scopes = ["g"];
  for (let i = 0; i < entities; i++) {
    const key = `e${String(i).padStart(6, "0")}`;
    records[key] = { kind: "Entity", name: key, scope: scopes[Math.floor(random() * scopes.length)] ?? "g" };
    scopes.push(key);
  }
  const made: string[] = [];
  for (let i = 0; i < variables; i++) {
    const key = `v${String(i).padStart(6, "0")}`;
    const pick = (): string | undefined => made[Math.max(0, made.length - 1 - Math.floor(random() * 12))];
    const [a, b] = [random() < 0.75 ? pick() : undefined, random() < 0.4 ? pick() : undefined];
    records[key] = {
      kind: random() < 0.3 ? "StaticVariable" : "Variable",
      name: key,
      scope: scopes[Math.min(scopes.length - 1, Math.floor((i / variables) * scopes.length))] ?? "g",
      shape: [],
      dtype: "float",
      distribution: "NormalDistribution",
      parameters: { ...(a ? { mean: { ref: a } } : {}), ...(b ? { variance: { ref: b } } : {}) },
    };
    made.push(key);
  }
  return drawing(records, scopes);
}

/** What the diagram is given for these records under `g`, with these scopes open. */
export function drawing(records: Record<string, ModelRecord>, open: readonly string[]): DiagramInput {
  return pictured(fromData({ format: "whyboard/model", version: 1, records, layout: {} }), open);
}
