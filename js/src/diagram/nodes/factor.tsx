/** What stands beside the square of a factor: its name, or a box to type its name or its formula. */
import { stylesheet } from "../../styles";
import type { DiagramEvents } from "../diagram";
import type { CardState } from "./card-state";
import css from "./factor.css";
import { TextInput } from "./text-input";

stylesheet(css);

export function FactorCaption({ state, events }: { readonly state: CardState; readonly events: DiagramEvents }) {
  const { box, diagnostic, editing } = state;
  return (
    <div class="why-factor-caption">
      {editing ? (
        <TextInput
          label={`Formula of ${editing.parameter}`}
          value={state.source}
          done={(text) => events.setFormula(editing, text)}
          cancel={events.cancelEditing}
        />
      ) : state.renaming ? (
        <TextInput
          label="Name"
          value={box.title}
          done={(text) => events.rename(box.key, text)}
          cancel={events.cancelEditing}
        />
      ) : (
        <span class="why-card-name" data-name={box.key}>
          {box.title}
        </span>
      )}
      {diagnostic && (
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
      )}
    </div>
  );
}
