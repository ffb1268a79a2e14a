import { useRef } from "preact/hooks";

/** A name or a formula being typed in place: Enter and leaving confirm, Escape gives up. */
interface Props {
  readonly label: string;
  readonly value: string;
  readonly done: (text: string) => void;
  readonly cancel: () => void;
}

export function TextInput({ label, value, done, cancel }: Props) {
  const over = useRef(false);
  /** Once: the box loses the focus when it is taken away, too. */
  const finish = (text: string | null): void => {
    if (over.current) return;
    over.current = true;
    if (text === null || text === value) cancel();
    else done(text);
  };
  return (
    <input
      aria-label={label}
      // Only to start with: the diagram is drawn again while someone types.
      defaultValue={value}
      ref={(element) => {
        if (element && element.ownerDocument.activeElement !== element && !element.dataset.ready) {
          element.dataset.ready = "yes";
          // The camera shows the card; the page shall not scroll for it.
          element.focus({ preventScroll: true });
          element.select();
        }
      }}
      onKeyDown={(event) => {
        // Text is no command of the diagram; chords such as Ctrl-S go on to the page.
        if (!(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
        if (event.key !== "Enter" && event.key !== "Escape") return;
        finish(event.key === "Enter" ? event.currentTarget.value : null);
        // Before the box goes: a page around would take the focus that is left over.
        event.currentTarget.closest<HTMLElement>(".why-diagram")?.focus({ preventScroll: true });
      }}
      onBlur={(event) => finish(event.currentTarget.value)}
    />
  );
}
