import type { Strings } from "../editor/strings";
import { Icon } from "./icon";

export interface KindChoiceProps {
  readonly strings: Strings;
  readonly dynamic: boolean;
  readonly onDynamic: (dynamic: boolean) => void;
}

/** What a distribution makes: a variable with a value for each row, or with one for all. */
export function KindChoice({ strings, dynamic: chosen, onDynamic }: KindChoiceProps) {
  return (
    <fieldset class="why-choice" aria-label={strings.kind}>
      {[true, false].map((dynamic) => (
        <button
          key={String(dynamic)}
          type="button"
          aria-pressed={chosen === dynamic}
          title={dynamic ? strings.perRow : strings.constantOverRows}
          onClick={(event) => {
            onDynamic(dynamic);
            // Whoever adds by name goes on typing.
            event.currentTarget.closest(".why-dialog")?.querySelector("input")?.focus();
          }}
        >
          <Icon name={dynamic ? "variable" : "static"} size={14} />
          {dynamic ? strings.variable : strings.staticVariable}
        </button>
      ))}
    </fieldset>
  );
}
