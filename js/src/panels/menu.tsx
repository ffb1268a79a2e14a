import { Fragment } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Point } from "../diagram/diagram";
import type { IconName } from "../editor/icon-names";
import { Icon } from "./icon";
import { usePlace } from "./placed";

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName | null;
  readonly keys: string;
  readonly enabled: boolean;
  /** Items of one group stand together, a line between groups. */
  readonly group: string;
}

export interface MenuProps {
  readonly label: string;
  readonly at: Point;
  readonly items: readonly MenuItem[];
  readonly onAction: (id: string) => void;
  readonly onClose: () => void;
}

/** A menu at a place, for the pointer and for the keyboard. */
export function ContextMenu({ label, at, items, onAction, onClose }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const veil = useRef<HTMLDivElement>(null);
  usePlace(box, veil, at);
  useLayoutEffect(() => {
    box.current?.querySelector<HTMLButtonElement>("button[aria-disabled='false']")?.focus();
  }, []);

  const onKeys = (event: KeyboardEvent) => {
    event.stopPropagation();
    const buttons = [...(box.current?.querySelectorAll("button") ?? [])];
    const now = buttons.findIndex((button) => button.contains(event.target instanceof Node ? event.target : null));
    const step = { ArrowDown: 1, ArrowUp: -1, Tab: event.shiftKey ? -1 : 1 }[event.key];
    if (step) {
      event.preventDefault();
      buttons[(now + step + buttons.length) % buttons.length]?.focus();
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      buttons[event.key === "Home" ? 0 : buttons.length - 1]?.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      onClose();
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears keys that bubble up from the controls inside
    <div
      class="why-veil"
      data-placed="true"
      ref={veil}
      role="presentation"
      onPointerDown={(event) => event.target === veil.current && onClose()}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={onKeys}
    >
      <div class="why-menu" role="menu" aria-label={label} ref={box}>
        {items.map((item, index) => (
          <Fragment key={item.id}>
            {index > 0 && items[index - 1]?.group !== item.group && <hr />}
            <button
              type="button"
              role="menuitem"
              aria-disabled={!item.enabled}
              onClick={() => item.enabled && onAction(item.id)}
            >
              {item.icon ? <Icon name={item.icon} size={14} /> : <span class="why-icon" />}
              <span>{item.label}</span>
              <span class="why-menu-keys">{item.keys}</span>
            </button>
          </Fragment>
        ))}
      </div>
    </div>
  );
}
