/** The whole model in a corner, and the part that is in view; a press moves there. */
import type { Rect } from "./diagram";
import type { Layout, Scene } from "./scene-types";
import type { Theme } from "./theme";

export interface Minimap {
  draw(scene: Scene, layout: Layout, view: Rect, theme: Theme): void;
  dispose(): void;
}

export function createMinimap(element: HTMLElement, go: (point: { x: number; y: number }) => void): Minimap {
  const canvas = element.ownerDocument.createElement("canvas");
  canvas.className = "why-minimap";
  canvas.setAttribute("aria-hidden", "true");
  canvas.style.pointerEvents = "auto";
  canvas.style.left = "auto";
  canvas.style.top = "auto";
  canvas.style.width = "140px";
  canvas.style.height = "90px";
  element.append(canvas);
  let map = { k: 1, x: 0, y: 0 };
  const press = (event: PointerEvent): void => {
    if (event.type === "pointermove" && event.buttons === 0) return;
    event.stopPropagation();
    const box = canvas.getBoundingClientRect();
    go({ x: (event.clientX - box.left - map.x) / map.k, y: (event.clientY - box.top - map.y) / map.k });
  };
  const stop = (event: Event): void => event.stopPropagation();
  canvas.addEventListener("pointerdown", press);
  canvas.addEventListener("pointermove", press);
  canvas.addEventListener("mousedown", stop);
  return {
    draw(scene, layout, view, theme) {
      const { bounds } = layout;
      const all =
        view.x <= bounds.x &&
        view.y <= bounds.y &&
        view.x + view.width >= bounds.x + bounds.width &&
        view.y + view.height >= bounds.y + bounds.height;
      canvas.hidden = all;
      canvas.style.display = all ? "none" : "block";
      const context = canvas.getContext("2d");
      if (all || !context) return;
      canvas.width = 280;
      canvas.height = 180;
      const k = Math.min(132 / bounds.width, 82 / bounds.height);
      map = { k, x: (140 - bounds.width * k) / 2, y: (90 - bounds.height * k) / 2 };
      context.setTransform(2 * k, 0, 0, 2 * k, 2 * map.x, 2 * map.y);
      context.lineWidth = 0.6 / k;
      for (const box of scene.boxes.values()) {
        const rect = layout.rects.get(box.key);
        if (!rect || rect.width * k < 1.5) continue;
        context.fillStyle = box.kind === "frame" ? (theme.frames[0] ?? theme.ground) : theme.fill;
        context.fillRect(rect.x, rect.y, rect.width, rect.height);
        if (box.kind === "frame") {
          context.strokeStyle = theme.hairline;
          context.strokeRect(rect.x, rect.y, rect.width, rect.height);
        }
      }
      context.strokeStyle = theme.brand;
      context.lineWidth = 1.2 / k;
      context.strokeRect(view.x, view.y, view.width, view.height);
    },
    dispose() {
      canvas.remove();
    },
  };
}
