import { useState } from "preact/hooks";
import type { OptionView } from "../editor/method-options";
import type { Strings } from "../editor/strings";
import { Field, Select } from "./field";

export interface OptionsFormProps {
  readonly strings: Strings;
  readonly options: readonly OptionView[];
  readonly canRun: boolean;
  readonly onDraft: (name: string, text: string | null) => void;
  readonly onCommit: (name: string, text: string) => void;
  readonly onReset: () => void;
  readonly onRun: () => void;
}

/** The options of a method, a field for each; what the one with the focus means stands below. */
export function OptionsForm(props: OptionsFormProps) {
  const { strings, options } = props;
  const [focused, setFocused] = useState<string | null>(null);
  const said = (options.find((one) => one.name === focused) ?? options[0])?.doc;
  return (
    <>
      <div class="why-method-options">
        {options.map((option) => (
          <div key={option.name} onFocusIn={() => setFocused(option.name)}>
            <OptionField {...props} option={option} />
          </div>
        ))}
      </div>
      {/* Every field has it as its description, so it is not read out twice. */}
      <p class="why-method-option-doc" aria-hidden="true">
        {said}
      </p>
      <div class="why-form-buttons">
        <button type="button" class="why-button" onClick={props.onReset}>
          {strings.optionsReset}
        </button>
        <button
          type="button"
          class="why-button why-button-main"
          aria-disabled={!props.canRun}
          onClick={() => props.canRun && props.onRun()}
        >
          {strings.run}
        </button>
      </div>
    </>
  );
}

function OptionField({ option, onDraft, onCommit }: OptionsFormProps & { readonly option: OptionView }) {
  const { name, label, doc, value, choices, draft, placeholder } = option;
  if (choices)
    return (
      <Select label={label} value={value} options={choices} hint={doc} onChange={(text) => onCommit(name, text)} />
    );
  return (
    <Field
      name={`option.${name}`}
      label={label}
      value={value}
      draft={draft}
      placeholder={placeholder}
      hint={doc}
      onDraft={(text) => onDraft(name, text)}
      onCommit={(text) => onCommit(name, text)}
    />
  );
}
