/** The text of a new model file: one empty graph with its inputs and outputs. */
import { fromData, serialise } from "../document/document";
import { freshKey } from "../document/key";

export function newModelText(name: string): string {
  const graph = freshKey();
  return serialise(
    fromData({
      format: "whyboard/model",
      version: 1,
      records: {
        [graph]: { kind: "Graph", name: /^[\p{L}_]/u.test(name) ? name : `model_${name}` },
        [freshKey()]: { kind: "Inputs", name: "inputs", scope: graph },
        [freshKey()]: { kind: "Outputs", name: "outputs", scope: graph },
      },
      layout: {},
    }),
  );
}
