import { describe, expect, it } from "vitest";
import { actions } from "../../../js/src/editor/actions";
import { chordOf, chordText, keymapOf } from "../../../js/src/editor/keymap";
import { english, translated } from "../../../js/src/editor/strings";

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  chordOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });

describe("the keymap", () => {
  it("has no chord that two actions want", () => {
    expect(() => keymapOf(actions)).not.toThrow();
  });

  it("names both actions when a chord is taken twice", () => {
    const [first, second] = actions;
    if (!first || !second) throw new Error("there are no actions");
    expect(() =>
      keymapOf([
        { ...first, keys: ["q"] },
        { ...second, keys: ["q"] },
      ]),
    ).toThrow(new RegExp(`${first.id}.*${second.id}`));
  });

  it("reads presses as actions spell them", () => {
    expect(press("z", { ctrlKey: true })).toBe("Mod-z");
    expect(press("Z", { metaKey: true, shiftKey: true })).toBe("Mod-Shift-z");
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press("ArrowUp", { ctrlKey: true })).toBe("Mod-ArrowUp");
    expect(press("Enter", { shiftKey: true })).toBe("Shift-Enter");
    expect(press(" ")).toBe("Space");
  });

  it("shows chords as people read them", () => {
    expect(chordText("Mod-Shift-z")).toBe("Ctrl+Shift+Z");
    expect(chordText("-")).toBe("-");
    expect(chordText("Mod-.")).toBe("Ctrl+.");
    expect(chordText("Mod-ArrowUp", true)).toBe("⌘↑");
  });

  it("serves the keys that the documentation promises", () => {
    const promised = {
      "Mod-z": "undo",
      "Mod-Shift-z": "redo",
      "Mod-y": "redo",
      "Mod-c": "copy",
      "Mod-x": "cut",
      "Mod-v": "paste",
      "Mod-d": "duplicate",
      "Mod-a": "selectAll",
      "Mod-g": "group",
      "Mod-f": "search",
      "Mod-Enter": "run",
      Delete: "delete",
      F2: "rename",
      ".": "fit",
      "?": "help",
      a: "add",
      c: "connect",
    };
    const map = keymapOf(actions);
    for (const [chord, id] of Object.entries(promised)) expect(map.get(chord)?.id, chord).toBe(id);
  });
});

describe("the list of actions", () => {
  it("gives every action its own id and a text", () => {
    expect(new Set(actions.map((action) => action.id)).size).toBe(actions.length);
    for (const action of actions) expect(english[action.label], action.id).toMatch(/\w/);
  });
});

describe("the table of texts", () => {
  it("is translated whole", () => {
    const german = translated((text) => `«${text}»`);
    expect(Object.keys(german)).toEqual(Object.keys(english));
    expect(german.undo).toBe("«Undo»");
  });
});
