// @vitest-environment jsdom
import { describe, expect, it, vi } from "vitest";
import { act, actionById, actions } from "../../../js/src/editor/actions";
import { goTo, select } from "../../../js/src/editor/editor";
import { commitField, draftOf } from "../../../js/src/editor/fields";
import { entryById, place } from "../../../js/src/editor/placing";
import { carsEditor, fakeDiagram, formula, keyOf, named, settled } from "./fixture";

/** What has to be selected before an action can run, and whether it changes the model. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  group: ["weight", "slope_weight"],
  dissolve: ["engine"],
  delete: ["mpg"],
  cut: ["mpg"],
  duplicate: ["mpg"],
};

describe("every action", () => {
  it.each(actions.map((action) => action.id))(
    "%s can be asked on an empty selection, on one node and on several",
    (id) => {
      const editor = carsEditor();
      const action = actionById(id);
      expect(typeof action?.enabled(editor)).toBe("boolean");
      select(editor, [keyOf(editor, "mpg")]);
      expect(typeof action?.enabled(editor)).toBe("boolean");
      select(editor, [keyOf(editor, "mpg"), keyOf(editor, "engine")]);
      expect(typeof action?.enabled(editor)).toBe("boolean");
    },
  );

  it.each(Object.keys(CHANGES))("%s is one undo step that undo takes back whole", async (id) => {
    const editor = carsEditor();
    select(
      editor,
      (CHANGES[id] ?? []).map((name) => keyOf(editor, name)),
    );
    const before = editor.host.document.value;
    expect(actionById(id)?.enabled(editor)).toBe(true);
    await actionById(id)?.run(editor);
    await settled();
    expect(editor.host.document.value.records).not.toEqual(before.records);
    act(editor, "undo");
    expect(editor.host.document.value.records).toEqual(before.records);
    expect(editor.host.history.value.undo).toBeNull();
  });

  it.each(Object.keys(CHANGES))("%s cannot run where the model may only be read", (id) => {
    const editor = carsEditor({ readonly: true });
    select(
      editor,
      (CHANGES[id] ?? []).map((name) => keyOf(editor, name)),
    );
    expect(actionById(id)?.enabled(editor)).toBe(false);
  });
});

describe("grouping", () => {
  it("puts the nodes into a new entity, opens it and lets it be named", async () => {
    const editor = carsEditor();
    select(editor, [keyOf(editor, "weight"), keyOf(editor, "slope_weight")]);
    await actionById("group")?.run(editor);
    const group = keyOf(editor, "entity");
    expect(named(editor, "weight").scope).toBe(group);
    expect(editor.state.open.value.has(group)).toBe(true);
    expect(editor.state.renaming.value).toBe(group);
  });

  it("does not offer to group nodes of different scopes", () => {
    const editor = carsEditor();
    select(editor, [keyOf(editor, "weight"), keyOf(editor, "cylinders")]);
    expect(actionById("group")?.enabled(editor)).toBe(false);
  });

  it("dissolves an entity under names that are free outside", async () => {
    const editor = carsEditor();
    select(editor, [keyOf(editor, "engine")]);
    await actionById("dissolve")?.run(editor);
    expect(editor.host.document.value.records.has("h")).toBe(false);
    expect(named(editor, "cylinders").scope).toBe(editor.root.value);
  });
});

describe("what is built in", () => {
  it("is neither deleted nor copied nor renamed", () => {
    const editor = carsEditor();
    select(editor, [keyOf(editor, "inputs")]);
    for (const id of ["delete", "copy", "cut", "rename"]) expect(actionById(id)?.enabled(editor), id).toBe(false);
  });
});

describe("pasting", () => {
  it("puts a copy into the scope of the selection and selects it", async () => {
    const editor = carsEditor();
    select(editor, [keyOf(editor, "mpg")]);
    await actionById("copy")?.run(editor);
    select(editor, [keyOf(editor, "engine")]);
    await actionById("paste")?.run(editor);
    await settled();
    const [pasted] = editor.state.selection.value;
    const record = editor.host.document.value.records.get(pasted ?? "");
    expect(record).toMatchObject({ name: "mpg", scope: keyOf(editor, "engine") });
  });

  it("says so when there is nothing to paste", async () => {
    const editor = carsEditor();
    await actionById("paste")?.run(editor);
    await settled();
    expect(editor.state.notice.value?.text).toBe(editor.strings.nothingToPaste);
  });
});

describe("selecting by relation", () => {
  it("goes through operators and scopes", () => {
    const editor = carsEditor();
    const names = () =>
      new Set([...editor.state.selection.value].map((key) => editor.host.document.value.records.get(key)?.name));
    select(editor, [keyOf(editor, "displacement")]);
    act(editor, "selectParents");
    expect(names()).toEqual(new Set(["slope_cylinders", "cylinders"]));
    select(editor, [keyOf(editor, "slope_cylinders")]);
    act(editor, "selectDescendants");
    expect(names()).toEqual(new Set(["displacement", "horsepower", "weight", "acceleration", "mpg"]));
    select(editor, [keyOf(editor, "displacement")]);
    act(editor, "selectChildren");
    expect(names()).toEqual(new Set(["horsepower", "weight"]));
  });
});

describe("moving by the keyboard", () => {
  it("makes one undo step of a burst of arrows", async () => {
    const editor = carsEditor();
    fakeDiagram(editor);
    const before = editor.host.document.value.layout;
    select(editor, [keyOf(editor, "mpg")]);
    for (const id of ["nudgeLeft", "nudgeLeft", "nudgeUp"]) await actionById(id)?.run(editor);
    expect(editor.host.document.value.layout.get(keyOf(editor, "mpg"))).toEqual({ x: 100 - 32, y: 50 - 16 });
    act(editor, "undo");
    expect(editor.host.document.value.layout).toEqual(before);
  });

  it("hands placed nodes back to the layout", async () => {
    const editor = carsEditor();
    const key = keyOf(editor, "mpg");
    await editor.edit([{ type: "MoveNodes", positions: { [key]: { x: 1, y: 2 } } }], "move");
    await actionById("tidy")?.run(editor);
    expect(editor.host.document.value.layout.size).toBe(0);
  });

  it("lays out afresh also where nobody placed anything, without an undo step", async () => {
    const editor = carsEditor();
    fakeDiagram(editor);
    const arrange = vi.fn();
    if (editor.diagram.current) editor.diagram.current.arrange = arrange;
    await actionById("tidy")?.run(editor);
    expect(arrange).toHaveBeenCalledOnce();
    expect(editor.host.history.value.undo).toBeNull();
  });
});

describe("a formula box", () => {
  it("turns text into operators in one undo step", async () => {
    const editor = carsEditor();
    const before = editor.host.document.value.records;
    expect(await commitField(editor, keyOf(editor, "mpg"), "parameter.mean", "exp(slope_weight * weight) + 1")).toBe(
      true,
    );
    expect(formula(editor, "mpg")).toBe("exp(slope_weight * weight) + 1");
    act(editor, "undo");
    expect(editor.host.document.value.records).toEqual(before);
  });

  it("keeps a text that cannot be read, with the column", async () => {
    const editor = carsEditor();
    const key = keyOf(editor, "mpg");
    expect(await commitField(editor, key, "parameter.mean", "1 + nothing")).toBe(false);
    expect(draftOf(editor, key, "parameter.mean")).toMatchObject({ text: "1 + nothing" });
    expect(draftOf(editor, key, "parameter.mean")?.error).toMatch(/column 5/i);
    expect(editor.host.history.value.undo).toBeNull();
  });

  it("unsets a parameter by an empty text", async () => {
    const editor = carsEditor();
    await commitField(editor, keyOf(editor, "mpg"), "parameter.mean", "");
    expect(named(editor, "mpg").parameters).not.toHaveProperty("mean");
  });

  it("replaces the exclusive alternative in the same step", async () => {
    const editor = carsEditor();
    await commitField(editor, keyOf(editor, "mpg"), "parameter.precision", "4");
    expect(named(editor, "mpg").parameters).toMatchObject({ precision: { value: 4 } });
    expect(named(editor, "mpg").parameters).not.toHaveProperty("standard_deviation");
  });

  it("replaces one branch of a formula", async () => {
    const editor = carsEditor();
    await commitField(editor, keyOf(editor, "mpg"), "tree.o11.1", "2 * engine.horsepower");
    expect(formula(editor, "mpg")).toBe("intercept + slope_weight * weight + 2 * engine.horsepower");
  });
});

describe("a field", () => {
  it.each([
    ["name", "consumption", { name: "consumption" }],
    ["description", "how far", { description: "how far" }],
    ["unit", "mpg", { unit: "mpg" }],
    ["labels", "a, b", { labels: ["a", "b"] }],
    ["shape", "2, 3", { shape: [2, 3] }],
    ["distribution", "PoissonDistribution", { distribution: "PoissonDistribution", dtype: "int" }],
  ])("%s is set from %j", async (field, text, expected) => {
    const editor = carsEditor();
    expect(await commitField(editor, "k3", field, text)).toBe(true);
    expect(editor.host.document.value.records.get("k3")).toMatchObject(expected);
  });

  it("that the model refuses keeps its text and says why", async () => {
    const editor = carsEditor();
    expect(await commitField(editor, "k3", "name", "weight")).toBe(false);
    expect(draftOf(editor, "k3", "name")?.text).toBe("weight");
    expect(draftOf(editor, "k3", "name")?.error).toMatch(/weight/);
  });
});

describe("adding from the palette", () => {
  it("is one undo step, selects the node and lets it be named", async () => {
    const editor = carsEditor();
    const entry = entryById(editor, "distribution:GammaDistribution");
    if (!entry) throw new Error("no gamma in the palette");
    const before = editor.host.document.value.records;
    await place(editor, entry, keyOf(editor, "car"), null, [keyOf(editor, "weight")]);
    const [key] = editor.state.selection.value;
    expect(editor.host.document.value.records.get(key ?? "")?.parameters).toEqual({
      concentration: { ref: keyOf(editor, "weight") },
    });
    expect(editor.state.renaming.value).toBe(key);
    expect(editor.state.recent.value).toEqual(["distribution:GammaDistribution"]);
    act(editor, "undo");
    expect(editor.host.document.value.records).toEqual(before);
    expect(editor.state.selection.value.size).toBe(0);
  });
});

describe("running", () => {
  it("uses the chosen method, and does nothing without a kernel", async () => {
    const editor = carsEditor();
    const solve = vi.spyOn(editor.host, "solve");
    expect(actionById("run")?.enabled(editor)).toBe(editor.host.capabilities.value.kernel);
    if (editor.host.capabilities.value.kernel) {
      await actionById("run")?.run(editor);
      expect(solve).toHaveBeenCalledWith("MAPFisher");
    }
  });
});

describe("going to a node", () => {
  it("opens the scopes around it and leaves a scope that it is not in", () => {
    const editor = carsEditor();
    editor.state.entered.value = keyOf(editor, "engine");
    editor.state.open.value = new Set();
    goTo(editor, keyOf(editor, "mpg"));
    expect(editor.root.value).toBe("g");
    expect(editor.state.open.value.has(keyOf(editor, "car"))).toBe(true);
    expect(editor.state.selected.value).toBe(keyOf(editor, "mpg"));
  });
});

describe("the editor's state", () => {
  it("forgets what was deleted elsewhere", async () => {
    const editor = carsEditor();
    select(editor, [keyOf(editor, "mpg")]);
    editor.state.renaming.value = keyOf(editor, "mpg");
    await editor.host.edit([{ type: "DeleteRecords", keys: [keyOf(editor, "car")] }], "elsewhere");
    expect(editor.state.selection.value.size).toBe(0);
    expect(editor.state.renaming.value).toBeNull();
  });

  it("opens all scopes of a small model at first", () => {
    const editor = carsEditor();
    expect(editor.state.open.value).toEqual(new Set(["g", "h", "k"]));
  });

  it("finds by name, kind and distribution", () => {
    const editor = carsEditor();
    editor.state.searching.value = true;
    editor.state.query.value = "slope static";
    expect(editor.matches.value?.length).toBe(4);
    editor.state.query.value = "lognormal";
    expect(editor.matches.value).toEqual(["k8"]);
  });
});
