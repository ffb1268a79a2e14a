// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { type Editor, select } from "../../../js/src/editor/editor";
import { handleKey } from "../../../js/src/shell/keys";
import { carsEditor, keyOf } from "./fixture";

let editor: Editor;

beforeEach(() => {
  document.body.innerHTML =
    '<div class="diagram" tabindex="0"></div><input><div class="why-side"><button>entry</button></div>';
  editor = carsEditor();
});

function press(where: string, key: string, more: KeyboardEventInit = {}, outer?: (chord: string) => boolean) {
  const target = document.querySelector(where);
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  let used = false;
  target?.addEventListener(
    "keydown",
    (heard) => {
      if (heard instanceof KeyboardEvent) used = handleKey(editor, heard, outer);
    },
    { once: true },
  );
  target?.dispatchEvent(event);
  return { used, kept: event.defaultPrevented };
}

describe("a key press", () => {
  it("in the diagram runs its action and is kept from the page", () => {
    expect(press(".diagram", "?", { shiftKey: true })).toEqual({ used: true, kept: true });
    expect(editor.state.dialog.value).toEqual({ kind: "help" });
  });

  it("in a field is text, apart from the few that are not", () => {
    select(editor, [keyOf(editor, "mpg")]);
    for (const key of ["a", "Delete", "?", "ArrowLeft"])
      expect(press("input", key)).toEqual({ used: false, kept: false });
    expect(press("input", "z", { ctrlKey: true }).used).toBe(false);
    expect(press("input", "f", { ctrlKey: true }).used).toBe(true);
    expect(editor.state.searching.value).toBe(true);
  });

  it("without a modifier belongs to what has the focus in a panel", () => {
    expect(press(".why-side button", "Enter").used).toBe(false);
    expect(press(".why-side button", "c").used).toBe(false);
    expect(press(".why-side button", "k", { ctrlKey: true }).used).toBe(true);
  });

  it("that pastes is left to the browser, which alone may read the clipboard", () => {
    expect(press(".diagram", "v", { ctrlKey: true })).toEqual({ used: false, kept: false });
  });

  it("does nothing behind a dialog", () => {
    editor.state.dialog.value = { kind: "commands" };
    expect(press(".diagram", "a").used).toBe(false);
  });

  it("does nothing while a box to type in is on its way", () => {
    editor.state.renaming.value = keyOf(editor, "mpg");
    expect(press(".diagram", "a")).toEqual({ used: true, kept: true });
    expect(editor.state.dialog.value).toBeNull();
  });

  it("is offered to the page around first", () => {
    const heard: string[] = [];
    const outer = (chord: string) => {
      heard.push(chord);
      return chord === "Mod-s";
    };
    expect(press(".diagram", "s", { ctrlKey: true }, outer)).toEqual({ used: true, kept: true });
    press(".diagram", "?", {}, outer);
    expect(heard).toEqual(["Mod-s", "?"]);
    expect(editor.state.dialog.value?.kind).toBe("help");
  });

  it("of an action that cannot run now is still kept from the page", () => {
    expect(press(".diagram", "Delete").kept).toBe(true);
  });
});
