/**
 * The diagram as its users see it: data in, events out. It owns the canvas, the overlay, the camera and the layout
 * cache, and nothing else: selection, open scopes and every decision belong to the editor. `create.tsx` makes one.
 */
import type { ModelDocument } from "../document/document";
import type { Catalog, Diagnostic, Evidence, Key, LinkState, ResultsTrait } from "../protocol/types";

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Rect extends Point {
  readonly width: number;
  readonly height: number;
}

/** A parameter of a variable, for example `{ key: "…", parameter: "mean" }`. */
export interface ParameterRef {
  readonly key: Key;
  readonly parameter: string;
}

/** A text that was refused, why, and the labels of ways out. */
export interface Refused {
  readonly text: string;
  readonly error: string;
  readonly offers: readonly string[];
}

export interface DiagramInput {
  readonly document: ModelDocument;
  readonly catalog: Catalog;
  /** The scope or operator that fills the view (`show` or entering a scope). */
  readonly root: Key;
  /** Scopes whose contents are shown. */
  readonly open: ReadonlySet<Key>;
  /** Parameters whose operand tree is shown as nodes: `key + "." + parameter`. */
  readonly openTrees: ReadonlySet<string>;
  readonly selection: ReadonlySet<Key>;
  /** The selected edge, by its id. */
  readonly edge?: string | null;
  /** Boxes found by the search; the rest fades. `null` while nobody searches. */
  readonly matches: ReadonlySet<Key> | null;
  /** While a drag or a connection is under way: what may receive it. */
  readonly targets: ReadonlySet<Key> | null;
  /** The card whose name is being edited in place. */
  readonly renaming: Key | null;
  /** The parameter whose formula is being edited in place. */
  readonly editing: ParameterRef | null;
  /** What was typed there and refused. */
  readonly refused?: Refused | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly links: Readonly<Record<Key, LinkState>>;
  readonly evidence: Readonly<Record<Key, Evidence>>;
  readonly results: ResultsTrait | null;
  /** The results are those of an earlier model, and so they are dimmed. */
  readonly stale: boolean;
  readonly readonly: boolean;
}

/** What lies under a point. */
export type Hit =
  | { readonly kind: "node"; readonly key: Key }
  | { readonly kind: "header"; readonly key: Key }
  | { readonly kind: "scope"; readonly key: Key }
  | { readonly kind: "port"; readonly key: Key }
  | {
      readonly kind: "edge";
      readonly id: string;
      readonly source: Key;
      readonly target: Key;
      readonly parameter: string | null;
    }
  | { readonly kind: "background" };

export interface DiagramEvents {
  select(keys: readonly Key[], mode: "replace" | "toggle" | "add"): void;
  selectEdge(edge: Extract<Hit, { kind: "edge" }>): void;
  toggleOpen(key: Key): void;
  toggleTree(ref: ParameterRef): void;
  /** Double-click on a scope's frame or header: show it alone. */
  enter(key: Key): void;
  /** A finished drag of nodes inside their scope: positions in the coordinates of the scope. */
  move(positions: Readonly<Record<Key, Point>>): void;
  /** A finished drag that ended over another scope. */
  reparent(keys: readonly Key[], scope: Key, positions: Readonly<Record<Key, Point>>): void;
  /** May these be dropped there? The reason if not. Asked while dragging. */
  canReparent(keys: readonly Key[], scope: Key): string | null;
  /** A finished connection from a node's port; `target` is null over empty space. `at` is in client pixels. */
  connect(source: Key, target: Key | null, scope: Key, at: Point): void;
  /** An edge end dragged to another node. */
  retarget(edge: Extract<Hit, { kind: "edge" }>, end: "source" | "target", to: Key): void;
  quickAdd(scope: Key, at: Point): void;
  contextMenu(hit: Hit, at: Point): void;
  startRename(key: Key): void;
  rename(key: Key, name: string): void;
  startFormula(ref: ParameterRef): void;
  /** The text that was typed; `leaving` if the box has lost the focus by it. */
  setFormula(ref: ParameterRef, text: string, leaving: boolean): void;
  /** One of the ways out of what was refused on the card. */
  takeOffer(ref: ParameterRef, place: number): void;
  cancelEditing(): void;
  /** A click on a histogram or a value typed on a card. */
  observe(key: Key, value: number | null): void;
  hover(hit: Hit): void;
  /** A click on a badge. */
  showDiagnostics(key: Key): void;
  /** Something draggable from outside (palette entry, column header) hovers or drops. Return why not, or null if it fits. */
  dragOver(hit: Hit, transfer: DataTransfer, at: Point): string | null;
  drop(hit: Hit, scope: Key, transfer: DataTransfer, at: Point, inScope: Point): void;
}

export interface Diagram {
  update(input: DiagramInput): void;
  /** Lay everything out as if it had never been drawn: only what someone placed stays where it was. */
  arrange(): void;
  /** Show everything, or these. */
  fit(keys?: readonly Key[]): void;
  zoomBy(factor: number): void;
  panBy(dx: number, dy: number): void;
  /** Pan so that this node is comfortably visible, opening nothing. */
  reveal(key: Key): void;
  /** Pan as little as needed to see one of these: the first, if none is in view. */
  show(keys: readonly Key[]): void;
  /** Client rectangle of a box that is drawn now. */
  rectOf(key: Key): Rect | null;
  hitAt(client: Point): Hit;
  /** The innermost open scope at a client point and the point in its coordinates. */
  scopeAt(client: Point): { readonly scope: Key; readonly point: Point };
  /** The next node from here along an edge or in space, for the arrow keys. */
  neighbour(key: Key | null, direction: "up" | "down" | "left" | "right"): Key | null;
  /** Begin a connection by keyboard from this node; `connect` is reported when the user confirms a target. */
  focus(): void;
  hasFocus(): boolean;
  dispose(): void;
}
