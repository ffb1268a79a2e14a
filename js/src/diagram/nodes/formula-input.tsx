import type { DiagramEvents, ParameterRef } from "../diagram";
import { TextInput } from "./text-input";

interface Props {
  readonly parameter: ParameterRef;
  readonly source: string;
  readonly events: DiagramEvents;
}

/** The formula of a parameter, being typed in place. */
export function FormulaInput({ parameter, source, events }: Props) {
  return (
    <TextInput
      label={`Formula of ${parameter.parameter}`}
      value={source}
      done={(text) => events.setFormula(parameter, text)}
      cancel={events.cancelEditing}
    />
  );
}
