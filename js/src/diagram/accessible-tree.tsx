/** The model as a tree for screen readers and the keyboard; drives the same selection as the picture. */
import { render, type VNode } from "preact";
import type { Key } from "../protocol/types";
import type { DiagramEvents, DiagramInput } from "./diagram";
import { formulaOf } from "./nodes/card-state";
import type { Box, Scene } from "./scene-types";

export interface AccessibleTree {
  show(scene: Scene, input: DiagramInput): void;
  dispose(): void;
}

interface Item {
  readonly box: Box;
  readonly label: string;
  readonly selected: boolean;
  readonly inside: readonly VNode[];
  readonly node: VNode;
}

/** In larger pictures only what is selected tells its formula: typesetting thousands would hold up every edit. */
const TYPESET = 300;

export function createAccessibleTree(element: HTMLElement, events: DiagramEvents): AccessibleTree {
  let items = new Map<Key, Item>();

  /** The same object as before where nothing changed, which the renderer passes over. */
  function itemOf(key: Key, scene: Scene, input: DiagramInput, next: Map<Key, Item>): VNode | null {
    const box = scene.boxes.get(key);
    if (!box) return null;
    const inside = box.children.flatMap((child) => itemOf(child, scene, input, next) ?? []);
    const selected = input.selection.has(key);
    const label = labelOf(box, input, selected || scene.boxes.size <= TYPESET);
    const before = items.get(key);
    const same =
      before?.box === box &&
      before.label === label &&
      before.selected === selected &&
      before.inside.length === inside.length &&
      before.inside.every((node, i) => node === inside[i]);
    const item = same ? before : { box, label, selected, inside, node: treeItem(box, label, selected, inside, events) };
    next.set(key, item);
    return item.node;
  }

  return {
    show(scene, input) {
      const next = new Map<Key, Item>();
      const root = itemOf(scene.root, scene, input, next);
      items = next;
      render(
        <div class="why-tree" role="tree" aria-label="Model" aria-multiselectable="true">
          {root}
        </div>,
        element,
      );
    },
    dispose() {
      render(null, element);
    },
  };
}

function labelOf({ key, kind, record, title, shape }: Box, input: DiagramInput, typeset: boolean): string {
  const stated = record.distribution !== undefined || kind === "factor";
  const formula = typeset && stated ? formulaOf(input.document, input.catalog, key) : "";
  return [record.kind, title, shape, formula].filter(Boolean).join(" ");
}

function treeItem(box: Box, label: string, selected: boolean, inside: readonly VNode[], events: DiagramEvents): VNode {
  const group = box.kind === "frame";
  return (
    <div
      key={box.key}
      role="treeitem"
      tabIndex={-1}
      aria-selected={selected}
      aria-expanded={group ? true : box.contents > 0 ? false : undefined}
      aria-label={label}
      onFocus={(event) => {
        event.stopPropagation();
        if (box.parent !== null) events.select([box.key], "replace");
      }}
    >
      {group ? (
        // biome-ignore lint/a11y/useSemanticElements: a group of tree items is no fieldset
        <div role="group">{inside}</div>
      ) : null}
    </div>
  );
}
