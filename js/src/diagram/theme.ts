/** The colours of the canvas, read from the theme and read again when it changes. */
export interface Theme {
  readonly ground: string;
  readonly frames: readonly string[];
  readonly hairline: string;
  readonly text: string;
  readonly muted: string;
  readonly edge: string;
  readonly brand: string;
  readonly variable: string;
  readonly fixed: string;
  readonly warning: string;
  readonly fill: string;
}

export function readTheme(element: HTMLElement): Theme {
  const style = getComputedStyle(element);
  const read = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  return {
    ground: read("--why-ground", "#ffffff"),
    frames: [read("--why-frame-1", "#f6f8fb"), read("--why-frame-2", "#edf2f8")],
    hairline: read("--why-hairline", "#c5d0dc"),
    text: read("--why-text", "#1c2733"),
    muted: read("--why-muted", "#5b6876"),
    edge: read("--why-edge", "#6b7c8f"),
    brand: read("--why-brand", "#1976d2"),
    variable: read("--why-variable", "#2a6ebb"),
    fixed: read("--why-static", "#a0681a"),
    warning: read("--why-warning", "#b3261e"),
    fill: read("--why-fill", "#7fb1e6"),
  };
}
