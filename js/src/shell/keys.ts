/** Key presses inside the editor: to an action, to the field that has the focus, and never on to the notebook. */
import { act, keymap } from "../editor/actions";
import type { Editor } from "../editor/editor";
import { chordOf, takesText } from "../editor/keymap";

/** These work while typing in a field; everything else there is text. */
const WHILE_TYPING: ReadonlySet<string> = new Set(["Mod-Enter", "Mod-f", "Mod-k", "Mod-."]);
/** The browser's own event does these, because only it may read the clipboard without asking. */
const NATIVE: ReadonlySet<string> = new Set(["Mod-v"]);

/**
 * Carry out a key press. `outer` is asked first for chords that belong to the page around (saving, side bars).
 * Returns whether it was used.
 */
export function handleKey(editor: Editor, event: KeyboardEvent, outer?: (chord: string) => boolean): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  const chord = chordOf(event);
  if (outer?.(chord)) {
    event.preventDefault();
    return true;
  }
  const typing = takesText(event.target);
  if (typing && !WHILE_TYPING.has(chord)) return false;
  if (NATIVE.has(chord)) return false;
  const { renaming, editing } = editor.state;
  if (!typing && (renaming.value !== null || editing.value !== null) && chord !== "Escape") {
    // The box to type in is being drawn: what comes before it must not be taken for commands.
    event.preventDefault();
    return true;
  }
  if (editor.state.dialog.value || editor.state.menu.value) return false;
  const plain = !chord.startsWith("Mod-");
  const target = event.target instanceof Element ? event.target : null;
  // In panels and on buttons Enter, arrows and letters belong to what has the focus.
  if (plain && target?.closest(".why-side, .why-toolbar, .why-veil, .why-status, .why-breadcrumb")) return false;
  const action = keymap.get(chord);
  if (!action) return false;
  event.preventDefault();
  act(editor, action.id);
  return true;
}
