/** The whole model in a corner, and the part that is in view; a press moves there. Hidden while everything is in view. */
import type { Point, Rect } from "./diagram";
import type { Layout, Scene } from "./scene-types";
import { frameFill, type Theme } from "./theme";

export interface Minimap {
  draw(scene: Scene, layout: Layout, view: Rect, theme: Theme): void;
  dispose(): void;
}

const WIDTH = 140;
const HEIGHT = 90;
const INSET = 4;
const SHARPNESS = 2;
const SMALLEST = 1;
/** A map of nodes is no picture of data. */
const FAINT = 0.65;

export function createMinimap(element: HTMLElement, go: (point: Point) => void): Minimap {
  const { ownerDocument } = element;
  const canvas = ownerDocument.createElement("canvas");
  canvas.className = "why-minimap";
  canvas.setAttribute("aria-hidden", "true");
  canvas.width = WIDTH * SHARPNESS;
  canvas.height = HEIGHT * SHARPNESS;
  canvas.hidden = true;
  element.append(canvas);
  // The model is drawn once for each layout; a frame only copies it and draws the view.
  const picture = ownerDocument.createElement("canvas");
  picture.width = canvas.width;
  picture.height = canvas.height;
  let pictured: { layout: Layout; theme: Theme } | null = null;
  let map = { k: 1, x: 0, y: 0 };

  const press = (event: PointerEvent): void => {
    if (event.type === "pointermove" && event.buttons === 0) return;
    event.stopPropagation();
    const box = canvas.getBoundingClientRect();
    go({ x: (event.clientX - box.left - map.x) / map.k, y: (event.clientY - box.top - map.y) / map.k });
  };
  canvas.addEventListener("pointerdown", press);
  canvas.addEventListener("pointermove", press);
  canvas.addEventListener("mousedown", (event) => event.stopPropagation());

  function place(context: CanvasRenderingContext2D): void {
    context.setTransform(SHARPNESS * map.k, 0, 0, SHARPNESS * map.k, SHARPNESS * map.x, SHARPNESS * map.y);
  }

  function drawModel(scene: Scene, layout: Layout, theme: Theme): void {
    const context = picture.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, picture.width, picture.height);
    place(context);
    context.lineWidth = 0.6 / map.k;
    context.strokeStyle = theme.hairline;
    const visit = (key: string, depth: number): void => {
      const box = scene.boxes.get(key);
      const rect = layout.rects.get(key);
      if (!box || !rect || rect.width * map.k < SMALLEST) return;
      context.fillStyle = box.kind === "frame" ? frameFill(theme, depth) : theme.fill;
      context.globalAlpha = box.kind === "frame" ? 1 : FAINT;
      context.fillRect(rect.x, rect.y, rect.width, rect.height);
      context.globalAlpha = 1;
      if (box.kind === "frame") context.strokeRect(rect.x, rect.y, rect.width, rect.height);
      for (const child of box.children) visit(child, depth + 1);
    };
    visit(scene.root, 0);
  }

  return {
    draw(scene, layout, view, theme) {
      const { bounds } = layout;
      canvas.hidden =
        view.x <= bounds.x &&
        view.y <= bounds.y &&
        view.x + view.width >= bounds.x + bounds.width &&
        view.y + view.height >= bounds.y + bounds.height;
      const context = canvas.getContext("2d");
      if (canvas.hidden || !context) return;
      if (pictured?.layout !== layout || pictured.theme !== theme) {
        pictured = { layout, theme };
        const k = Math.min((WIDTH - 2 * INSET) / bounds.width, (HEIGHT - 2 * INSET) / bounds.height);
        map = {
          k,
          x: (WIDTH - bounds.width * k) / 2 - bounds.x * k,
          y: (HEIGHT - bounds.height * k) / 2 - bounds.y * k,
        };
        drawModel(scene, layout, theme);
      }
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(picture, 0, 0);
      place(context);
      context.strokeStyle = theme.brand;
      context.lineWidth = 1.2 / map.k;
      context.strokeRect(view.x, view.y, view.width, view.height);
    },
    dispose() {
      canvas.remove();
    },
  };
}
