import type { Draft } from "../editor/state";
import type { Strings } from "../editor/strings";
import { Field } from "./field";

export interface ValueFormProps {
  readonly strings: Strings;
  readonly hint: string;
  readonly value: string;
  readonly draft: Draft | undefined;
  readonly onDraft: (text: string | null) => void;
  readonly onCommit: (text: string) => void;
  readonly onClear: () => void;
}

/** A value for evidence or an intervention. */
export function ValueForm({ strings, hint, value, draft, onDraft, onCommit, onClear }: ValueFormProps) {
  return (
    <>
      <p>{hint}</p>
      <Field
        label={strings.value}
        value={value}
        draft={draft}
        placeholder={strings.notSet}
        onDraft={onDraft}
        onCommit={onCommit}
      />
      <div class="why-form-buttons">
        {value !== "" && (
          <button type="button" class="why-button" onClick={onClear}>
            {strings.clear}
          </button>
        )}
        <button type="button" class="why-button why-button-main" onClick={() => onCommit(draft?.text ?? value)}>
          {strings.ok}
        </button>
      </div>
    </>
  );
}
