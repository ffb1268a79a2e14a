import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import type { IconName } from "../editor/icon-names";
import { Icon } from "../panels/icon";

export interface Tab<T extends string> {
  readonly id: T;
  readonly label: string;
  readonly icon: IconName;
  readonly count?: number;
}

export interface TabsProps<T extends string> {
  readonly label: string;
  readonly closeLabel: string;
  readonly side: "left" | "right";
  readonly tabs: readonly Tab<T>[];
  readonly selected: T;
  /** Take the focus now, and say so. */
  readonly called?: boolean;
  readonly onFocus?: () => void;
  readonly onSelect: (tab: T) => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A side of the editor: tabs on top, one panel below. */
export function SidePanel<T extends string>(props: TabsProps<T>) {
  const id = useId();
  const { tabs, selected, onSelect, called, onFocus } = props;
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!called) return;
    panel.current?.querySelector<HTMLElement>("input, button")?.focus();
    onFocus?.();
  }, [called, onFocus]);
  const onKeys = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = tabs.findIndex((tab) => tab.id === selected);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next) {
      onSelect(next.id);
      document.getElementById(`${id}-${next.id}`)?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <aside class={`why-side why-side-${props.side}`} aria-label={props.label}>
      <h2 class="why-hidden">{props.label}</h2>
      <div class="why-tabs">
        <div role="tablist" aria-label={props.label} onKeyDown={onKeys}>
          {tabs.map((tab) => (
            <button
              key={tab.id}
              id={`${id}-${tab.id}`}
              type="button"
              role="tab"
              aria-selected={tab.id === selected}
              aria-controls={`${id}-panel`}
              tabIndex={tab.id === selected ? 0 : -1}
              title={tab.label}
              onClick={() => onSelect(tab.id)}
            >
              {tabs.length > 3 && tab.id !== selected ? <Icon name={tab.icon} size={15} /> : tab.label}
              {tabs.length > 3 && tab.id !== selected && <span class="why-hidden">{tab.label}</span>}
              {Boolean(tab.count) && <span class="why-count">{tab.count}</span>}
            </button>
          ))}
        </div>
        <button
          type="button"
          class="why-tool"
          aria-label={`${props.closeLabel}: ${props.label}`}
          title={props.closeLabel}
          onClick={props.onClose}
        >
          <Icon name="close" size={13} />
        </button>
      </div>
      <div class="why-tab-panel" ref={panel} id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${selected}`}>
        {props.children}
      </div>
    </aside>
  );
}
