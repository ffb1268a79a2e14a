/** What a notebook keeps of a displayed model: enough to draw it, and to build it again, without a kernel. */
export interface SavedView {
  readonly model_id: string;
  /** The name of the Python variable that a restored model gets. */
  readonly name: string;
  /** The key of what was shown. */
  readonly root: string;
  /** The text of a model file. */
  readonly specification: string;
  /** Python that builds the model again. */
  readonly python: string;
}

/** A saved notebook is a stranger's file: look before use. */
export function savedView(data: unknown): SavedView | null {
  if (typeof data !== "object" || data === null) return null;
  const { model_id, name, root, specification, python } = data as Record<string, unknown>;
  const texts = [model_id, name, root, specification, python];
  if (!texts.every((text) => typeof text === "string")) return null;
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(String(name))) return null;
  return {
    model_id: String(model_id),
    name: String(name),
    root: String(root),
    specification: String(specification),
    python: String(python),
  };
}

/** A Python expression: a function of the kernel's side, of the model; an empty text where nothing is loaded there. */
export function livingExpression({ root }: SavedView, ask: "lives" | "reconnect"): string {
  const module = "__import__('sys').modules.get('whyboard.widget.graph_widget')";
  return `getattr(${module}, '${ask}', lambda _: '')(${pythonText(root)})`;
}

/** Python code that shows the model again, and leaves the id of its new widget and its name in `_whyboard_restored`. */
export function restoringCode(view: SavedView): string {
  return [
    "from whyboard.widget.graph_widget import restore as _whyboard_restore",
    // JSON text is a Python literal once it is a string of plain ASCII.
    `_whyboard_restored = _whyboard_restore(${[view.specification, view.root, view.name].map(pythonText).join(", ")})`,
  ].join("\n");
}

function pythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
