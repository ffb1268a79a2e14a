/** The camera: d3-zoom over the diagram's element. Plain wheel scrolls the page unless the diagram has the focus. */
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";
import type { Point, Rect } from "./diagram";

const MARGIN = 24;
const SMALLEST = 0.004;
const LARGEST = 3;

export interface Camera {
  readonly transform: ZoomTransform;
  /** Show all of it, but no smaller than `least`: then from the top. */
  fit(bounds: Rect, least?: number): void;
  zoomBy(factor: number): void;
  panBy(dx: number, dy: number): void;
  /** Put this into the middle, no smaller than `least`; where all lies within `bounds`, not with emptiness in view. */
  centre(point: Point, least?: number, bounds?: Rect): void;
  /** Pan as little as needed to have all of it in view, if there is room for it. */
  gather(bounds: Rect): void;
  /** Pan as little as needed to have all of it in view with some air around. */
  show(rect: Rect): void;
  toScene(client: Point): Point;
  dispose(): void;
}

/** `mayPan` says whether a press at this event starts a pan. */
export function createCamera(
  element: HTMLElement,
  moved: (byUser: boolean) => void,
  mayPan: (event: MouseEvent) => boolean,
): Camera {
  let transform = zoomIdentity;
  const behaviour = zoom<HTMLElement, unknown>()
    .scaleExtent([SMALLEST, LARGEST])
    // A pinch arrives as a wheel with Ctrl and small steps; a real wheel with Ctrl in steps of about 100.
    .wheelDelta((event) => -Math.max(-50, Math.min(50, event.deltaY)) * (event.deltaMode === 1 ? 0.05 : 0.004))
    .filter((event: Event) => {
      if (event instanceof WheelEvent)
        return event.ctrlKey || event.metaKey || element.contains(element.ownerDocument.activeElement);
      if (event.type === "dblclick") return false;
      return event instanceof MouseEvent ? event.button <= 1 && mayPan(event) : true;
    })
    .on("zoom", (event: D3ZoomEvent<HTMLElement, unknown>) => {
      transform = event.transform;
      moved(Boolean(event.sourceEvent));
    });
  const target = select(element).call(behaviour);
  const set = (next: ZoomTransform): void => {
    target.call(behaviour.transform, next);
  };
  return {
    get transform() {
      return transform;
    },
    fit(bounds, least = SMALLEST) {
      const { clientWidth: width, clientHeight: height } = element;
      if (!width || !height || !bounds.width) return;
      const k = Math.min(1, (width - 2 * MARGIN) / bounds.width, (height - 2 * MARGIN) / bounds.height);
      const scale = Math.max(least, k);
      const tall = scale * bounds.height > height - 2 * MARGIN;
      set(
        zoomIdentity
          .translate(
            width / 2 - scale * (bounds.x + bounds.width / 2),
            tall ? MARGIN - scale * bounds.y : height / 2 - scale * (bounds.y + bounds.height / 2),
          )
          .scale(scale),
      );
    },
    zoomBy: (factor) => target.call(behaviour.scaleBy, factor),
    panBy: (dx, dy) => set(zoomIdentity.translate(transform.x + dx, transform.y + dy).scale(transform.k)),
    centre(point, least = 0, bounds) {
      const { clientWidth: width, clientHeight: height } = element;
      const k = Math.max(least, transform.k);
      let [x, y] = [width / 2 - k * point.x, height / 2 - k * point.y];
      if (bounds) {
        x = filled(x, k * bounds.x, k * bounds.width, width);
        y = filled(y, k * bounds.y, k * bounds.height, height);
      }
      set(zoomIdentity.translate(x, y).scale(k));
    },
    gather(bounds) {
      const { clientWidth: width, clientHeight: height } = element;
      const room = (size: number, all: number): boolean => size * transform.k <= all - 2 * MARGIN;
      if (room(bounds.width, width) && room(bounds.height, height)) this.show(bounds);
    },
    show(rect) {
      const { clientWidth: width, clientHeight: height } = element;
      const { k, x, y } = transform;
      const dx = towards(x + rect.x * k, rect.width * k, width);
      const dy = towards(y + rect.y * k, rect.height * k, height);
      if (dx !== 0 || dy !== 0) set(zoomIdentity.translate(x + dx, y + dy).scale(k));
    },
    toScene(client) {
      const box = element.getBoundingClientRect();
      const [x, y] = transform.invert([client.x - box.left, client.y - box.top]);
      return { x, y };
    },
    dispose() {
      target.on(".zoom", null);
    },
  };
}

/** How far something from `at` over `size` has to go to lie inside of `room`; what is larger shows its beginning. */
function towards(at: number, size: number, room: number): number {
  const most = room - MARGIN - size;
  return at < MARGIN || most < MARGIN ? MARGIN - at : at > most ? most - at : 0;
}

/** The shift nearest to the wished one at which what begins at `at` fills the room, or stands in its middle. */
function filled(wish: number, at: number, size: number, room: number): number {
  if (size <= room - 2 * MARGIN) return (room - size) / 2 - at;
  return Math.max(room - MARGIN - at - size, Math.min(MARGIN - at, wish));
}
