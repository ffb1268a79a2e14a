/**
 * Panels: components that take data and callbacks, each with its CSS beside it; only mount may import them.
 * This file draws the icons: 16 by 16, one stroke, the colour of the text around them.
 */
import type { IconName } from "../editor/icon-names";

const PATHS: Readonly<Record<IconName, string>> = {
  undo: "M5.5 3 2.5 6l3 3M2.5 6h6.25a4 4 0 0 1 0 8H6",
  redo: "m10.5 3 3 3-3 3M13.5 6H7.250a4 4 0 0 0 0 8H10",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3 13.5 13.5",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10M6 6h4v4H6Z",
  run: "M4.5 2.8v10.4L13 8Z",
  stop: "M4 4h8v8H4Z",
  options:
    "M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14M8.5 4.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 1 0-3.5 0M4 11.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 1 0-3.5 0",
  trash: "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  cut: "M4.5 9.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM11.5 9.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM5.6 9.8 11 2.5M10.4 9.8 5 2.5",
  paste: "M5.5 3.5h-2v10h9v-10h-2M5.5 2.5h5v2.5h-5Z",
  group: "M2.5 2.5h11v11h-11ZM5 5h3v2.5H5ZM8.5 9h3v2.5h-3Z",
  ungroup: "M2.5 5V2.5H5M11 2.5h2.5V5M13.5 11v2.5H11M5 13.5H2.5V11M5 5h3v2.5H5ZM8.5 9h3v2.5h-3Z",
  connect: "M4 6.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4 6.5v2a3 3 0 0 0 3 3h5.5M10.5 9.2l2.3 2.3-2.3 2.3",
  rename: "M3 13l.5-2.5 7.5-7.5 2 2-7.5 7.5ZM9.5 4.5l2 2",
  help: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM6.2 6.3a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.7.6-.7 1.2M8 11.3v.2",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  palette:
    "M2.5 2.5h4.5v4.5H2.5ZM9.5 4.750a2.250 2.250 0 1 1 4.5 0 2.250 2.250 0 0 1-4.5 0ZM2.5 11.250h4.5M4.750 9v4.5M9.3 13.5l2.4-4.5 2.4 4.5Z",
  data: "M2.5 3h11v10h-11ZM2.5 6.3h11M2.5 9.6h11M6.2 3v10",
  inspector: "M2.5 3h11v10h-11ZM9.5 3v10M11 5.5h1M11 8h1",
  close: "m4 4 8 8M12 4l-8 8",
  "chevron-down": "m4 6 4 4 4-4",
  "chevron-right": "m6 4 4 4-4 4",
  evidence:
    "M1.5 8C3.2 5.2 5.4 3.8 8 3.8s4.8 1.4 6.5 4.2c-1.7 2.8-3.9 4.2-6.5 4.2S3.2 10.8 1.5 8ZM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6Z",
  do: "M9.5 2.5 13.5 6.5 7 13H3V9ZM2.5 2.5l3 3M5.5 2.5l-3 3",
  warning: "M8 2.5 14 13H2ZM8 6.5v3M8 11.3v.1",
  error: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 5v3.5M8 10.8v.2",
  info: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 7.5V11M8 5v.2",
  code: "m5.5 4.5-3.5 3.5 3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  tidy: "M5.5 2.5h5v3h-5ZM2.5 10.5h4v3h-4ZM9.5 10.5h4v3h-4ZM8 5.5v2.5M4.5 10.5V8h7v2.5",
  collapse: "M3 6.5h3.5V3M13 6.5H9.5V3M3 9.5h3.5V13M13 9.5H9.5V13",
  expand: "M6.5 3H3v3.5M9.5 3H13v3.5M6.5 13H3V9.5M9.5 13H13V9.5",
  enter: "M9 2.5h4.5v11H9M2.5 8h7M7 5.3 9.7 8 7 10.7",
  link: "M6.7 9.3a2.5 2.5 0 0 0 3.5 0l2.6-2.6a2.5 2.5 0 0 0-3.5-3.5L8.5 4M9.3 6.7a2.5 2.5 0 0 0-3.5 0L3.2 9.3a2.5 2.5 0 0 0 3.5 3.5L7.5 12",
  unlink: "m8.5 4 .8-.8a2.5 2.5 0 0 1 3.5 3.5L12 7.5M7.5 12l-.8.8a2.5 2.5 0 0 1-3.5-3.5L4 8.5M3 3l10 10",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13.2 2.5v2.8h-2.8",
  download: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
  chart: "M2.5 13.5h11M4 13V9.5M6.7 13V5M9.3 13V3M12 13V7.5",
  move: "M8 2v12M2 8h12M6 4l2-2 2 2M6 12l2 2 2-2M4 6 2 8l2 2M12 6l2 2-2 2",
  tree: "M3 2.5v8.5h4M3 6.5h4M9 5h4.5v3H9ZM9 9.5h4.5v3H9Z",
  clear: "M5.5 13.5h8M3 10l6.5-7 4 4-5.5 6.5H6Z",
  graph: "M2.5 2.5h11v11h-11ZM5.5 5.5h.01M10.5 10.5h.01M6 6l4 4",
  entity:
    "M4 2.5h8A1.5 1.5 0 0 1 13.5 4v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 12V4A1.5 1.5 0 0 1 4 2.5ZM2.5 5.5h11",
  variable: "M6 4h4a4 4 0 0 1 0 8H6a4 4 0 0 1 0-8Z",
  static: "M2.5 4h11v8h-11Z",
  factor: "M5.5 7.5h5v5h-5ZM6.500 7.500 3.500 2.500M9.500 7.500 12.500 2.500",
  operator: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 5.5v5M5.5 8h5",
  inputs: "M6.5 2.5h7v11h-7M1.5 8h7M6 5.5 8.5 8 6 10.5",
  outputs: "M9.5 2.5h-7v11h7M7 8h7.5M12 5.5 14.5 8 12 10.5",
  check: "m3 8.5 3.3 3.3L13 4.5",
  command:
    "M5 6.5h6v3H5ZM5 6.5H3.8a1.8 1.8 0 1 1 1.7-1.8ZM11 6.5h1.2a1.8 1.8 0 1 0-1.7-1.8ZM5 9.5H3.8a1.8 1.8 0 1 0 1.7 1.8ZM11 9.5h1.2a1.8 1.8 0 1 1-1.7 1.8Z",
};

const FILLED: ReadonlySet<IconName> = new Set(["run", "stop"]);

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  const heavy = name === "more" || name === "graph";
  return (
    <svg class="why-icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill={FILLED.has(name) ? "currentColor" : "none"}
        stroke="currentColor"
        stroke-width={heavy ? 1.8 : 1.3}
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** The icon of a record kind; anything that is no scope is an operator. */
export function kindIcon(kind: string): IconName {
  switch (kind) {
    case "Graph":
      return "graph";
    case "Entity":
      return "entity";
    case "Inputs":
      return "inputs";
    case "Outputs":
      return "outputs";
    case "Variable":
      return "variable";
    case "StaticVariable":
      return "static";
    case "Factor":
      return "factor";
    case "Link":
      return "link";
    default:
      return "operator";
  }
}
