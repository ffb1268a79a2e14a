import { describe, expect, it } from "vitest";
import { select } from "../../../js/src/editor/editor";
import { commitField, draftOf } from "../../../js/src/editor/fields";
import { entryById, entryForName, place } from "../../../js/src/editor/placing";
import { carsEditor, formula, keyOf, named, slowEditor } from "./fixture";

describe("an editor whose kernel is busy with a cell", () => {
  it("selects a new node and asks for its name without waiting for the kernel", async () => {
    const { editor } = slowEditor();
    const entry = entryById(editor, "distribution:NormalDistribution");
    if (!entry) throw new Error("the palette has no normal distribution");
    select(editor, [keyOf(editor, "mpg")]);
    await place(editor, entry, keyOf(editor, "car"), null);
    const key = editor.state.selected.value ?? "";
    expect(editor.host.document.value.records.get(key)?.distribution).toBe("NormalDistribution");
    expect(key).not.toBe(keyOf(editor, "mpg"));
    expect(editor.state.renaming.value).toBe(key);
  });

  it("counts a typed formula as done without waiting for the kernel", async () => {
    const { editor } = slowEditor();
    expect(await commitField(editor, keyOf(editor, "mpg"), "parameter.mean", "intercept")).toBe(true);
    expect(formula(editor, "mpg")).toBe("intercept");
  });

  it("gives the text back with the reason when the kernel refuses it later", async () => {
    const { editor, answer } = slowEditor();
    const key = keyOf(editor, "mpg");
    await commitField(editor, key, "name", "economy");
    expect(named(editor, "economy").kind).toBe("Variable");
    await answer({ ok: false, code: "NameClash", message: "It is taken." });
    expect(draftOf(editor, key, "name")).toEqual({ text: "economy", error: "It is taken." });
  });
});

describe("a name typed where something is added", () => {
  it("becomes a variable of that name, which is not asked for again", async () => {
    const editor = carsEditor();
    const scope = keyOf(editor, "car");
    const entry = entryForName(editor, scope, "rust");
    if (!entry) throw new Error("the name is not offered");
    await place(editor, entry, scope, null, [], "rust");
    expect(named(editor, "rust")).toMatchObject({ scope, distribution: "NormalDistribution" });
    expect(editor.state.selected.value).toBe(keyOf(editor, "rust"));
    expect(editor.state.renaming.value).toBeNull();
  });

  it.each(["mpg", "two words", "2nd", "a-b", "lambda", ""])("is not offered if it is %j", (name) => {
    const editor = carsEditor();
    expect(entryForName(editor, keyOf(editor, "car"), name)).toBeNull();
  });
});
