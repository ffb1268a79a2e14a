/** What the page changes under the diagram: its size, the theme, the pixels of the screen it is on. */
export interface Changes {
  size(): void;
  theme(): void;
}

const ATTRIBUTES = ["class", "style", "data-jp-theme-name", "data-jp-theme-light", "data-theme"];

export function watch(element: HTMLElement, { size, theme }: Changes): () => void {
  const { ownerDocument } = element;
  const sizes = new ResizeObserver(size);
  sizes.observe(element);
  const themes = new MutationObserver(theme);
  for (const watched of [ownerDocument.body, ownerDocument.documentElement]) {
    themes.observe(watched, { attributes: true, attributeFilter: ATTRIBUTES });
  }
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const win = ownerDocument.defaultView;
  for (const query of ["(forced-colors: active)", "(prefers-color-scheme: dark)"]) {
    win?.matchMedia(query).addEventListener("change", theme, options);
  }
  // A window that moves to another screen, or a browser zoom: such a query holds for one ratio only.
  const followRatio = (): void => {
    if (!win || controller.signal.aborted) return;
    win.matchMedia(`(resolution: ${win.devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        size();
        followRatio();
      },
      { ...options, once: true },
    );
  };
  followRatio();
  return () => {
    sizes.disconnect();
    themes.disconnect();
    controller.abort();
  };
}
