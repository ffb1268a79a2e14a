import { useMemo, useRef, useState } from "preact/hooks";
import { PALETTE_TYPE } from "../editor/diagram-events";
import type { PaletteEntry, PaletteGroup } from "../editor/palette-entries";
import { searchEntries } from "../editor/palette-entries";
import { fill, type Strings } from "../editor/strings";
import { Icon } from "./icon";
import { KindChoice } from "./kind-choice";

export interface PaletteProps {
  readonly strings: Strings;
  readonly groups: readonly PaletteGroup[];
  /** Where Enter adds to. */
  readonly scopeName: string;
  readonly dynamic: boolean;
  /** Why an entry does not fit there; `null` if it does. */
  readonly refusal: (entry: PaletteEntry) => string | null;
  readonly onInsert: (entry: PaletteEntry) => void;
  readonly onDynamic: (dynamic: boolean) => void;
  readonly onDrag: (entry: PaletteEntry | null) => void;
}

/** Everything that can be added: searchable, by drag or by Enter. */
export function Palette(props: PaletteProps) {
  const { strings, groups, onInsert } = props;
  const [query, setQuery] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => searchEntries(groups, query), [groups, query]);

  const focusAt = (offset: number, from: EventTarget | null) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>("button.why-entry") ?? [])];
    const at = buttons.findIndex((button) => button.contains(from instanceof Node ? from : null));
    buttons[Math.max(0, Math.min(buttons.length - 1, at + offset))]?.focus();
  };
  const onKeys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") focusAt(1, event.target);
    else if (event.key === "ArrowUp") focusAt(-1, event.target);
    else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      const first = shown.flatMap((group) => group.entries).find((entry) => props.refusal(entry) === null);
      if (first) onInsert(first);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears keys that bubble up from the controls inside
    <div class="why-palette" onKeyDown={onKeys}>
      <div class="why-panel-head">
        <label class="why-search-field">
          <Icon name="search" size={14} />
          <input
            type="search"
            value={query}
            placeholder={strings.paletteSearch}
            aria-label={strings.paletteSearch}
            data-why-palette-search
            onFocus={(event) => event.currentTarget.select()}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </label>
        <KindChoice strings={strings} dynamic={props.dynamic} onDynamic={props.onDynamic} />
      </div>
      <div class="why-entries" ref={list}>
        {shown.map((group, section) => (
          <section key={group.id} aria-label={group.label}>
            <h3>{group.label}</h3>
            <ul>
              {group.entries.map((entry, index) => {
                const refusal = props.refusal(entry);
                return (
                  <li key={entry.id}>
                    <button
                      type="button"
                      class="why-entry"
                      draggable
                      // One stop for Tab; arrows go on from there.
                      tabIndex={section + index === 0 ? 0 : -1}
                      title={refusal ?? entry.doc}
                      aria-disabled={refusal !== null}
                      onClick={(event) => event.detail !== 1 && refusal === null && onInsert(entry)}
                      onKeyDown={(event) => {
                        if (event.key !== "Enter" || refusal !== null) return;
                        event.preventDefault();
                        onInsert(entry);
                      }}
                      onDragStart={(event) => {
                        event.dataTransfer?.setData(PALETTE_TYPE, JSON.stringify({ id: entry.id }));
                        event.dataTransfer?.setData("text/plain", entry.label);
                        if (event.dataTransfer) event.dataTransfer.effectAllowed = "copy";
                        props.onDrag(entry);
                      }}
                      onDragEnd={() => props.onDrag(null)}
                    >
                      {entry.sign ? <span class="why-sign">{entry.sign}</span> : <Icon name={entry.icon} />}
                      <span class="why-entry-label">{entry.label}</span>
                    </button>
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
        {shown.length === 0 && <p class="why-empty">{fill(strings.paletteNothing, { query })}</p>}
      </div>
      <p class="why-panel-foot">{fill(strings.paletteHint, { scope: props.scopeName })}</p>
    </div>
  );
}
