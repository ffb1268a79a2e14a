import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { path } from "../document/selectors";
import { act } from "../editor/actions";
import { download } from "../editor/actions/share";
import { type Editor, goTo, select } from "../editor/editor";
import { commitField, draftOf, makeMissing, setDraft } from "../editor/fields";
import { inspect } from "../editor/inspection";
import { linkSource } from "../editor/linking";
import { operandTree } from "../editor/operand-nodes";
import { resultOf, resultRows } from "../editor/result-views";
import { fill } from "../editor/strings";
import { Code } from "../panels/code";
import { Diagnostics } from "../panels/diagnostics";
import { Inspector } from "../panels/inspector";
import { Results } from "../panels/results";
import type { Diagnostic } from "../protocol/types";
import { SidePanel } from "./tabs";

/** More problems than this are not listed at once. */
const LISTED = 200;

/** Inspector, posterior, problems and code. */
export function RightSide({ editor }: { editor: Editor }) {
  const { state, host, strings } = editor;
  const tab = state.rightTab.value;
  return (
    <SidePanel
      label={strings.detailPanel}
      closeLabel={strings.close}
      side="right"
      tabs={[
        { id: "inspector", label: strings.toggleInspector, icon: "inspector" },
        { id: "results", label: strings.showResults, icon: "chart" },
        { id: "diagnostics", label: strings.showDiagnostics, icon: "warning", count: host.diagnostics.value.length },
        { id: "code", label: strings.showCode, icon: "code" },
      ]}
      selected={tab}
      onSelect={(next) => {
        state.rightTab.value = next;
      }}
      onClose={() => {
        state.rightOpen.value = false;
      }}
    >
      {tab === "inspector" && <InspectorSide editor={editor} />}
      {tab === "results" && <ResultsSide editor={editor} />}
      {tab === "diagnostics" && <DiagnosticsSide editor={editor} />}
      {tab === "code" && <CodeSide editor={editor} />}
    </SidePanel>
  );
}

function applyFix(editor: Editor, diagnostic: Diagnostic): void {
  if (diagnostic.fix) void editor.edit(diagnostic.fix.commands, diagnostic.fix.label);
}

function InspectorSide({ editor }: { editor: Editor }) {
  const { host, state, strings } = editor;
  // With nothing selected the scope in view is the subject.
  const subject = useComputed(
    () => state.selected.value ?? (state.selection.value.size === 0 ? editor.root.value : ""),
  );
  const inspection = useComputed(() =>
    inspect(
      {
        document: host.document.value,
        catalog: host.catalog.value,
        diagnostics: host.diagnostics.value,
        links: host.links.value,
        evidence: host.evidence.value,
        alternatives: state.alternatives.value,
      },
      subject.value,
    ),
  );
  const key = subject.value;
  return (
    <Inspector
      strings={strings}
      catalog={host.catalog.value}
      inspection={inspection.value}
      count={state.selection.value.size}
      readonly={!editor.editable()}
      kernel={host.capabilities.value.kernel}
      draftOf={(field) => draftOf(editor, key, field)}
      treeOf={(parameter) => operandTree(host.document.value, host.catalog.value, key, parameter)}
      treeOpen={(parameter) => state.openTrees.value.has(`${key}.${parameter}`)}
      onDraft={(field, text) => setDraft(editor, key, field, text)}
      onCommit={(field, text) => void commitField(editor, key, field, text)}
      onOffer={(field, offer) => void makeMissing(editor, key, field, offer)}
      onAlternative={(id, shown) => {
        state.alternatives.value = new Map(state.alternatives.value).set(id, shown);
      }}
      onToggleTree={(parameter) => {
        const next = new Set(state.openTrees.value);
        if (!next.delete(`${key}.${parameter}`)) next.add(`${key}.${parameter}`);
        state.openTrees.value = next;
      }}
      onSelect={(one) => goTo(editor, one)}
      onUnlink={() => void linkSource(editor, key, null)}
      onFix={(diagnostic) => applyFix(editor, diagnostic)}
      onAction={(id) => act(editor, id)}
    />
  );
}

function ResultsSide({ editor }: { editor: Editor }) {
  const { host, state, strings } = editor;
  const results = host.results.value;
  const rows = useComputed(() => resultRows(host.document.value, host.results.value));
  const selected = state.selected.value;
  return (
    <Results
      strings={strings}
      selected={selected === null ? null : resultOf(host.document.value, results, selected)}
      all={rows.value}
      stale={host.status.value.stale}
      row={results?.row ?? null}
      rows={results?.n_rows ?? 0}
      question={results?.question ?? null}
      bound={results?.bound ?? []}
      onRow={(row) => host.showRow(row)}
      onSelect={(key) => goTo(editor, key)}
    />
  );
}

function DiagnosticsSide({ editor }: { editor: Editor }) {
  const { host, strings } = editor;
  const lines = useComputed(() =>
    host.diagnostics.value
      .slice(0, LISTED)
      .map((diagnostic) => ({ diagnostic, where: path(host.document.value, diagnostic.key) })),
  );
  return (
    <Diagnostics
      strings={strings}
      lines={lines.value}
      onGo={(key) => goTo(editor, key)}
      onFix={(diagnostic) => {
        select(editor, [diagnostic.key]);
        applyFix(editor, diagnostic);
      }}
    />
  );
}

function CodeSide({ editor }: { editor: Editor }) {
  const { host, strings } = editor;
  const text = useSignal<string | null>(null);
  const error = useSignal<string | null>(null);
  useSignalEffect(() => {
    const root = editor.root.value;
    // Written again whenever the model changes, a moment after the last change.
    void host.document.value;
    let current = true;
    const timer = setTimeout(
      async () => {
        try {
          const code = await host.code(root, "python");
          if (current) [text.value, error.value] = [code, null];
        } catch (reason) {
          if (current)
            error.value = fill(strings.codeFailed, {
              message: reason instanceof Error ? reason.message : String(reason),
            });
        }
      },
      text.peek() === null ? 0 : 250,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  });
  const name = host.document.value.records.get(editor.root.value)?.name ?? "model";
  return (
    <Code
      strings={strings}
      title={fill(strings.codeOf, { scope: name })}
      text={text.value}
      error={error.value}
      onCopy={(code) => void navigator.clipboard?.writeText(code).catch(() => undefined)}
      onDownload={(code) => download(code, `${name}.py`, "text/x-python")}
    />
  );
}
