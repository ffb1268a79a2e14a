/**
 * Column headers of displayed data frames become draggable, in every output of the page. The kernel has marked each
 * frame with the id of its object (`data-whyboard-source`); a header carries that id and its own text.
 */
import type { SourceReference } from "../protocol/types";

export const SOURCE_TYPE = "application/x-whyboard-source+json";

/** Sent to `window` when such a drag starts (`detail` is its source) and ends (`detail` is null). */
export const SOURCE_DRAG_EVENT = "whyboard-source-drag";

const HEADER = "[data-whyboard-source] thead tr:first-child th, [data-whyboard-source] thead tr:first-child td";

/** Once per page, however many widgets and extensions ask. The result removes it again. */
export function makeFrameHeadersDraggable(page: Document): () => void {
  // On the page, because the notebook bundle and the JupyterLab extension are two programs.
  const marks = page.documentElement.dataset;
  if (marks.whyboardHeaders) return () => undefined;
  marks.whyboardHeaders = "draggable";
  page.addEventListener("pointerover", mark);
  page.addEventListener("dragstart", start);
  page.addEventListener("dragend", end);
  return () => {
    delete marks.whyboardHeaders;
    page.removeEventListener("pointerover", mark);
    page.removeEventListener("dragstart", start);
    page.removeEventListener("dragend", end);
  };
}

/** What a header stands for; null for the empty corner and for anything that is no header. */
export function referenceOf(target: EventTarget | null): SourceReference | null {
  if (!(target instanceof Element)) return null;
  const header = target.closest(HEADER);
  const id = header?.closest("[data-whyboard-source]")?.getAttribute("data-whyboard-source");
  const column = header?.textContent?.trim();
  return id && column && column !== "..." && column !== "…" ? { id, column } : null;
}

/** Marked when the pointer comes by: a notebook makes and throws away its outputs as it likes. */
function mark(event: Event): void {
  if (!(event.target instanceof Element) || referenceOf(event.target) === null) return;
  const header = event.target.closest<HTMLElement>(HEADER);
  if (!header || header.draggable) return;
  header.draggable = true;
  header.style.cursor = "grab";
  header.title ||= "Drag this column onto a variable of a model";
}

function start(event: DragEvent): void {
  const reference = referenceOf(event.target);
  if (reference === null || !event.dataTransfer) return;
  event.dataTransfer.setData(SOURCE_TYPE, JSON.stringify(reference));
  event.dataTransfer.setData("text/plain", reference.column ?? "");
  event.dataTransfer.effectAllowed = "copyLink";
  announce(reference);
}

function end(event: DragEvent): void {
  if (referenceOf(event.target) !== null) announce(null);
}

function announce(reference: SourceReference | null): void {
  window.dispatchEvent(new CustomEvent(SOURCE_DRAG_EVENT, { detail: reference }));
}
