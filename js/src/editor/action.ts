/** What a user action is. Menu, toolbar, command palette, keymap and help all read the same list of these. */
import type { Editor } from "./editor";
import type { IconName } from "./icon-names";
import type { StringKey } from "./strings";

export type ActionGroup = "build" | "edit" | "view" | "data" | "ask" | "share";

export interface Action {
  readonly id: string;
  readonly label: StringKey;
  readonly group: ActionGroup;
  readonly icon: IconName | null;
  /** `Mod` is Ctrl, and Command on a Mac; the key as in `KeyboardEvent.key`, letters in lower case. */
  readonly keys: readonly string[];
  enabled(editor: Editor): boolean;
  run(editor: Editor): void | Promise<void>;
}
