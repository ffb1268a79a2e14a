/** The picture of a posterior, on a card and in the panel: what it looks like depends on how many elements there are. */
import { stylesheet } from "../styles";
import { Band } from "./band";
import { Columns } from "./columns";
import { Heatmap } from "./heatmap";
import css from "./picture.css";
import { Rows } from "./rows";
import type { PosteriorView } from "./view";

stylesheet(css);

/** More columns than this are lines that nobody can tell apart. */
const COLUMNS = 48;

export type PictureKind = "rows" | "columns" | "heatmap" | "band";

/** The picture of which `rows` fit below each other. */
export function pictureOf({ elements, shape }: PosteriorView, rows: number): PictureKind {
  if (elements.length <= rows) return "rows";
  if (elements.length <= COLUMNS) return "columns";
  const width = shape.at(-1) ?? 1;
  return width > 1 && width < elements.length ? "heatmap" : "band";
}

interface Props {
  readonly view: PosteriorView;
  readonly kind: PictureKind;
}

export function Picture({ view, kind }: Props) {
  switch (kind) {
    case "rows":
      return <Rows view={view} />;
    case "columns":
      return <Columns view={view} />;
    case "heatmap":
      return <Heatmap view={view} />;
    case "band":
      return <Band view={view} />;
  }
}
