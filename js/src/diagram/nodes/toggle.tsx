import { stylesheet } from "../../styles";
import type { DiagramEvents } from "../diagram";
import type { Box } from "../scene-types";
import css from "./toggle.css";

stylesheet(css);

interface Props {
  readonly box: Box;
  readonly open: boolean;
  readonly events: DiagramEvents;
}

/** Opens or closes a scope. */
export function Toggle({ box, open, events }: Props) {
  return (
    <button
      type="button"
      class="why-toggle"
      tabIndex={-1}
      aria-label={`${open ? "Close" : "Open"} ${box.title}`}
      onClick={() => events.toggleOpen(box.key)}
    >
      {open ? "▼" : "▶"}
    </button>
  );
}
