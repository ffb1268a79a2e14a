/** The near nodes as HTML: at most a screenful, moved with the camera by one transform. */
import type { Key } from "../protocol/types";
import { meets } from "./canvas";
import type { DiagramEvents, DiagramInput, Point, Rect } from "./diagram";
import { Card } from "./nodes/card";
import { FrameHeader } from "./nodes/frame-header";
import type { Layout, Scene } from "./scene-types";

export const NEAR = 0.6;
const MOST = 200;

interface Props {
  readonly scene: Scene;
  readonly layout: Layout;
  readonly input: DiagramInput;
  readonly events: DiagramEvents;
  readonly view: Rect;
  readonly moved: ReadonlyMap<Key, Point>;
}

export function Overlay({ scene, layout, input, events, view, moved }: Props) {
  const shown = [...scene.boxes.values()].filter((box) => {
    const rect = layout.rects.get(box.key);
    return rect !== undefined && (meets(rect, view) || moved.has(box.key));
  });
  return (
    <>
      {shown.slice(0, MOST).map((box) => {
        const rect = layout.rects.get(box.key);
        if (!rect) return null;
        const shift = moved.get(box.key);
        const at = shift ? { ...rect, x: rect.x + shift.x, y: rect.y + shift.y } : rect;
        const props = { box, rect: at, input, events };
        return box.kind === "frame" ? <FrameHeader key={box.key} {...props} /> : <Card key={box.key} {...props} />;
      })}
    </>
  );
}
