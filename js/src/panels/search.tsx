import { useLayoutEffect, useRef } from "preact/hooks";
import type { Strings } from "../editor/strings";
import { Icon } from "./icon";

export interface SearchProps {
  readonly strings: Strings;
  readonly query: string;
  /** "3 of 12", or that there is none. */
  readonly count: string;
  readonly onQuery: (query: string) => void;
  readonly onStep: (step: 1 | -1) => void;
  readonly onClose: () => void;
}

/** The search box over the diagram: what does not match fades, Enter goes from match to match. */
export function SearchBox({ strings, query, count, onQuery, onStep, onClose }: SearchProps) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const onKeys = (event: KeyboardEvent) => {
    if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search class="why-search" onKeyDown={onKeys}>
      <label class="why-search-field">
        <Icon name="search" size={14} />
        <input
          ref={input}
          type="text"
          value={query}
          placeholder={strings.searchHint}
          aria-label={strings.search}
          onInput={(event) => onQuery(event.currentTarget.value)}
        />
        <span class="why-search-count" aria-live="polite">
          {count}
        </span>
      </label>
      <button type="button" class="why-tool" aria-label={strings.close} title={strings.close} onClick={onClose}>
        <Icon name="close" size={14} />
      </button>
    </search>
  );
}
