/** The whole editor in an element: toolbar on top, palette and data left, the diagram, inspector and results right. */
import { effect } from "@preact/signals";
import { type ComponentChildren, render } from "preact";
import { announce, createEditor, type Editor } from "./editor/editor";
import { resultOf, spokenResult } from "./editor/result-views";
import { english, fill, type Strings } from "./editor/strings";
import type { Host } from "./hosts/host";
import { Frame } from "./shell/frame";
import { DataSide, PaletteSide } from "./shell/left-side";
import { registerStyles } from "./shell/stylesheets";
import { injectStyles } from "./styles";

export interface MountOptions {
  /** All texts of the editor, for example `translated(...)`. */
  readonly strings?: Strings;
  /** Chords such as `Mod-s` that belong to the page around; true if it took the key. */
  readonly onKey?: (chord: string) => boolean;
  /** Called with the editor, so that the page around can run actions (`act(editor, id)`). */
  readonly onReady?: (editor: Editor) => void;
}

/** Show a host's model in an element and edit it there. Returns what takes everything down again; the host lives on. */
export function mount(element: HTMLElement, host: Host, options: MountOptions = {}): () => void {
  const editor = createEditor(host, options.strings ?? english);
  const outer = wrapper(element);
  render(<Frame editor={editor} onKey={options.onKey} />, outer);
  const stopSpeaking = speakResults(editor);
  options.onReady?.(editor);
  return () => {
    stopSpeaking();
    render(null, outer);
    editor.dispose();
    outer.remove();
  };
}

/** One panel alone, for a side bar of the page around; it works on an editor that is mounted elsewhere. */
export function mountSide(element: HTMLElement, editor: Editor, panel: "palette" | "data"): () => void {
  const outer = wrapper(element);
  const content: ComponentChildren =
    panel === "palette" ? <PaletteSide editor={editor} /> : <DataSide editor={editor} />;
  render(<div class="why-frame why-frame-side">{content}</div>, outer);
  return () => {
    render(null, outer);
    outer.remove();
  };
}

/** The element that keeps keys from the notebook. The focus is always on something inside it. */
function wrapper(element: HTMLElement): HTMLElement {
  registerStyles();
  injectStyles(element);
  const outer = element.ownerDocument.createElement("div");
  outer.className = "why-editor";
  outer.dataset.lmSuppressShortcuts = "true";
  element.append(outer);
  return outer;
}

/** Tell a screen reader what a solve says about the selected variable. */
function speakResults(editor: Editor): () => void {
  return effect(() => {
    const results = editor.host.results.value;
    const key = editor.state.selected.value;
    if (!results) return;
    const result = key === null ? null : resultOf(editor.host.document.peek(), results, key);
    if (!result)
      return announce(editor, fill(editor.strings.finished, { method: results.method, message: results.message }));
    announce(editor, spokenResult(editor.strings, result));
  });
}
