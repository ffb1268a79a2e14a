import { useRef } from "preact/hooks";

/** A name or a formula being typed in place: Enter and leaving confirm, Escape gives up. */
interface Props {
  readonly label: string;
  readonly value: string;
  /** What the box begins with, if it is something else. */
  readonly text?: string;
  readonly invalid?: boolean;
  /** `leaving` if the box has lost the focus by it. */
  readonly done: (text: string, leaving: boolean) => void;
  readonly cancel: () => void;
}

export function TextInput({ label, value, text: begun = value, invalid, done, cancel }: Props) {
  const over = useRef(false);
  /** Once: the box loses the focus when it is taken away, too. */
  const finish = (text: string | null, leaving: boolean): void => {
    if (over.current) return;
    over.current = true;
    if (text === null || text === value) cancel();
    else done(text, leaving);
  };
  const measure = (element: HTMLInputElement): void =>
    element.style.setProperty("--why-typed", String(element.value.length));
  return (
    <input
      aria-label={label}
      // Only to start with: the diagram is drawn again while someone types.
      defaultValue={begun}
      aria-invalid={invalid || undefined}
      onInput={(event) => measure(event.currentTarget)}
      ref={(element) => {
        if (element && element.ownerDocument.activeElement !== element && !element.dataset.ready) {
          element.dataset.ready = "yes";
          measure(element);
          // The camera shows the card; the page shall not scroll for it.
          element.focus({ preventScroll: true });
          if (!invalid) element.select();
        }
      }}
      onKeyDown={(event) => {
        // Text is no command of the diagram; chords such as Ctrl-S go on to the page.
        if (!(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
        if (event.key !== "Enter" && event.key !== "Escape") return;
        // What was refused already is not judged again before it is changed.
        if (event.key === "Enter" && invalid && event.currentTarget.value === begun) return;
        finish(event.key === "Enter" ? event.currentTarget.value : null, false);
        // Before the box goes: a page around would take the focus that is left over.
        event.currentTarget.closest<HTMLElement>(".why-diagram")?.focus({ preventScroll: true });
      }}
      onBlur={(event) => finish(event.currentTarget.value, true)}
    />
  );
}
