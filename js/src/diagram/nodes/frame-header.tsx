/** The header of an open scope: close it, name, what it is. */
import type { DiagramEvents, DiagramInput, Rect } from "../diagram";
import type { Box } from "../scene-types";
import { TextInput } from "./card";

interface Props {
  readonly box: Box;
  readonly rect: Rect;
  readonly input: DiagramInput;
  readonly events: DiagramEvents;
}

export function FrameHeader({ box, rect, input, events }: Props) {
  const { key } = box;
  if (!box.title) return null;
  const root = box.parent === null;
  return (
    <div
      class="why-header"
      data-key={key}
      data-header={key}
      style={{ left: `${rect.x}px`, top: `${rect.y + 2}px`, maxWidth: `${rect.width}px` }}
    >
      {root ? null : (
        <button
          type="button"
          class="why-toggle"
          tabIndex={-1}
          aria-label={`Close ${box.title}`}
          onClick={() => events.toggleOpen(key)}
        >
          ▼
        </button>
      )}
      {input.renaming === key ? (
        <TextInput
          label="Name"
          value={box.title}
          done={(text) => events.rename(key, text)}
          cancel={events.cancelEditing}
        />
      ) : (
        <b data-name={key}>{box.title}</b>
      )}
      <span>{box.record.kind}</span>
    </div>
  );
}
