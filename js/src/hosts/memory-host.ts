/**
 * A host without a kernel: the model, its history and its edits in memory. For tests, static pages and the development
 * page, which set the signals that a kernel would publish, and may lend it functions that a kernel would have.
 */
import { type Signal, signal } from "@preact/signals";
import { run } from "../document/commands";
import { apply, fromData, type ModelDocument } from "../document/document";
import { EMPTY_HISTORY, type History, historyState, push, redo, undo } from "../document/history";
import { editLabel } from "../document/label";
import { isEmpty, type Patch } from "../document/patch";
import type {
  Catalog,
  Command,
  Diagnostic,
  DocumentData,
  Evidence,
  HistoryState,
  Key,
  LinkState,
  ProgressNotice,
  ResultsTrait,
  Source,
  StatusTrait,
} from "../protocol/types";
import type { Capabilities, EditResult, Host, Remedies } from "./host";

/** What a kernel would do; each is optional. */
export type KernelFunctions = Partial<
  Pick<Host, "solve" | "checkOptions" | "refreshMethods" | "stop" | "link" | "observe" | "setDo" | "showRow" | "code">
>;

export interface MemoryOptions {
  readonly data: DocumentData;
  readonly root: Key;
  readonly catalog: Catalog;
  readonly readonly?: boolean;
  readonly diagnostics?: readonly Diagnostic[];
  readonly links?: Readonly<Record<Key, LinkState>>;
  readonly evidence?: Readonly<Record<Key, Evidence>>;
  readonly sources?: readonly Source[];
  readonly results?: ResultsTrait | null;
  /** Lends the host a kernel: Run, links and generated code are offered. */
  readonly kernel?: KernelFunctions;
  /** Told of every change, with the edits' own words. */
  readonly onPatch?: (patch: Patch, label: string) => void;
}

/** A host whose signals can be set from outside. */
export interface MemoryHost extends Host {
  readonly diagnostics: Signal<readonly Diagnostic[]>;
  readonly links: Signal<Readonly<Record<Key, LinkState>>>;
  readonly evidence: Signal<Readonly<Record<Key, Evidence>>>;
  readonly sources: Signal<readonly Source[]>;
  readonly refusals: Signal<Readonly<Record<string, string>>>;
  readonly remedies: Signal<Remedies>;
  readonly results: Signal<ResultsTrait | null>;
  readonly status: Signal<StatusTrait>;
  readonly progress: Signal<ProgressNotice | null>;
  readonly capabilities: Signal<Capabilities>;
}

const NO_KERNEL: EditResult = {
  ok: false,
  code: "DataError",
  message: "Data are linked where Python runs, and no kernel is connected. Open the model in a notebook.",
};

export function createMemoryHost(options: MemoryOptions): MemoryHost {
  const readonly = options.readonly ?? false;
  const kernel = options.kernel ?? {};
  const document = signal<ModelDocument>(fromData(options.data));
  const history = signal<HistoryState>({ undo: null, redo: null });
  const evidence = signal(options.evidence ?? {});
  let past: History = EMPTY_HISTORY;

  function remember(next: History): void {
    past = next;
    history.value = historyState(past, options.root);
  }

  function edit(commands: readonly Command[], label?: string, step?: string): Promise<EditResult> {
    if (readonly) {
      return Promise.resolve({ ok: false, code: "DocumentError", message: "This model is open for reading only." });
    }
    const result = run(document.value, commands, options.catalog);
    if (!result.ok) return Promise.resolve(result);
    if (!isEmpty(result.patch)) {
      const words = label ?? editLabel(result.document, commands, result.patch);
      document.value = result.document;
      remember(push(past, result.patch, words, step ?? null));
      options.onPatch?.(result.patch, words);
    }
    return Promise.resolve({ ok: true });
  }

  function travel(direction: "undo" | "redo"): void {
    if (readonly || history.value[direction] === null) return;
    const step = direction === "undo" ? undo(past) : redo(past);
    if (!step) return;
    document.value = apply(document.value, step.patch);
    remember(step.history);
    options.onPatch?.(step.patch, direction);
  }

  function note(kind: Evidence["kind"], key: Key, value: unknown): void {
    const others = Object.entries(evidence.value).filter(([other]) => other !== key);
    evidence.value = Object.fromEntries(value === null ? others : [...others, [key, { kind, value }]]);
  }

  return {
    document,
    root: signal(options.root),
    catalog: signal(options.catalog),
    diagnostics: signal(options.diagnostics ?? []),
    history,
    links: signal(options.links ?? {}),
    evidence,
    sources: signal(options.sources ?? []),
    refusals: signal({}),
    remedies: signal({}),
    results: signal(options.results ?? null),
    status: signal<StatusTrait>({ state: "idle", message: "", stale: false, readonly }),
    progress: signal<ProgressNotice | null>(null),
    capabilities: signal({ kernel: options.kernel !== undefined, attachable: false, readonly }),
    edit,
    undo: () => travel("undo"),
    redo: () => travel("redo"),
    solve: (method, settings) => kernel.solve?.(method, settings),
    checkOptions: (method, chosen) => kernel.checkOptions?.(method, chosen) ?? Promise.resolve({ ok: true }),
    stop: () => kernel.stop?.(),
    link: (key, source) => kernel.link?.(key, source) ?? Promise.resolve(NO_KERNEL),
    observe: (key, value) => (kernel.observe ? kernel.observe(key, value) : note("observe", key, value)),
    setDo: (key, value) => (kernel.setDo ? kernel.setDo(key, value) : note("do", key, value)),
    showRow: (row) => kernel.showRow?.(row),
    refreshSources: () => {},
    refreshMethods: () => kernel.refreshMethods?.(),
    code: (key, language) =>
      kernel.code?.(key, language) ??
      Promise.reject(
        new Error("Code is generated by Python, and no kernel is connected. Open the model in a notebook."),
      ),
    attach: () => Promise.resolve(),
    dispose: () => {},
  };
}
