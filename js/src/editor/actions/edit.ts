/** Changing what is there: history, names, formulas, grouping, deleting. */
import { batch } from "@preact/signals";
import { freshKey } from "../../document/key";
import { children, freshName, outermost } from "../../document/selectors";
import type { Command, Key } from "../../protocol/types";
import type { Action } from "../action";
import { disconnect } from "../connection";
import { announce, type Editor, select } from "../editor";
import { scopeKind } from "../insertion";
import { firstParameter } from "../parameter-specs";
import { fill } from "../strings";

/** The selected nodes that may be changed: not built in, and without those inside others. */
export function editableSelection(editor: Editor): readonly Key[] {
  const { host, state } = editor;
  const document = host.document.value;
  const builtin = new Set(host.catalog.value.scopes.flatMap((scope) => scope.builtins.map((one) => one.kind)));
  const keys = [...state.selection.value].filter((key) => {
    const record = document.records.get(key);
    return record !== undefined && !builtin.has(record.kind) && key !== host.root.value;
  });
  return outermost(document, keys);
}

/** The scope that all of these stand in; `null` if they do not share one. */
export function commonScope(editor: Editor, keys: readonly Key[]): Key | null {
  const scopes = new Set(keys.map((key) => editor.host.document.value.records.get(key)?.scope));
  const [scope] = scopes;
  return scopes.size === 1 && scope !== undefined ? scope : null;
}

function groupable(editor: Editor): boolean {
  const keys = editableSelection(editor);
  const scope = commonScope(editor, keys);
  if (!editor.editable() || scope === null) return false;
  const { catalog, document } = editor.host;
  const entity = scopeKind(catalog.value, "Entity")?.contains ?? [];
  const around = scopeKind(catalog.value, document.value.records.get(scope)?.kind)?.contains ?? [];
  return around.includes("Entity") && keys.every((key) => entity.includes(document.value.records.get(key)?.kind ?? ""));
}

function dissolvable(editor: Editor): boolean {
  const key = editor.state.selected.value;
  const record = key === null ? undefined : editor.host.document.value.records.get(key);
  return editor.editable() && record?.kind === "Entity" && record.scope !== undefined;
}

/** Move what an entity holds one scope up, under names that are free there, and delete the entity. */
function dissolve(editor: Editor, key: Key): readonly Command[] {
  const document = editor.host.document.value;
  const outer = document.records.get(key)?.scope;
  if (outer === undefined) return [];
  const inside = children(document, key);
  const renames = inside.flatMap((child): Command[] => {
    const name = document.records.get(child)?.name ?? "";
    const free = freshName(document, outer, name);
    return free === name ? [] : [{ type: "Rename", key: child, name: free }];
  });
  const moves: Command[] = inside.length > 0 ? [{ type: "Reparent", keys: inside, scope: outer }] : [];
  return [...renames, ...moves, { type: "DeleteRecords", keys: [key] }];
}

export const editActions: readonly Action[] = [
  {
    id: "undo",
    label: "undo",
    group: "edit",
    icon: "undo",
    keys: ["Mod-z"],
    enabled: (editor) => editor.editable() && editor.host.history.value.undo !== null,
    run: (editor) => editor.host.undo(),
  },
  {
    id: "redo",
    label: "redo",
    group: "edit",
    icon: "redo",
    keys: ["Mod-Shift-z", "Mod-y"],
    enabled: (editor) => editor.editable() && editor.host.history.value.redo !== null,
    run: (editor) => editor.host.redo(),
  },
  {
    id: "rename",
    label: "rename",
    group: "edit",
    icon: "rename",
    keys: ["F2"],
    enabled: (editor) => {
      const [key] = editableSelection(editor);
      return (
        editor.editable() &&
        editor.state.selected.value === key &&
        editor.host.document.value.records.get(key ?? "")?.name !== undefined
      );
    },
    run: (editor) => {
      editor.state.renaming.value = editor.state.selected.value;
    },
  },
  {
    id: "editFormula",
    label: "editFormula",
    group: "edit",
    icon: "operator",
    keys: ["="],
    enabled: (editor) => editor.editable() && selectedParameter(editor) !== null,
    run: (editor) => {
      const key = editor.state.selected.value;
      const parameter = selectedParameter(editor);
      if (key !== null && parameter !== null) editor.state.editing.value = { key, parameter };
    },
  },
  {
    id: "group",
    label: "group",
    group: "edit",
    icon: "group",
    keys: ["Mod-g"],
    enabled: groupable,
    run: async (editor) => {
      const keys = editableSelection(editor);
      const scope = commonScope(editor, keys);
      if (scope === null) return;
      const key = freshKey();
      const name = freshName(editor.host.document.value, scope, "entity");
      const result = await editor.edit(
        [
          { type: "AddRecord", key, record: { kind: "Entity", name, scope } },
          { type: "Reparent", keys, scope: key },
        ],
        editor.strings.group,
      );
      if (!result.ok) return;
      batch(() => {
        editor.state.open.value = new Set([...editor.state.open.value, key]);
        select(editor, [key]);
        editor.state.renaming.value = key;
      });
    },
  },
  {
    id: "dissolve",
    label: "dissolve",
    group: "edit",
    icon: "ungroup",
    keys: ["Mod-Shift-g"],
    enabled: dissolvable,
    run: async (editor) => {
      const key = editor.state.selected.value;
      if (key === null) return;
      const inside = children(editor.host.document.value, key);
      const result = await editor.edit(dissolve(editor, key), editor.strings.dissolve);
      if (result.ok) select(editor, inside);
    },
  },
  {
    id: "moveInto",
    label: "moveInto",
    group: "edit",
    icon: "move",
    keys: ["m"],
    enabled: (editor) => editor.editable() && editableSelection(editor).length > 0,
    run: (editor) => {
      editor.state.dialog.value = { kind: "choose-scope", keys: editableSelection(editor) };
    },
  },
  {
    id: "delete",
    label: "delete",
    group: "edit",
    icon: "trash",
    keys: ["Delete", "Backspace"],
    enabled: (editor) => editor.editable() && (editableSelection(editor).length > 0 || edgeRemoval(editor).length > 0),
    run: async (editor) => {
      const keys = editableSelection(editor);
      if (keys.length === 0) {
        const result = await editor.edit(edgeRemoval(editor), editor.strings.delete);
        if (result.ok) editor.state.edge.value = null;
        return;
      }
      const result = await editor.edit([{ type: "DeleteRecords", keys }], editor.strings.delete);
      if (result.ok) announce(editor, fill(editor.strings.deleted, { count: keys.length }));
    },
  },
];

function edgeRemoval({ host, state }: Editor): readonly Command[] {
  return state.edge.value ? disconnect(host.document.value, state.edge.value) : [];
}

function selectedParameter(editor: Editor): string | null {
  const { host, state } = editor;
  const record = host.document.value.records.get(state.selected.value ?? "");
  return firstParameter(host.catalog.value, record);
}
