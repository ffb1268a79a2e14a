import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Point } from "../diagram/diagram";
import { Icon } from "./icon";
import { usePlace } from "./placed";

export interface DialogProps {
  readonly title: string;
  readonly closeLabel: string;
  /** Client pixels where it belongs; in the middle without it. */
  readonly at?: Point | null;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}

const FOCUSABLE = "input, select, textarea, button:not([aria-disabled='true']), [tabindex='0']";

/** A small window over the diagram: Escape and a click beside it close it, Tab stays inside. */
export function DialogFrame({ title, closeLabel, at, wide, children, onClose }: DialogProps) {
  const box = useRef<HTMLDivElement>(null);
  const veil = useRef<HTMLDivElement>(null);
  // In the layout phase: the next key press already belongs to the dialog.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || element.contains(document.activeElement)) return;
    const first = element.querySelector<HTMLElement>(".why-dialog-body :is(input, select, textarea, button)");
    (first ?? element).focus();
  }, []);
  usePlace(box, veil, at ?? null);

  const onKeys = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      onClose();
    } else if (event.key === "Tab") {
      const stops = [...(box.current?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].filter(
        (one) => one.tabIndex >= 0,
      );
      const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
      if (event.target !== edge) return;
      event.preventDefault();
      (event.shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears keys that bubble up from the controls inside
    <div
      class="why-veil"
      data-placed={Boolean(at)}
      ref={veil}
      role="presentation"
      onPointerDown={(event) => event.target === veil.current && onClose()}
      onKeyDown={onKeys}
    >
      <div
        class={wide ? "why-dialog why-dialog-wide" : "why-dialog"}
        role="dialog"
        aria-modal="true"
        aria-label={title}
        tabIndex={-1}
        ref={box}
      >
        <div class="why-dialog-head">
          <h2>{title}</h2>
          <button type="button" class="why-tool" aria-label={closeLabel} title={closeLabel} onClick={onClose}>
            <Icon name="close" size={14} />
          </button>
        </div>
        <div class="why-dialog-body" tabIndex={wide ? 0 : undefined}>
          {children}
        </div>
      </div>
    </div>
  );
}
