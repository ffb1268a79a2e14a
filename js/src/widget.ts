/** The notebook bundle: what the loader opens for each model. All views of a model share one host. */
import { embed } from "./embedding";
import { makeFrameHeadersDraggable } from "./hosts/frame-headers";
import { createWidgetHost } from "./hosts/widget-host";
import type { AnyModel, EarlyMessage, WidgetSession } from "./hosts/widget-model";
import { keepSnapshot } from "./snapshot";

export function open(model: AnyModel, early: readonly EarlyMessage[], signal: AbortSignal): WidgetSession {
  makeFrameHeadersDraggable(document);
  const host = createWidgetHost(model, early);
  signal.addEventListener("abort", () => host.dispose());
  return {
    render(element) {
      // A place of our own: the widget's layout, which arrives late, would take the height from `element` again.
      const place = element.ownerDocument.createElement("div");
      place.className = "why-output";
      place.style.height = `${Number(model.get("height")) || 640}px`;
      element.append(place);
      const stopKeeping = keepSnapshot(element, host);
      const unmount = embed(place, host);
      return () => {
        stopKeeping();
        unmount();
        place.remove();
      };
    },
  };
}
