/**
 * Every user action, one object each, in the order of menus and help; all parts of the editor read this list.
 * An action decides for itself whether it can run now, and only actions (and the verbs they share) talk to the host.
 */
import type { Action } from "../action";
import type { Editor } from "../editor";
import { keymapOf } from "../keymap";
import { askActions } from "./ask";
import { buildActions } from "./build";
import { clipboardActions } from "./clipboard";
import { dataActions } from "./data";
import { editActions } from "./edit";
import { moveActions } from "./move";
import { selectionActions } from "./selection";
import { shareActions } from "./share";
import { viewActions } from "./view";

export const actions: readonly Action[] = [
  ...buildActions,
  ...editActions,
  ...clipboardActions,
  ...moveActions,
  ...selectionActions,
  ...viewActions,
  ...dataActions,
  ...askActions,
  ...shareActions,
];

const byId = new Map(actions.map((action) => [action.id, action]));

export const keymap = keymapOf(actions);

export function actionById(id: string): Action | undefined {
  return byId.get(id);
}

/** Run an action if it can run now. */
export function act(editor: Editor, id: string): void {
  const action = byId.get(id);
  if (action?.enabled(editor)) void action.run(editor);
}
