/** Adding nodes and connecting them. */
import { isOperator, isVariable } from "../../document/records";
import type { Action } from "../action";
import type { Editor } from "../editor";
import { insertionScope } from "../insertion";

/** The scope that new nodes go to. */
export function targetScope(editor: Editor) {
  const { host, state } = editor;
  const [selected] = state.selection.value;
  return insertionScope(host.document.value, host.catalog.value, editor.root.value, selected ?? null);
}

function canFeed(editor: Editor): boolean {
  const key = editor.state.selected.value;
  const record = key === null ? undefined : editor.host.document.value.records.get(key);
  return editor.editable() && record !== undefined && (isVariable(record) || isOperator(record));
}

export const buildActions: readonly Action[] = [
  {
    id: "add",
    label: "add",
    group: "build",
    icon: "plus",
    keys: ["a", "Insert"],
    enabled: (editor) => editor.editable(),
    run: (editor) => {
      editor.state.dialog.value = { kind: "add", scope: targetScope(editor), at: null, place: null, from: null };
    },
  },
  {
    id: "connect",
    label: "connect",
    group: "build",
    icon: "connect",
    keys: ["c"],
    enabled: canFeed,
    run: (editor) => {
      const source = editor.state.selected.value;
      if (source !== null) editor.state.dialog.value = { kind: "choose-target", source };
    },
  },
];
