import { batch, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { createDiagram } from "../diagram/create";
import type { Refused } from "../diagram/diagram";
import { isScope } from "../document/records";
import { ancestors } from "../document/selectors";
import { enterScope } from "../editor/actions/view";
import { diagramEvents } from "../editor/diagram-events";
import { type Editor, goTo, isEmpty } from "../editor/editor";
import { draftOf, LAW } from "../editor/fields";
import { fill } from "../editor/strings";
import { Icon } from "../panels/icon";
import { SearchBox } from "../panels/search";

/** After this many milliseconds and pictures a card that can be typed on has been drawn, on a slow machine too. */
const CARD_APPEARS = 50;
const PICTURES = 4;

/** The diagram with what floats over it: where one is, the search, and what to do with an empty model. */
export function Stage({ editor }: { editor: Editor }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current) return;
    const diagram = createDiagram(box.current, diagramEvents(editor));
    editor.diagram.current = diagram;
    return () => {
      editor.diagram.current = null;
      diagram.dispose();
    };
  }, [editor]);
  useSignalEffect(() => {
    const { host, state } = editor;
    const matches = editor.matches.value;
    const input = {
      document: host.document.value,
      catalog: host.catalog.value,
      root: editor.root.value,
      open: state.open.value,
      openTrees: state.openTrees.value,
      selection: state.selection.value,
      edge: state.edge.value?.id ?? null,
      matches: matches === null ? null : new Set(matches),
      targets: state.targets.value,
      renaming: state.renaming.value,
      editing: state.editing.value,
      refused: refusedText(editor),
      diagnostics: host.diagnostics.value,
      links: host.links.value,
      evidence: host.evidence.value,
      results: host.results.value,
      stale: host.status.value.stale,
      readonly: !editor.editable(),
    };
    editor.diagram.current?.update(input);
  });
  useSignalEffect(() => {
    const { renaming, editing } = editor.state;
    const field = renaming.value !== null ? "name" : editing.value && `parameter.${editing.value.parameter}`;
    if (!field) return;
    // Far away there is no card to type on: then the inspector's field takes the text.
    const started = performance.now();
    let pictures = 0;
    let next = requestAnimationFrame(function look() {
      if (box.current?.querySelector("input")) return;
      pictures++;
      if (pictures < PICTURES || performance.now() - started < CARD_APPEARS) next = requestAnimationFrame(look);
      else typeInInspector(editor, field, box.current?.closest(".why-frame") ?? null);
    });
    return () => cancelAnimationFrame(next);
  });
  return (
    <section class="why-center" aria-label={editor.strings.diagram}>
      <div class="why-diagram-host" ref={box} />
      <Breadcrumb editor={editor} />
      <Start editor={editor} />
      <Search editor={editor} />
    </section>
  );
}

/** What was typed on the card that is being edited, if it was refused. */
function refusedText(editor: Editor): Refused | null {
  const ref = editor.state.editing.value;
  const draft = ref && draftOf(editor, ref.key, LAW);
  if (draft?.error == null) return null;
  return { text: draft.text, error: draft.error, offers: (draft.offers ?? []).map((offer) => offer.label) };
}

function typeInInspector({ state, diagram }: Editor, field: string, frame: Element | null): void {
  const key = state.renaming.value ?? state.editing.value?.key;
  batch(() => {
    state.renaming.value = null;
    state.editing.value = null;
    if (key !== undefined) state.selection.value = new Set([key]);
    state.rightTab.value = "inspector";
    state.rightOpen.value = true;
  });
  requestAnimationFrame(() => {
    const input = frame?.querySelector(`.why-inspector input[name="${CSS.escape(field)}"]`);
    if (!(input instanceof HTMLInputElement)) return;
    input.focus();
    input.select();
    // As on a card, the keys go back to the diagram with the last word.
    input.addEventListener("keydown", function back({ key }) {
      if (key !== "Enter" && key !== "Escape") return;
      input.removeEventListener("keydown", back);
      setTimeout(() => input.getAttribute("aria-invalid") !== "true" && diagram.current?.focus());
    });
  });
}

function Breadcrumb({ editor }: { editor: Editor }) {
  const { host, strings } = editor;
  const root = editor.root.value;
  if (root === host.root.value) return null;
  const { records } = host.document.value;
  const around = ancestors(host.document.value, root).reverse();
  const above = around.slice(Math.max(0, around.indexOf(host.root.value)));
  return (
    <nav class="why-over why-breadcrumb" aria-label={strings.breadcrumb}>
      <ol>
        {above.map((key) => (
          <li key={key}>
            <button type="button" class="why-link" onClick={() => enterScope(editor, key)}>
              {records.get(key)?.name}
            </button>
            <Icon name="chevron-right" size={12} />
          </li>
        ))}
        <li>
          <b aria-current="page">{records.get(root)?.name}</b>
        </li>
      </ol>
    </nav>
  );
}

function Search({ editor }: { editor: Editor }) {
  const { state, strings } = editor;
  if (!state.searching.value) return null;
  const matches = editor.matches.value;
  const at = matches === null || state.selected.value === null ? -1 : matches.indexOf(state.selected.value);
  let count = "";
  if (matches?.length === 0) count = strings.searchNone;
  else if (matches && at < 0) count = String(matches.length);
  else if (matches) count = fill(strings.searchCount, { index: at + 1, count: matches.length });
  return (
    <SearchBox
      strings={strings}
      query={state.query.value}
      count={count}
      onQuery={(query) => {
        state.query.value = query;
        editor.diagram.current?.show(editor.matches.value ?? []);
      }}
      onStep={(step) => {
        if (!matches || matches.length === 0) return;
        const next = matches[(Math.max(at, step < 0 ? 0 : -1) + step + matches.length) % matches.length];
        if (next !== undefined) goTo(editor, next);
      }}
      onClose={() => {
        state.searching.value = false;
        editor.diagram.current?.focus();
      }}
    />
  );
}

/** What an empty scope says: three things to do. */
function Start({ editor }: { editor: Editor }) {
  const { host, strings } = editor;
  const document = host.document.value;
  const root = document.records.get(editor.root.value);
  if (!root || !isScope(root) || !isEmpty(editor) || !editor.editable()) return null;
  return (
    <div class="why-over why-start">
      <div>
        <h2>{fill(strings.emptyTitle, { kind: root.kind })}</h2>
        <ul>
          <li>
            <Icon name="palette" />
            <span>{strings.emptyDrag}</span>
          </li>
          <li>
            <Icon name="operator" />
            <span>{strings.emptyFormula}</span>
          </li>
          <li>
            <Icon name="data" />
            <span>{strings.emptyData}</span>
          </li>
        </ul>
      </div>
    </div>
  );
}
