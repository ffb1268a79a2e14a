import { describe, expect, it } from "vitest";
import { CARS, ROOT } from "../../../js/dev/sample";
import { createEditor } from "../../../js/src/editor/editor";
import { optionsOf, resetOptions } from "../../../js/src/editor/method-options";
import { chooseMethod, methodChoices, methodHint, runMethod } from "../../../js/src/editor/methods";
import { createMemoryHost } from "../../../js/src/hosts/memory-host";
import { CATALOG } from "./catalog";

const SOLVERS = [
  { method: "Walk", label: "A walk", doc: "A walk: one step at a time.", options: [] },
  { method: "Jump", label: "A jump", doc: "Is there.", options: [] },
  { method: "Ride", label: "A ride", doc: "Sits.", options: [] },
];

function editorThatRefuses(refusals: Record<string, string>) {
  const host = createMemoryHost({ data: CARS, root: ROOT, catalog: { ...CATALOG, solvers: SOLVERS }, kernel: {} });
  host.refusals.value = refusals;
  return createEditor(host);
}

describe("the methods of Run", () => {
  it("begin with the catalog's first, and a label is not said twice", () => {
    const editor = editorThatRefuses({});
    expect(runMethod(editor)).toBe("Walk");
    expect(methodChoices(editor).map(({ doc }) => doc)).toEqual(["One step at a time.", "Is there.", "Sits."]);
  });

  it("say what they do, or why they cannot and which ones can", () => {
    const editor = editorThatRefuses({ Jump: "There is a wall." });
    expect(methodHint(editor, "Ride")).toBe("Sits.");
    expect(methodHint(editor, "Jump")).toBe(
      "A jump cannot take this model. There is a wall. These can: A walk, A ride.",
    );
  });

  it("stay chosen when they can no longer take the model, so that a run says why", () => {
    const editor = editorThatRefuses({ Jump: "There is a wall." });
    editor.state.method.value = "Jump";
    expect(runMethod(editor)).toBe("Jump");
  });

  it("are chosen with the options that let them take the model", () => {
    const editor = editorThatRefuses({ Jump: "There is a wall." });
    editor.host.remedies.value = { Jump: { rope: true } };
    expect(methodChoices(editor)[1]?.remedy).toMatch(/^Takes this model with rope=true/);
    chooseMethod(editor, "Jump");
    expect([runMethod(editor), optionsOf(editor, "Jump")]).toEqual(["Jump", { rope: true }]);
    expect(methodHint(editor, "Jump")).toBe("Is there.");
    resetOptions(editor, "Jump");
    expect(methodHint(editor, "Jump")).toMatch(/^There is a wall. Takes this model with/);
  });
});
