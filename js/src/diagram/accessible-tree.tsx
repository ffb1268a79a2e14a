/** The model as a tree for screen readers and the keyboard; drives the same selection as the picture. */
import type { Key } from "../protocol/types";
import type { DiagramEvents, DiagramInput } from "./diagram";
import type { Scene } from "./scene-types";

interface Props {
  readonly scene: Scene;
  readonly input: DiagramInput;
  readonly events: DiagramEvents;
}

export function AccessibleTree({ scene, input, events }: Props) {
  const item = (key: Key) => {
    const box = scene.boxes.get(key);
    if (!box) return null;
    const group = box.kind === "frame";
    return (
      <div
        key={key}
        role="treeitem"
        tabIndex={-1}
        aria-selected={input.selection.has(key)}
        aria-expanded={group ? true : box.kind === "scope" ? false : undefined}
        aria-label={[box.record.kind, box.title, box.shape, box.formula].filter(Boolean).join(" ")}
        onFocus={(event) => {
          event.stopPropagation();
          if (box.parent !== null) events.select([key], "replace");
        }}
      >
        {group ? (
          // biome-ignore lint/a11y/useSemanticElements: a group of tree items is no fieldset
          <div role="group">{box.children.map(item)}</div>
        ) : null}
      </div>
    );
  };
  return (
    <div class="why-tree" role="tree" aria-label="Model" aria-multiselectable="true">
      {item(scene.root)}
    </div>
  );
}
