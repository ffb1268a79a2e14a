import { breakable } from "../../breakable";
import type { DiagramEvents } from "../diagram";
import type { CardState } from "./card-state";
import { TextInput } from "./text-input";

interface Props {
  readonly state: CardState;
  readonly events: DiagramEvents;
}

/** The name of a node, or the box to type another one. */
export function Name({ state: { box, renaming }, events }: Props) {
  return renaming ? (
    <TextInput
      label="Name"
      value={box.title}
      done={(text) => events.rename(box.key, text)}
      cancel={events.cancelEditing}
    />
  ) : (
    <span class={box.kind === "frame" ? "why-header-name" : "why-card-name"} data-name={box.key} title={box.title}>
      {box.kind === "frame" ? box.title : breakable(box.title)}
    </span>
  );
}
