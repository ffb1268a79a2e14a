/** The editor inside a page that is not ours: drags that start outside, and what the page may ask of the editor. */
import type { Editor } from "./editor/editor";
import { readSource } from "./editor/linking";
import { EDITORS_EVENT, type EmbeddedEditor, embeddedEditors } from "./editors";
import { SOURCE_DRAG_EVENT } from "./hosts/frame-headers";
import type { Host } from "./hosts/host";
import { type MountOptions, mount, mountSide } from "./mount";

/** Mount an editor and make it known to the page. Returns what takes it down. */
export function embed(element: HTMLElement, host: Host, options: MountOptions = {}): () => void {
  const stops: (() => void)[] = [];
  const unmount = mount(element, host, {
    ...options,
    onReady(editor) {
      stops.push(followDrags(editor), announceEditor(element, editor));
      options.onReady?.(editor);
    },
  });
  return () => {
    for (const stop of stops) stop();
    unmount();
  };
}

function announceEditor(element: HTMLElement, editor: Editor): () => void {
  const entry: EmbeddedEditor = {
    element,
    side: (place, panel) => mountSide(place, editor, panel),
    undo: () => editor.host.undo(),
    redo: () => editor.host.redo(),
  };
  embeddedEditors().add(entry);
  window.dispatchEvent(new CustomEvent(EDITORS_EVENT));
  return () => {
    embeddedEditors().delete(entry);
    window.dispatchEvent(new CustomEvent(EDITORS_EVENT));
  };
}

/** A browser hides what is dragged until it is dropped; this says it earlier, so that a misfit can be refused in time. */
function followDrags(editor: Editor): () => void {
  const onDrag = (event: Event) => {
    if (!(event instanceof CustomEvent)) return;
    const source = event.detail === null ? null : readSource(JSON.stringify(event.detail));
    editor.state.dragging.value = source === null ? null : { kind: "source", source };
  };
  window.addEventListener(SOURCE_DRAG_EVENT, onDrag);
  return () => window.removeEventListener(SOURCE_DRAG_EVENT, onDrag);
}
