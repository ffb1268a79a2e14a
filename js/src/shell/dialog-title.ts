/** Dialogs over the diagram: what each is given, and what is written above it. */
import type { Editor } from "../editor/editor";
import { runMethod } from "../editor/methods";
import type { Dialog } from "../editor/state";
import { fill } from "../editor/strings";
import type { Key } from "../protocol/types";

/** What is asked in a window with a title. */
export type Window = Exclude<Dialog, { kind: "methods" }>;

export interface DialogProps<Kind extends Window["kind"]> {
  readonly editor: Editor;
  readonly dialog: Extract<Window, { kind: Kind }>;
  readonly close: () => void;
}

export function nameOf({ host }: Editor, key: Key): string {
  const record = host.document.value.records.get(key);
  return record?.name ?? record?.kind ?? key;
}

export function titleOf(editor: Editor, dialog: Window): string {
  const { strings } = editor;
  switch (dialog.kind) {
    case "connect":
      return fill(strings.connectTitle, {
        source: nameOf(editor, dialog.source),
        target: nameOf(editor, dialog.target),
      });
    case "choose-target":
      return fill(strings.chooseTargetTitle, { source: nameOf(editor, dialog.source) });
    case "add":
      return dialog.from === null
        ? fill(strings.addTitle, { scope: nameOf(editor, dialog.scope) })
        : fill(strings.addConnectedTitle, { source: nameOf(editor, dialog.from) });
    case "choose-scope": {
      const [only, second] = dialog.keys;
      const what = only !== undefined && second === undefined ? nameOf(editor, only) : String(dialog.keys.length);
      return fill(strings.chooseScopeTitle, { count: what });
    }
    case "set-value":
      return fill(dialog.mode === "observe" ? strings.evidenceTitle : strings.doTitle, {
        name: nameOf(editor, dialog.key),
      });
    case "options":
      return fill(strings.optionsTitle, { method: runMethod(editor) });
    case "commands":
      return strings.commandsTitle;
    case "help":
      return strings.helpTitle;
  }
}
