import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { IconName } from "../editor/icon-names";
import { matchRank } from "../editor/palette-entries";
import { Icon } from "./icon";

export interface Choice {
  readonly id: string;
  readonly label: string;
  /** Shown small at the right: a path, keys, a group. */
  readonly detail?: string;
  readonly icon?: IconName;
  readonly disabled?: boolean;
}

export interface ChooserProps {
  readonly choices: readonly Choice[];
  readonly placeholder: string;
  readonly empty: string;
  /** A last choice that the typed text itself makes possible, such as a new thing of that name. */
  readonly offer?: (query: string) => Choice | null;
  readonly onChoose: (id: string) => void;
}

/** A search field over a list: arrows move, Enter chooses. Shows at most 60 of any number of choices. */
export function Chooser({ choices, placeholder, empty, offer, onChoose }: ChooserProps) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const shown = useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const offered = offer?.(query.trim());
    const found = choices
      .map((choice) => ({ choice, rank: matchRank(`${choice.label} ${choice.detail ?? ""}`, words) }))
      .filter((one) => one.rank < Number.POSITIVE_INFINITY)
      .sort((a, b) => a.rank - b.rank)
      .slice(0, 60)
      .map((one) => one.choice);
    return offered ? [...found, offered] : found;
  }, [choices, query, offer]);
  useLayoutEffect(() => input.current?.focus(), []);
  useEffect(() => list.current?.children[at]?.scrollIntoView?.({ block: "nearest" }), [at]);

  const onKeys = (event: KeyboardEvent) => {
    const choice = shown[at];
    if (event.key === "ArrowDown") setAt(Math.min(shown.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter" && choice && !choice.disabled) onChoose(choice.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears keys that bubble up from the controls inside
    <div class="why-chooser" onKeyDown={onKeys}>
      <label class="why-search-field">
        <Icon name="search" size={14} />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="why-chooser-list"
          aria-activedescendant={shown[at] ? `why-choice-${at}` : undefined}
          aria-label={placeholder}
          placeholder={placeholder}
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
        />
      </label>
      <div class="why-choices" id="why-chooser-list" role="listbox" aria-label={placeholder} ref={list}>
        {shown.map((choice, index) => (
          <div
            key={choice.id}
            id={`why-choice-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            aria-disabled={choice.disabled}
            onPointerMove={() => setAt(index)}
            onClick={() => !choice.disabled && onChoose(choice.id)}
            onKeyDown={onKeys}
          >
            {choice.icon ? <Icon name={choice.icon} /> : <span class="why-icon" />}
            <span class="why-choice-label">{choice.label}</span>
            {choice.detail && <span class="why-choice-detail">{choice.detail}</span>}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p class="why-empty">{empty}</p>}
    </div>
  );
}
