/** What the notebook widget framework hands us, and what loader and bundle agree on. Types only. */

/** The part of an anywidget model that we use. */
export interface AnyModel {
  get(name: string): unknown;
  send(content: unknown): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
}

/** A custom message from the kernel. */
export type EarlyMessage = [content: { kind?: string; hash?: string }, buffers: readonly DataView[]];

/** One model in the page; all of its views share it. */
export interface WidgetSession {
  /** Draw into this element; the result removes the drawing again. */
  render(element: HTMLElement): () => void;
}

/** What the bundle exports. `early` holds the messages that came before it was loaded. */
export interface WidgetBundle {
  open(model: AnyModel, early: readonly EarlyMessage[], signal: AbortSignal): WidgetSession;
}
