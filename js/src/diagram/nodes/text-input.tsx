/** A name or a formula being typed in place: Enter and leaving confirm, Escape gives up. */
interface Props {
  readonly label: string;
  readonly value: string;
  readonly done: (text: string) => void;
  readonly cancel: () => void;
}

export function TextInput({ label, value, done, cancel }: Props) {
  return (
    <input
      aria-label={label}
      value={value}
      ref={(element) => {
        if (element && element.ownerDocument.activeElement !== element && !element.dataset.ready) {
          element.dataset.ready = "yes";
          element.focus();
          element.select();
        }
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") done(event.currentTarget.value);
        if (event.key === "Escape") cancel();
      }}
      onBlur={(event) => (event.currentTarget.value === value ? cancel() : done(event.currentTarget.value))}
    />
  );
}
