/**
 * The style sheets of all components, collected as text. A component calls `stylesheet(css)` beside its import; whoever
 * owns a root (the page, a shadow root, a widget's element) calls `injectStyles(root)` once.
 */
const sheets = new Set<string>();

/** Register the text of a style sheet. */
export function stylesheet(css: string): void {
  sheets.add(css);
}

/** All registered style sheets as one text. */
export function styles(): string {
  return [...sheets].join("\n");
}

/** Put a `<style>` element with all style sheets into a root, once. */
export function injectStyles(root: ParentNode & Node): void {
  if (root.querySelector(":scope > style[data-whyboard]")) return;
  const owner = root.ownerDocument ?? document;
  const element = owner.createElement("style");
  element.dataset.whyboard = "";
  element.textContent = styles();
  root.prepend(element);
}
