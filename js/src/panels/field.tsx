import { useId } from "preact/hooks";
import type { Draft, Offer } from "../editor/state";

export interface FieldProps {
  readonly label: string;
  /** The field's id, so that an action can put the focus on it. */
  readonly name?: string;
  readonly value: string;
  readonly draft: Draft | undefined;
  readonly placeholder?: string;
  /** Read out after the label; whoever draws the field shows it where there is room. */
  readonly hint?: string;
  readonly lines?: number;
  /** `formula` is set in the italic serif of mathematics. */
  readonly look?: "plain" | "formula" | "title";
  readonly hideLabel?: boolean;
  readonly disabled?: boolean;
  readonly onDraft: (text: string | null) => void;
  readonly onCommit: (text: string) => void;
  /** Takes one of the ways out of an error. */
  readonly onOffer?: (offer: Offer) => void;
}

/** Longer texts get the whole width under their label. */
const LONG = 22;

/** A text field that keeps what was typed: Enter or leaving it commits, Escape takes it back, a refusal stands below. */
export function Field(props: FieldProps) {
  const id = useId();
  const { value, draft, onDraft, onCommit } = props;
  const error = draft?.error ?? null;
  const shared = {
    id,
    name: props.name,
    value: draft?.text ?? value,
    placeholder: props.placeholder,
    disabled: props.disabled,
    spellcheck: false,
    autocomplete: "off",
    "aria-invalid": error !== null,
    "aria-describedby": describedBy(id, props.hint, error),
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
    const held = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && (!props.lines || held)) {
      onCommit(event.currentTarget.value);
      // Ctrl-Enter goes on to the editor, which runs the model with what was just typed.
      if (held && !props.lines) return;
    } else if (event.key === "Escape" && draft) {
      onDraft(null);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  // A text that was refused stays as it is until it is changed.
  const onBlur = (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
    if (draft && draft.error === null) onCommit(event.currentTarget.value);
  };
  return (
    <div class={`why-field why-field-${props.look ?? "plain"}`} data-long={(draft?.text ?? value).length > LONG}>
      <label for={id} class={props.hideLabel ? "why-hidden" : undefined}>
        {props.label}
      </label>
      {props.lines ? (
        <textarea
          {...shared}
          rows={props.lines}
          onInput={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={onBlur}
        />
      ) : (
        <input
          {...shared}
          type="text"
          onInput={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={onBlur}
        />
      )}
      <Hint id={id} hint={props.hint} />
      {error !== null && (
        <p class="why-field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {props.onOffer && draft?.offers ? <Offers offers={draft.offers} onOffer={props.onOffer} /> : null}
    </div>
  );
}

function Offers({ offers, onOffer }: { offers: readonly Offer[]; onOffer: (offer: Offer) => void }) {
  return (
    <div class="why-field-offers">
      {offers.map((offer) => (
        <button
          key={offer.kind}
          type="button"
          class="why-button"
          onClick={(event) => {
            // The button goes; whoever pressed it by key goes on in the field.
            event.currentTarget.closest(".why-field")?.querySelector("input")?.focus();
            onOffer(offer);
          }}
        >
          {offer.label}
        </button>
      ))}
    </div>
  );
}

function Hint({ id, hint }: { readonly id: string; readonly hint: string | undefined }) {
  return hint ? (
    <span class="why-hidden" id={`${id}-hint`}>
      {hint}
    </span>
  ) : null;
}

function describedBy(id: string, hint: string | undefined, error: string | null): string | undefined {
  const parts = [error === null ? "" : `${id}-error`, hint ? `${id}-hint` : ""];
  return parts.filter(Boolean).join(" ") || undefined;
}

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  readonly group?: string;
}

export interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly SelectOption[];
  readonly hideLabel?: boolean;
  readonly disabled?: boolean;
  /** As that of a text field. */
  readonly hint?: string;
  readonly onChange: (value: string) => void;
}

/** A choice among few or grouped options. */
export function Select({ label, value, options, hideLabel, disabled, hint, onChange }: SelectProps) {
  const id = useId();
  const groups = [...new Set(options.map((option) => option.group ?? ""))];
  const list = (group: string) =>
    options
      .filter((option) => (option.group ?? "") === group)
      .map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ));
  return (
    <div class="why-field why-field-plain">
      <label for={id} class={hideLabel ? "why-hidden" : undefined}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={describedBy(id, hint, null)}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {groups.map((group) =>
          group ? (
            <optgroup key={group} label={group}>
              {list(group)}
            </optgroup>
          ) : (
            list(group)
          ),
        )}
      </select>
      <Hint id={id} hint={hint} />
    </div>
  );
}
