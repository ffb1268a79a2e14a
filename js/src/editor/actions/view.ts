/** Looking: open and closed scopes, the camera, search, panels. None of these is an undo step. */
import { batch } from "@preact/signals";
import { isRef, isScope } from "../../document/records";
import { path } from "../../document/selectors";
import type { Key } from "../../protocol/types";
import type { Action } from "../action";
import { announce, type Editor, select } from "../editor";
import type { LeftTab, RightTab } from "../state";

/** Show a tab of the side panels; the tab that is shown already closes, or is gone to from the diagram. */
export function toggleTab(editor: Editor, side: "left", tab: LeftTab): void;
export function toggleTab(editor: Editor, side: "right", tab: RightTab): void;
export function toggleTab({ state, diagram }: Editor, side: "left" | "right", tab: LeftTab | RightTab): void {
  batch(() => {
    if (side === "left" && (tab === "palette" || tab === "data")) {
      const isShown = state.leftOpen.value && state.leftTab.value === tab;
      if (isShown && diagram.current?.hasFocus()) {
        // A key of the diagram: whoever wants to see less has the buttons.
        state.called.value = tab;
        return;
      }
      state.leftOpen.value = !isShown;
      state.leftTab.value = tab;
      state.called.value = state.leftOpen.value ? tab : null;
    } else if (tab !== "palette" && tab !== "data") {
      state.rightOpen.value = !(state.rightOpen.value && state.rightTab.value === tab);
      state.rightTab.value = tab;
    }
  });
}

/** Is this a scope that shows something when it is opened? */
export function opens(editor: Editor, key: Key): boolean {
  const { records, children } = editor.host.document.value;
  const record = records.get(key);
  return (
    record !== undefined &&
    isScope(record) &&
    (children.get(key) ?? []).some((child) => records.get(child)?.name !== undefined)
  );
}

/** Fill the view with one scope, or go back to the host's root. */
export function enterScope(editor: Editor, key: Key): void {
  const { state, host } = editor;
  batch(() => {
    state.entered.value = key === host.root.value ? null : key;
    state.selection.value = new Set();
    state.open.value = new Set([...state.open.value, key]);
  });
  announce(editor, path(host.document.value, key));
  // The diagram draws the new root first.
  requestAnimationFrame(() => editor.diagram.current?.fit());
}

function computedParameters(editor: Editor): string[] {
  const { records } = editor.host.document.value;
  return [...editor.state.selection.value].flatMap((key) =>
    Object.entries(records.get(key)?.parameters ?? {})
      .filter(([, value]) => isRef(value) && records.get(value.ref)?.name === undefined)
      .map(([parameter]) => `${key}.${parameter}`),
  );
}

export const viewActions: readonly Action[] = [
  {
    id: "toggleOpen",
    label: "toggleOpen",
    group: "view",
    icon: "expand",
    keys: ["o"],
    enabled: (editor) => [...editor.state.selection.value].some((key) => opens(editor, key)),
    run: (editor) => {
      const { open, selection } = editor.state;
      const scopes = [...selection.value].filter((key) => opens(editor, key));
      const next = new Set(open.value);
      const closing = scopes.every((key) => next.has(key));
      for (const key of scopes)
        if (closing) next.delete(key);
        else next.add(key);
      open.value = next;
    },
  },
  {
    id: "openAll",
    label: "openAll",
    group: "view",
    icon: "expand",
    keys: ["Shift-o"],
    enabled: () => true,
    run: (editor) => {
      editor.state.open.value = new Set(
        [...editor.host.document.value.records.keys()].filter((key) => opens(editor, key)),
      );
      requestAnimationFrame(() => editor.diagram.current?.fit());
    },
  },
  {
    id: "closeAll",
    label: "closeAll",
    group: "view",
    icon: "collapse",
    keys: ["Shift-c"],
    enabled: (editor) => editor.state.open.value.size > 0,
    run: (editor) => {
      editor.state.open.value = new Set([editor.root.value]);
      requestAnimationFrame(() => editor.diagram.current?.fit());
    },
  },
  {
    id: "toggleTrees",
    label: "toggleTrees",
    group: "view",
    icon: "tree",
    keys: ["f"],
    enabled: (editor) => computedParameters(editor).length > 0,
    run: (editor) => {
      const trees = computedParameters(editor);
      const next = new Set(editor.state.openTrees.value);
      const closing = trees.every((tree) => next.has(tree));
      for (const tree of trees)
        if (closing) next.delete(tree);
        else next.add(tree);
      editor.state.openTrees.value = next;
    },
  },
  {
    id: "enter",
    label: "enter",
    group: "view",
    icon: "enter",
    keys: ["Enter"],
    enabled: (editor) => {
      const key = editor.state.selected.value;
      return key !== null && editor.host.document.value.records.get(key)?.name !== undefined;
    },
    run: (editor) => {
      const key = editor.state.selected.value;
      if (key === null) return;
      if (opens(editor, key)) enterScope(editor, key);
      else
        batch(() => {
          editor.state.rightTab.value = "inspector";
          editor.state.rightOpen.value = true;
        });
    },
  },
  {
    id: "leave",
    label: "leave",
    group: "view",
    icon: null,
    keys: ["u"],
    enabled: (editor) => editor.root.value !== editor.host.root.value,
    run: (editor) => {
      const from = editor.root.value;
      enterScope(editor, editor.host.document.value.records.get(from)?.scope ?? editor.host.root.value);
      select(editor, [from]);
    },
  },
  {
    id: "fit",
    label: "fit",
    group: "view",
    icon: "fit",
    keys: ["."],
    enabled: () => true,
    run: (editor) => {
      const keys = [...editor.state.selection.value];
      editor.diagram.current?.fit(keys.length > 0 ? keys : undefined);
    },
  },
  {
    id: "fitAll",
    label: "fitAll",
    group: "view",
    icon: "fit",
    keys: ["0", "Home"],
    enabled: () => true,
    run: (editor) => editor.diagram.current?.fit(),
  },
  {
    id: "zoomIn",
    label: "zoomIn",
    group: "view",
    icon: "plus",
    keys: ["+"],
    enabled: () => true,
    run: (editor) => editor.diagram.current?.zoomBy(1.25),
  },
  {
    id: "zoomOut",
    label: "zoomOut",
    group: "view",
    icon: "minus",
    keys: ["-"],
    enabled: () => true,
    run: (editor) => editor.diagram.current?.zoomBy(0.8),
  },
  {
    id: "search",
    label: "search",
    group: "view",
    icon: "search",
    keys: ["Mod-f", "/"],
    enabled: () => true,
    run: (editor) => {
      editor.state.searching.value = true;
    },
  },
  {
    id: "commands",
    label: "commands",
    group: "view",
    icon: "command",
    keys: ["Mod-k"],
    enabled: () => true,
    run: (editor) => {
      editor.state.dialog.value = { kind: "commands" };
    },
  },
  {
    id: "help",
    label: "help",
    group: "view",
    icon: "help",
    keys: ["?"],
    enabled: () => true,
    run: (editor) => {
      editor.state.dialog.value = { kind: "help" };
    },
  },
  {
    id: "togglePalette",
    label: "togglePalette",
    group: "view",
    icon: "palette",
    keys: ["1"],
    enabled: (editor) => editor.editable(),
    run: (editor) => toggleTab(editor, "left", "palette"),
  },
  {
    id: "toggleInspector",
    label: "toggleInspector",
    group: "view",
    icon: "inspector",
    keys: ["3"],
    enabled: () => true,
    run: (editor) => toggleTab(editor, "right", "inspector"),
  },
  {
    id: "showResults",
    label: "showResults",
    group: "view",
    icon: "chart",
    keys: ["4"],
    enabled: () => true,
    run: (editor) => toggleTab(editor, "right", "results"),
  },
  {
    id: "showDiagnostics",
    label: "showDiagnostics",
    group: "view",
    icon: "warning",
    keys: ["5"],
    enabled: () => true,
    run: (editor) => toggleTab(editor, "right", "diagnostics"),
  },
  {
    id: "showCode",
    label: "showCode",
    group: "view",
    icon: "code",
    keys: ["6"],
    enabled: () => true,
    run: (editor) => toggleTab(editor, "right", "code"),
  },
];
