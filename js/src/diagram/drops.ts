/** Things dragged in from outside: a palette entry, a column. The answer of the editor is shown while they hover. */
import type { DiagramEvents, Hit, Point } from "./diagram";

export interface DropZone {
  readonly element: HTMLElement;
  hitAt(client: Point): Hit;
  scopeAt(client: Point): { readonly scope: string; readonly point: Point };
  refusal(text: string | null, at: Point): void;
}

export function listenToDrops(zone: DropZone, events: DiagramEvents): () => void {
  const { element } = zone;
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const over = (event: DragEvent): void => {
    if (!event.dataTransfer) return;
    const at = { x: event.clientX, y: event.clientY };
    const why = events.dragOver(zone.hitAt(at), event.dataTransfer, at);
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = why === null ? "copy" : "none";
    zone.refusal(why || null, at);
  };
  element.addEventListener("dragenter", over, options);
  element.addEventListener("dragover", over, options);
  element.addEventListener("dragleave", () => zone.refusal(null, { x: 0, y: 0 }), options);
  element.addEventListener(
    "drop",
    (event) => {
      const at = { x: event.clientX, y: event.clientY };
      zone.refusal(null, at);
      if (!event.dataTransfer) return;
      event.preventDefault();
      event.stopPropagation();
      const { scope, point } = zone.scopeAt(at);
      events.drop(zone.hitAt(at), scope, event.dataTransfer, at, point);
    },
    options,
  );
  return () => controller.abort();
}
