/** The canvas as a sheet under the window: while a pan lasts it is larger than the window and only moved, not drawn. */
import type { ZoomTransform } from "d3-zoom";
import type { Rect } from "./diagram";

export interface Sheet {
  readonly context: CanvasRenderingContext2D | null;
  /** Draws `content` through the transform, or moves what is drawn already; a sheet that is `near` is always drawn. */
  show(transform: ZoomTransform, content: readonly unknown[], near: boolean, draw: Draw): void;
}

/** Draws what lies in `area`, in scene units, with its corner at the corner of the canvas. */
export type Draw = (context: CanvasRenderingContext2D, area: Rect, ratio: number) => void;

interface Drawn {
  readonly transform: ZoomTransform;
  readonly content: readonly unknown[];
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  /** How far it reaches out of the window, in pixels. */
  readonly margin: number;
}

const MARGIN = 240;

export function createSheet(element: HTMLElement, canvas: HTMLCanvasElement): Sheet {
  const context = canvas.getContext("2d", { alpha: false });
  let drawn: Drawn | null = null;

  return {
    context,
    show(transform, content, near, draw) {
      const { clientWidth: width, clientHeight: height } = element;
      // Not every change of the ratio is announced, so it is read each time.
      const ratio = element.ownerDocument.defaultView?.devicePixelRatio ?? 1;
      if (!context || !width || !height) return;
      const [dx, dy] = [transform.x - (drawn?.transform.x ?? 0), transform.y - (drawn?.transform.y ?? 0)];
      const panned =
        !near &&
        drawn !== null &&
        (dx !== 0 || dy !== 0) &&
        drawn.transform.k === transform.k &&
        drawn.ratio === ratio &&
        drawn.width === width &&
        drawn.height === height &&
        drawn.content.every((part, i) => part === content[i]);
      if (panned && drawn && Math.abs(dx) <= drawn.margin && Math.abs(dy) <= drawn.margin) {
        canvas.style.transform = `translate(${whole(dx, ratio)}px, ${whole(dy, ratio)}px)`;
        return;
      }
      const margin = panned ? MARGIN : 0;
      drawn = { transform, content, width, height, ratio, margin };
      size(width + 2 * margin, height + 2 * margin, ratio);
      canvas.style.transform = "";
      canvas.style.left = canvas.style.top = `${-margin}px`;
      const { k } = transform;
      const area = {
        x: (-transform.x - margin) / k,
        y: (-transform.y - margin) / k,
        width: (width + 2 * margin) / k,
        height: (height + 2 * margin) / k,
      };
      context.setTransform(ratio * k, 0, 0, ratio * k, ratio * (transform.x + margin), ratio * (transform.y + margin));
      draw(context, area, ratio);
    },
  };

  function size(width: number, height: number, ratio: number): void {
    const [across, down] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (canvas.width !== across) canvas.width = across;
    if (canvas.height !== down) canvas.height = down;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
}

/** Moved by whole pixels of the screen a picture stays sharp. */
function whole(distance: number, ratio: number): number {
  return Math.round(distance * ratio) / ratio;
}
