/** What stands below the square of a factor: its name, or a box to type its name or its formula. */
import { stylesheet } from "../../styles";
import type { DiagramEvents } from "../diagram";
import { Badge } from "./badge";
import type { CardState } from "./card-state";
import css from "./factor.css";
import { FormulaInput } from "./formula-input";
import { Name } from "./name";

stylesheet(css);

export function FactorCaption({ state, events }: { readonly state: CardState; readonly events: DiagramEvents }) {
  const { box, rect, diagnostic, editing } = state;
  const room = rect.width + 2 * box.overhang.side;
  return (
    <div class="why-factor-caption" style={editing || state.renaming ? {} : { maxWidth: `${room}px` }}>
      {editing ? (
        <FormulaInput parameter={editing} source={state.source} refused={state.refused} events={events} />
      ) : (
        <Name state={state} events={events} />
      )}
      {diagnostic && <Badge diagnostic={diagnostic} events={events} />}
    </div>
  );
}
