import { stylesheet } from "../../styles";
import type { DiagramEvents, ParameterRef, Refused } from "../diagram";
import css from "./formula-input.css";
import { TextInput } from "./text-input";

stylesheet(css);

interface Props {
  readonly parameter: ParameterRef;
  readonly source: string;
  readonly refused: Refused | null;
  readonly events: DiagramEvents;
}

/** The formula of a card, being typed in place; what was refused goes on with the reason below it. */
export function FormulaInput({ parameter, source, refused, events }: Props) {
  return (
    <div class="why-typing">
      <TextInput
        key={refused?.text}
        label={`Formula of ${parameter.parameter}`}
        value={source}
        text={refused?.text}
        invalid={refused !== null}
        done={(text, leaving) => events.setFormula(parameter, text, leaving)}
        cancel={events.cancelEditing}
      />
      {refused && (
        <div class="why-typing-refused" role="alert">
          <span>{refused.error}</span>
          {refused.offers.map((label, place) => (
            // Pressed before the box loses the focus, which would end the typing.
            <button
              key={label}
              type="button"
              class="why-button"
              onPointerDown={(event) => {
                event.preventDefault();
                event.stopPropagation();
                events.takeOffer(parameter, place);
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
