// @vitest-environment jsdom
import { describe, expect, it, vi } from "vitest";
import { CARS, ROOT } from "../../../js/dev/sample";
import { act } from "../../../js/src/editor/actions";
import { createEditor, type Editor } from "../../../js/src/editor/editor";
import {
  commitOption,
  draftOption,
  hasOptions,
  optionViews,
  resetOptions,
} from "../../../js/src/editor/method-options";
import type { EditResult } from "../../../js/src/hosts/host";
import { createMemoryHost, type KernelFunctions } from "../../../js/src/hosts/memory-host";
import type { Catalog, SettingSpec } from "../../../js/src/protocol/types";
import { CATALOG } from "./catalog";
import { settled } from "./fixture";

const OPTIONS: readonly SettingSpec[] = [
  { name: "steps", type: "int", default: 100, minimum: 1, doc: "How many." },
  { name: "hurried", type: "bool", default: null },
  { name: "heat", type: "list", default: null },
  { name: "looks", type: "text", default: "fine", choices: ["fine", "rough"] },
  { name: "order", type: "variables", default: null },
];
const METHODS: Catalog = {
  ...CATALOG,
  solvers: [
    { method: "Walk", label: "A walk", doc: "Goes.", options: OPTIONS },
    { method: "Jump", label: "A jump", doc: "Is there.", options: [] },
  ],
};
const REFUSED: EditResult = { ok: false, code: "SolverError", message: "Walk got steps='x'. Expected an integer." };

function editorWith(kernel: KernelFunctions): Editor {
  const editor = createEditor(createMemoryHost({ data: CARS, root: ROOT, catalog: METHODS, kernel }));
  editor.state.method.value = "Walk";
  return editor;
}

function view(editor: Editor, name: string) {
  const found = optionViews(editor, "Walk").find((one) => one.name === name);
  if (!found) throw new Error(`there is no option ${name}`);
  return found;
}

describe("the options of a method", () => {
  it("are those of its catalog entry that a field or a choice can edit", () => {
    const editor = editorWith({});
    expect(optionViews(editor, "Walk").map(({ name }) => name)).toEqual(["steps", "hurried", "heat", "looks"]);
    expect(view(editor, "steps")).toMatchObject({ value: "", placeholder: "default 100", choices: null });
    expect(view(editor, "heat").placeholder).toBe("not set");
    expect(view(editor, "hurried").choices?.map(({ label }) => label)).toEqual(["default", "yes", "no"]);
    expect(view(editor, "looks").choices?.map(({ value }) => value)).toEqual(["", "fine", "rough"]);
    expect([hasOptions(editor, "Walk"), hasOptions(editor, "Jump")]).toEqual([true, false]);
  });

  it("are given to the run, and only those that were chosen", async () => {
    const solve = vi.fn();
    const editor = editorWith({ solve });
    await commitOption(editor, "Walk", "steps", "3");
    await commitOption(editor, "Walk", "hurried", "true");
    await commitOption(editor, "Walk", "heat", "0.5, 1");
    await commitOption(editor, "Walk", "looks", "fine");
    act(editor, "run");
    await settled();
    expect(solve).toHaveBeenLastCalledWith("Walk", { steps: 3, hurried: true, heat: [0.5, 1] });
    await commitOption(editor, "Walk", "steps", "");
    await commitOption(editor, "Walk", "hurried", "");
    act(editor, "run");
    await settled();
    expect(solve).toHaveBeenLastCalledWith("Walk", { heat: [0.5, 1] });
    resetOptions(editor, "Walk");
    act(editor, "run");
    await settled();
    expect(solve).toHaveBeenLastCalledWith("Walk", {});
  });

  it("are kept for each method by itself", async () => {
    const solve = vi.fn();
    const editor = editorWith({ solve });
    await commitOption(editor, "Walk", "steps", "3");
    editor.state.method.value = "Jump";
    act(editor, "run");
    await settled();
    expect(solve).toHaveBeenLastCalledWith("Jump", {});
  });

  it("show the kernel's own words where it refuses a value, which a run does not leave out", async () => {
    const solve = vi.fn();
    const editor = editorWith({ solve, checkOptions: () => Promise.resolve(REFUSED) });
    await commitOption(editor, "Walk", "steps", "x");
    expect(view(editor, "steps").draft).toEqual({ text: "x", error: "Walk got steps='x'. Expected an integer." });
    act(editor, "run");
    await settled();
    expect(solve).toHaveBeenLastCalledWith("Walk", { steps: "x" });
    await commitOption(editor, "Walk", "steps", "");
    expect(view(editor, "steps").draft).toBeUndefined();
  });

  it("do not put an answer that comes late over what is typed meanwhile", async () => {
    const answers: ((answer: EditResult) => void)[] = [];
    const editor = editorWith({ checkOptions: () => new Promise((resolve) => answers.push(resolve)) });
    const first = commitOption(editor, "Walk", "steps", "x");
    draftOption(editor, "Walk", "steps", "xy");
    answers[0]?.(REFUSED);
    await first;
    expect(view(editor, "steps").draft).toEqual({ text: "xy", error: null });
    const second = commitOption(editor, "Walk", "steps", "x");
    void commitOption(editor, "Walk", "steps", "4");
    answers[1]?.(REFUSED);
    await second;
    expect(view(editor, "steps").draft).toBeUndefined();
    expect(view(editor, "steps").value).toBe("4");
  });
});
