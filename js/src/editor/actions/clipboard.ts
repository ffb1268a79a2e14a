/** Copy, cut, paste and duplicate. */
import type { Action } from "../action";
import {
  type Fragment,
  fragment,
  fragmentText,
  jsonBehind,
  pasteCommand,
  pastedRoots,
  readFragment,
  writeClipboard,
} from "../clipboard";
import { announce, type Editor, fail, select } from "../editor";
import { fill } from "../strings";
import { targetScope } from "./build";
import { commonScope, editableSelection } from "./edit";

async function copy(editor: Editor): Promise<void> {
  const { host, state, strings } = editor;
  const keys = editableSelection(editor);
  const json = fragmentText(fragment(host.document.value, keys));
  state.clipboard.value = { json, written: false };
  announce(editor, fill(strings.copied, { count: keys.length }));
  // One node as its own code, several as the code of the scope they stand in; without a kernel the JSON has to do.
  const [only] = keys;
  const shown = keys.length === 1 && only !== undefined ? only : (commonScope(editor, keys) ?? editor.root.value);
  const python = host.capabilities.value.kernel ? await host.code(shown, "python").catch(() => json) : json;
  const written = await writeClipboard(json, python);
  if (state.clipboard.peek()?.json === json) state.clipboard.value = { json, written };
}

async function insert(editor: Editor, part: Fragment, label: string): Promise<void> {
  const command = pasteCommand(targetScope(editor), part);
  const result = await editor.edit([command], label);
  if (result.ok) select(editor, pastedRoots(command));
}

/** Paste a text from the system's clipboard, or what was last copied here if the text says nothing. */
export async function pasteText(editor: Editor, text: string | null): Promise<void> {
  const copied = editor.state.clipboard.value;
  const own = copied && (text === null || !copied.written) ? copied.json : null;
  const json = (text === null ? null : jsonBehind(text)) ?? own;
  const part = json === null ? null : readFragment(json);
  if (part) await insert(editor, part, editor.strings.paste);
  else fail(editor, editor.strings.nothingToPaste);
}

const some = (editor: Editor): boolean => editableSelection(editor).length > 0;

export const clipboardActions: readonly Action[] = [
  { id: "copy", label: "copy", group: "edit", icon: "copy", keys: ["Mod-c"], enabled: some, run: copy },
  {
    id: "cut",
    label: "cut",
    group: "edit",
    icon: "cut",
    keys: ["Mod-x"],
    enabled: (editor) => editor.editable() && some(editor),
    run: async (editor) => {
      const keys = editableSelection(editor);
      const copied = copy(editor);
      await editor.edit([{ type: "DeleteRecords", keys }], editor.strings.cut);
      await copied;
    },
  },
  {
    id: "paste",
    label: "paste",
    group: "edit",
    icon: "paste",
    keys: ["Mod-v"],
    enabled: (editor) => editor.editable(),
    run: async (editor) => {
      const text = await navigator.clipboard?.readText().catch(() => null);
      const usable = text && jsonBehind(text) !== null ? text : null;
      await pasteText(editor, usable);
    },
  },
  {
    id: "duplicate",
    label: "duplicate",
    group: "edit",
    icon: "copy",
    keys: ["Mod-d"],
    enabled: (editor) => editor.editable() && commonScope(editor, editableSelection(editor)) !== null,
    run: async (editor) => {
      const keys = editableSelection(editor);
      const scope = commonScope(editor, keys);
      if (scope === null) return;
      const command = pasteCommand(scope, fragment(editor.host.document.value, keys));
      const result = await editor.edit([command], editor.strings.duplicate);
      if (result.ok) select(editor, pastedRoots(command));
    },
  },
];
