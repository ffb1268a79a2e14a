/** The editors that are open in the page, known to each other's programs. Imports nothing, so that asking is free. */

/** An editor somewhere in the page, as a side bar of the page sees it. */
export interface EmbeddedEditor {
  readonly element: HTMLElement;
  /** Show one of its panels elsewhere; the result takes it down. */
  side(element: HTMLElement, panel: "palette" | "data"): () => void;
  /** Undo and redo of the model, for the page's own menu. */
  undo(): void;
  redo(): void;
}

/** Sent to `window` when an editor comes or goes. */
export const EDITORS_EVENT = "whyboard-editors";

declare global {
  var whyboardEditors: Set<EmbeddedEditor> | undefined;
}

/** All editors of the page, also those of another program: the notebook bundle and the extension share no modules. */
export function embeddedEditors(): Set<EmbeddedEditor> {
  globalThis.whyboardEditors ??= new Set();
  return globalThis.whyboardEditors;
}
