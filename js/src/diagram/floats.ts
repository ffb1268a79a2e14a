/** Small things that float over the picture: the band of a selection, a refusal, the scopes one is deep inside of. */
import type { Point, Rect } from "./diagram";
import { HEADER } from "./scene-types";
import type { Sight } from "./sight";

export interface Floats {
  band(rect: Rect | null): void;
  refusal(text: string | null, at: Point): void;
  /** Names the frames that fill the view while their headers are out of it. */
  where(sight: Sight, view: Rect): void;
}

export function createFloats(element: HTMLElement): Floats {
  const make = (name: string): HTMLElement => {
    const node = element.ownerDocument.createElement("div");
    node.className = name;
    node.hidden = true;
    element.append(node);
    return node;
  };
  const [band, refusal, where] = [make("why-band"), make("why-refusal"), make("why-where")];
  where.setAttribute("aria-hidden", "true");
  return {
    band(rect) {
      band.hidden = rect === null;
      if (!rect) return;
      const own = element.getBoundingClientRect();
      Object.assign(band.style, {
        left: `${rect.x - own.left}px`,
        top: `${rect.y - own.top}px`,
        width: `${rect.width}px`,
        height: `${rect.height}px`,
      });
    },
    refusal(text, at) {
      refusal.hidden = text === null;
      if (text === null) return;
      refusal.textContent = text;
      const own = element.getBoundingClientRect();
      Object.assign(refusal.style, { left: `${at.x - own.left + 12}px`, top: `${at.y - own.top + 12}px` });
    },
    where(sight, view) {
      const middle = { x: view.x + view.width / 2, y: view.y + view.height / 2 };
      const around = sight.frames.filter(
        ({ rect, depth }) =>
          depth > 0 &&
          rect.x < middle.x &&
          rect.x + rect.width > middle.x &&
          rect.y + HEADER < view.y &&
          rect.y + rect.height > middle.y,
      );
      const text = around.map(({ box }) => box.title).join(" › ");
      if (where.textContent !== text) where.textContent = text;
      where.hidden = text === "";
    },
  };
}
