/**
 * A table file dragged from the file browser reaches the editor as the data it holds. The file browser speaks Lumino's
 * drag events, the editor the browser's own: this translates the first into the second.
 */
import { PathExt } from "@jupyterlab/coreutils";
import type { Drag } from "@lumino/dragdrop";
import { SOURCE_DRAG_EVENT, SOURCE_TYPE } from "../hosts/frame-headers";

const CONTENTS = "application/x-jupyter-icontents";
const TABLES = [".csv", ".parquet", ".feather", ".arrow"];
const EDITOR = ".why-editor";

/** Listen on the page; `folderOf` gives the working folder of the kernel behind an element. */
export function bridgeFileDrops(page: Document, folderOf: (element: Element) => string): void {
  for (const type of ["lm-dragenter", "lm-dragover", "lm-dragleave", "lm-drop"]) {
    // In the capture phase, before the notebook around the editor takes the file for itself.
    page.addEventListener(type, (event) => translate(event as Drag.Event, folderOf), true);
  }
}

function translate(event: Drag.Event, folderOf: (element: Element) => string): void {
  const target = event.target;
  if (!(target instanceof Element) || !target.closest(EDITOR)) return;
  const path = tablePath(event);
  if (path === null) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.type === "lm-dragover" || event.type === "lm-drop") event.dropAction = event.proposedAction;
  const reference = { id: `file/${PathExt.relative(folderOf(target), path)}` };
  const transfer = new DataTransfer();
  transfer.setData(SOURCE_TYPE, JSON.stringify(reference));
  transfer.setData("text/plain", PathExt.basename(path));
  if (event.type === "lm-dragenter") window.dispatchEvent(new CustomEvent(SOURCE_DRAG_EVENT, { detail: reference }));
  target.dispatchEvent(
    new DragEvent(event.type.slice(3), {
      bubbles: true,
      cancelable: true,
      clientX: event.clientX,
      clientY: event.clientY,
      dataTransfer: transfer,
    }),
  );
  if (event.type === "lm-drop") window.dispatchEvent(new CustomEvent(SOURCE_DRAG_EVENT, { detail: null }));
}

function tablePath(event: Drag.Event): string | null {
  if (!event.mimeData.hasData(CONTENTS)) return null;
  const paths: unknown = event.mimeData.getData(CONTENTS);
  const path: unknown = Array.isArray(paths) ? paths[0] : null;
  return typeof path === "string" && TABLES.includes(PathExt.extname(path).toLowerCase()) ? path : null;
}
