/** The colours of the canvas, read from the theme and read again when it changes. */
export interface Theme {
  readonly ground: string;
  /** The fill of frames by depth below the root. */
  readonly frames: readonly string[];
  readonly hairline: string;
  readonly text: string;
  readonly muted: string;
  readonly edge: string;
  readonly brand: string;
  readonly variable: string;
  readonly fixed: string;
  readonly factor: string;
  readonly fill: string;
  /** The ground of what has data. */
  readonly seen: string;
  readonly evidence: string;
  readonly do: string;
}

export function readTheme(element: HTMLElement): Theme {
  // The canvas wants plain colours: a probe makes them of `var()` and `color-mix()`.
  const probe = element.ownerDocument.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const style = getComputedStyle(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--why-${name})`;
    return style.color;
  };
  const theme: Theme = {
    ground: read("ground"),
    frames: [read("frame-1"), read("frame-2"), read("frame-3"), read("frame-4")],
    hairline: read("hairline"),
    text: read("text"),
    muted: read("muted"),
    edge: read("edge"),
    brand: read("brand"),
    variable: read("variable"),
    fixed: read("static"),
    factor: read("factor"),
    fill: read("fill"),
    seen: read("seen"),
    evidence: read("evidence"),
    do: read("do"),
  };
  probe.remove();
  return theme;
}

/** The fill of a frame at a depth; the root is the ground itself. */
export function frameFill(theme: Theme, depth: number): string {
  return depth === 0 ? theme.ground : (theme.frames[(depth - 1) % theme.frames.length] ?? theme.ground);
}
