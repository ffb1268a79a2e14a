import type { Diagnostic } from "../../protocol/types";
import { stylesheet } from "../../styles";
import type { DiagramEvents } from "../diagram";
import css from "./badge.css";

stylesheet(css);

interface Props {
  readonly diagnostic: Diagnostic;
  readonly events: DiagramEvents;
}

/** The mark of a node that something is wrong with; a click lists what. */
export function Badge({ diagnostic, events }: Props) {
  return (
    <button
      type="button"
      class="why-badge"
      tabIndex={-1}
      data-severity={diagnostic.severity}
      title={diagnostic.message}
      aria-label={diagnostic.message}
      onClick={() => events.showDiagnostics(diagnostic.key)}
    >
      !
    </button>
  );
}
