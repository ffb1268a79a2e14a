import { useComputed } from "@preact/signals";
import { isVariable } from "../document/records";
import type { Editor } from "../editor/editor";
import { runMethod } from "../editor/methods";
import { fill } from "../editor/strings";
import { withMinusSigns } from "../number-text";
import { StatusLine } from "../panels/status";

/** Seconds as people say them. */
function duration(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}

/** Which row the pictures on the cards are of; empty while they pool all. */
function shownRow({ host, strings }: Editor): string {
  const results = host.results.value;
  if (!results || results.row === null) return "";
  return results.row === results.question
    ? strings.shownQuestion
    : fill(strings.shownRow, { row: results.row + 1, rows: results.n_rows });
}

export function StatusBar({ editor }: { editor: Editor }) {
  const { host, state, strings } = editor;
  const variables = useComputed(() => {
    let count = 0;
    for (const record of host.document.value.records.values()) if (isVariable(record)) count++;
    return count;
  });
  const status = host.status.value;
  const progress = host.progress.value;
  const running = status.state === "running" || status.state === "stopping";
  const { kernel, attachable } = host.capabilities.value;
  let text = status.message;
  if (status.state === "stopping") text = strings.stopping;
  else if (running) text = progress?.phase || status.message || fill(strings.running, { method: runMethod(editor) });
  else if (!editor.editable()) text = text || strings.readonly;
  else if (!kernel && !attachable) text = text || strings.noKernel;
  else if (status.stale && status.state === "idle" && host.results.value) text = strings.stale;
  const detail =
    running && progress
      ? [
          progress.total ? `${progress.step} / ${progress.total}` : "",
          progress.eta ? fill(strings.left, { time: duration(progress.eta) }) : "",
        ]
          .filter(Boolean)
          .join(" · ")
      : shownRow(editor);
  const selected = state.selection.value.size;
  const problems = host.diagnostics.value.filter((one) => one.severity !== "info").length;
  const counts = [
    variables.value === 1 ? strings.oneVariable : fill(strings.variables, { count: variables.value }),
    selected > 1 ? fill(strings.selectedCount, { count: selected }) : "",
  ];
  return (
    <StatusLine
      label={strings.status}
      text={withMinusSigns(text)}
      failed={status.state === "failed"}
      progress={running ? (progress?.total ? Math.min(1, progress.step / progress.total) : null) : undefined}
      detail={detail}
      counts={counts.filter(Boolean).join(" · ")}
      problems={problems}
      problemsLabel={problems === 1 ? strings.oneProblem : fill(strings.problems, { count: problems })}
      notice={state.notice.value}
      closeLabel={strings.close}
      onProblems={() => {
        state.rightTab.value = "diagnostics";
        state.rightOpen.value = true;
      }}
      onCloseNotice={() => {
        state.notice.value = null;
      }}
    />
  );
}
