import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Point } from "../diagram/diagram";
import type { MethodChoice } from "../editor/methods";
import { Icon } from "./icon";
import { usePlace } from "./placed";

export interface MethodMenuProps {
  readonly label: string;
  readonly at: Point | null;
  readonly methods: readonly MethodChoice[];
  readonly chosen: string;
  readonly onChoose: (method: string) => void;
  readonly onClose: () => void;
}

/** The list of methods, each with what it does or why it cannot take the model. Arrows or first letters, then Enter. */
export function MethodMenu({ label, at, methods, chosen, onChoose, onClose }: MethodMenuProps) {
  const veil = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(chosen);
  const now = methods.findIndex((one) => one.method === active);
  usePlace(list, veil, at);
  useLayoutEffect(() => {
    const root = list.current?.getRootNode();
    const before = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
    list.current?.focus();
    // Back to the button, as from any list that drops down.
    return () => before instanceof HTMLElement && before.isConnected && before.focus();
  }, []);
  useLayoutEffect(() => list.current?.children[now]?.scrollIntoView?.({ block: "nearest" }), [now]);

  const go = (index: number): void => {
    const next = methods[Math.max(0, Math.min(methods.length - 1, index))];
    if (next) setActive(next.method);
  };
  const choose = (one: MethodChoice | undefined): void => {
    if (one && possible(one)) onChoose(one.method);
  };
  const onKeys = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "ArrowDown") go(now + 1);
    else if (event.key === "ArrowUp") go(now - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(methods.length - 1);
    else if (event.key === "Enter" || event.key === " ") choose(methods[now]);
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) go(startingWith(methods, now, event.key));
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears keys that bubble up from the list inside
    <div
      class="why-veil"
      data-placed={at !== null}
      ref={veil}
      role="presentation"
      onPointerDown={(event) => event.target === veil.current && onClose()}
      onKeyDown={onKeys}
    >
      <div
        class="why-menu why-method-menu"
        role="listbox"
        aria-label={label}
        aria-activedescendant={`why-method-${now}`}
        tabIndex={0}
        ref={list}
      >
        {methods.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus and hears the keys
          <div
            key={one.method}
            id={`why-method-${index}`}
            class="why-method"
            role="option"
            tabIndex={-1}
            data-method={one.method}
            data-active={index === now}
            aria-selected={one.method === chosen}
            aria-disabled={!possible(one)}
            title={one.refusal ?? undefined}
            onPointerMove={() => setActive(one.method)}
            onClick={() => choose(one)}
          >
            {one.method === chosen ? <Icon name="check" size={14} /> : <span class="why-icon" />}
            <span class="why-method-label">
              {one.label} {one.method === one.label ? null : <code>{one.method}</code>}
            </span>
            <span class="why-method-doc">
              {one.refusal === null ? one.doc : (one.remedy ?? firstSentence(one.refusal))}
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}

function possible({ refusal, remedy }: MethodChoice): boolean {
  return refusal === null || remedy !== null;
}

/** The next method after this one whose label begins with a letter; this one if there is none. */
function startingWith(methods: readonly MethodChoice[], now: number, letter: string): number {
  const begins = (one: MethodChoice): boolean => one.label.toLowerCase().startsWith(letter.toLowerCase());
  const after = methods.findIndex((one, index) => index > now && begins(one));
  const found = after >= 0 ? after : methods.findIndex(begins);
  return found >= 0 ? found : now;
}

/** What is wrong, without what could be done about it: that is in the tooltip. */
function firstSentence(text: string): string {
  const end = text.search(/\.\s+[A-Z]/);
  return end < 0 ? text : text.slice(0, end + 1);
}
