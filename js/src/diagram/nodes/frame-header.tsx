/** The header of an open scope: close it, name, what it is. */

import { stylesheet } from "../../styles";
import type { DiagramEvents } from "../diagram";
import { Badge } from "./badge";
import type { CardState } from "./card-state";
import css from "./frame-header.css";
import { Name } from "./name";
import { Toggle } from "./toggle";

stylesheet(css);

interface Props {
  readonly state: CardState;
  readonly events: DiagramEvents;
}

export function FrameHeader({ state, events }: Props) {
  const { box, rect, diagnostic } = state;
  if (!box.title) return null;
  return (
    <div
      class="why-header"
      data-key={box.key}
      data-header={box.key}
      style={{ left: `${rect.x}px`, top: `${rect.y}px`, maxWidth: `${rect.width}px` }}
    >
      {box.parent === null ? null : <Toggle box={box} open events={events} />}
      <Name state={state} events={events} />
      <span class="why-header-kind">{box.record.kind}</span>
      {state.formula ? <span class="why-card-formula">{state.formula}</span> : null}
      {diagnostic?.key === box.key ? <Badge diagnostic={diagnostic} events={events} /> : null}
    </div>
  );
}
