/** The header of an open scope: close it, name, what it is. */
import type { DiagramEvents } from "../diagram";
import type { CardState } from "./card-state";
import { TextInput } from "./text-input";

interface Props {
  readonly state: CardState;
  readonly events: DiagramEvents;
}

export function FrameHeader({ state, events }: Props) {
  const { box, rect, diagnostic } = state;
  const { key, title } = box;
  if (!title) return null;
  return (
    <div
      class="why-header"
      data-key={key}
      data-header={key}
      style={{ left: `${rect.x}px`, top: `${rect.y}px`, maxWidth: `${rect.width}px` }}
    >
      {box.parent === null ? null : (
        <button
          type="button"
          class="why-toggle"
          tabIndex={-1}
          aria-label={`Close ${title}`}
          onClick={() => events.toggleOpen(key)}
        >
          ▼
        </button>
      )}
      {state.renaming ? (
        <TextInput label="Name" value={title} done={(text) => events.rename(key, text)} cancel={events.cancelEditing} />
      ) : (
        <b data-name={key}>{title}</b>
      )}
      <span class="why-header-kind">{box.record.kind}</span>
      {state.formula ? <span class="why-card-formula">{state.formula}</span> : null}
      {diagnostic?.key === key ? (
        <button
          type="button"
          class="why-badge"
          tabIndex={-1}
          data-severity={diagnostic.severity}
          title={diagnostic.message}
          aria-label={diagnostic.message}
          onClick={() => events.showDiagnostics(key)}
        >
          !
        </button>
      ) : null}
    </div>
  );
}
