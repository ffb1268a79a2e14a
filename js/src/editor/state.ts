/**
 * What the editor remembers about looking and pointing: nothing here is part of the model, is saved, or is undone.
 * The editor folder holds this state and every user action; panels and mount may import it.
 */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Hit, ParameterRef, Point } from "../diagram/diagram";
import type { Key, SourceReference } from "../protocol/types";

export type LeftTab = "palette" | "data";
export type RightTab = "inspector" | "results" | "diagnostics" | "code";

/** A question the user is being asked, drawn over the diagram. */
export type Dialog =
  /** A connection needs a parameter, and a decision if that parameter is taken. */
  | { readonly kind: "connect"; readonly source: Key; readonly target: Key; readonly at: Point | null }
  /** Choose what `source` shall feed, without a mouse. */
  | { readonly kind: "choose-target"; readonly source: Key }
  /** A new node at a place; `from` is the node whose edge was dropped on empty space. */
  | {
      readonly kind: "add";
      readonly scope: Key;
      readonly at: Point | null;
      readonly place: Point | null;
      readonly from: Key | null;
    }
  | { readonly kind: "choose-scope"; readonly keys: readonly Key[] }
  | { readonly kind: "set-value"; readonly key: Key; readonly mode: "observe" | "do" }
  /** Which method shall run. */
  | { readonly kind: "methods"; readonly at: Point | null }
  /** How the chosen method shall run. */
  | { readonly kind: "options"; readonly at: Point | null }
  | { readonly kind: "commands" }
  | { readonly kind: "help" };

export interface Menu {
  readonly at: Point;
  readonly actions: readonly string[];
  readonly label: string;
}

/** An edge of the diagram, as the pointer met it. */
export type EdgeHit = Extract<Hit, { kind: "edge" }>;

/** A sentence that stays until the user has read it. */
export interface Notice {
  readonly tone: "info" | "error";
  readonly text: string;
}

/** What is being dragged in from a panel: a browser hides a drag's data until it is dropped. */
export type Dragging =
  | { readonly kind: "palette"; readonly id: string }
  | { readonly kind: "source"; readonly source: SourceReference };

/** A text that was typed and is not in the model: still being typed, or refused for a reason. */
export interface Draft {
  readonly text: string;
  readonly error: string | null;
  /** Ways out of the error, if there are any. */
  readonly offers?: readonly Offer[];
}

/** A variable that could be made for a name which nothing has yet. */
export interface Offer {
  readonly label: string;
  readonly name: string;
  readonly kind: string;
  readonly scope: Key;
}

/** What was copied here. `written` says that the system's clipboard has it too, so that it knows better what is newest. */
export interface Copied {
  readonly json: string;
  readonly written: boolean;
}

export interface EditorState {
  /** The scope that was entered; `null` shows the host's own root. */
  readonly entered: Signal<Key | null>;
  readonly open: Signal<ReadonlySet<Key>>;
  readonly openTrees: Signal<ReadonlySet<string>>;
  readonly selection: Signal<ReadonlySet<Key>>;
  /** The one selected key, or `null` when none or several are. */
  readonly selected: ReadonlySignal<Key | null>;
  /** The selected edge: never one together with nodes. */
  readonly edge: Signal<EdgeHit | null>;
  readonly query: Signal<string>;
  readonly searching: Signal<boolean>;
  readonly targets: Signal<ReadonlySet<Key> | null>;
  readonly renaming: Signal<Key | null>;
  readonly editing: Signal<ParameterRef | null>;
  readonly dialog: Signal<Dialog | null>;
  readonly menu: Signal<Menu | null>;
  readonly notice: Signal<Notice | null>;
  /** What a screen reader is told next. */
  readonly announcement: Signal<string>;
  readonly leftOpen: Signal<boolean>;
  readonly rightOpen: Signal<boolean>;
  readonly leftTab: Signal<LeftTab>;
  /** The left panel that was just called for: it takes the focus when it is drawn. */
  readonly called: Signal<LeftTab | null>;
  readonly rightTab: Signal<RightTab>;
  /** Palette entries by id, the latest first. */
  readonly recent: Signal<readonly string[]>;
  /** Texts being typed that are not (yet) valid, by field: nothing that was typed is lost. */
  readonly drafts: Signal<ReadonlyMap<string, Draft>>;
  /** The exclusive alternative that is shown though another is set: `key.choice` to the index of the set. */
  readonly alternatives: Signal<ReadonlyMap<string, number>>;
  /** The last copied model, for pages that may not read the system clipboard. */
  readonly clipboard: Signal<Copied | null>;
  readonly dragging: Signal<Dragging | null>;
  /** Do distributions of the palette make a Variable (one value per row) or a StaticVariable? */
  readonly dynamic: Signal<boolean>;
  readonly method: Signal<string>;
  /** What was chosen of the options of each method, by its name; those with their defaults are absent. */
  readonly options: Signal<ReadonlyMap<string, Readonly<Record<string, unknown>>>>;
}

export function createState(): EditorState {
  const selection = signal<ReadonlySet<Key>>(new Set());
  return {
    entered: signal(null),
    open: signal(new Set()),
    openTrees: signal(new Set()),
    selection,
    selected: computed(() => {
      const [first, second] = selection.value;
      return first !== undefined && second === undefined ? first : null;
    }),
    edge: signal(null),
    query: signal(""),
    searching: signal(false),
    targets: signal(null),
    renaming: signal(null),
    editing: signal(null),
    dialog: signal(null),
    menu: signal(null),
    notice: signal(null),
    announcement: signal(""),
    leftOpen: signal(true),
    rightOpen: signal(true),
    leftTab: signal("palette"),
    called: signal(null),
    rightTab: signal("inspector"),
    recent: signal([]),
    drafts: signal(new Map()),
    alternatives: signal(new Map()),
    clipboard: signal(null),
    dragging: signal(null),
    dynamic: signal(true),
    method: signal(""),
    options: signal(new Map()),
  };
}
