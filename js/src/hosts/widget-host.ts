/** The host of a notebook widget: traits become signals, intents become custom messages, `sync` keeps the document. */
import { computed, type Signal, signal } from "@preact/signals";
import { freshKey } from "../document/key";
import type {
  Catalog,
  CodeNotice,
  Diagnostic,
  DocumentTrait,
  Evidence,
  HistoryState,
  HostMessage,
  Key,
  LinkState,
  ProgressNotice,
  ResultsTrait,
  Source,
  SourceReference,
  StatusTrait,
  ViewMessage,
} from "../protocol/types";
import { packagedCatalog } from "./catalog";
import type { Capabilities, EditResult, Host, Remedies } from "./host";
import { createSync, type Transport } from "./sync";
import type { AnyModel, EarlyMessage } from "./widget-model";

const IDLE: StatusTrait = { state: "idle", message: "", stale: false, readonly: false };

/** A host on a widget's model. `early` holds messages that came before the editor was loaded. */
export function createWidgetHost(model: AnyModel, early: readonly EarlyMessage[] = []): Host {
  const stops: (() => void)[] = [];
  const codes = new Map<string, { resolve(text: string): void; reject(error: Error): void }>();
  const progress = signal<ProgressNotice | null>(null);

  /** A trait as a signal. The kernel is ours: what it sends is typed by the protocol. */
  function trait<T>(name: string, absent: T): Signal<T> {
    const read = () => (model.get(name) as T | null | undefined) ?? absent;
    const value = signal(read());
    listen(`change:${name}`, () => {
      value.value = read();
    });
    return value;
  }

  function listen(event: string, callback: (...values: never[]) => void): () => void {
    model.on(event, callback);
    const stop = () => model.off(event, callback);
    stops.push(stop);
    return stop;
  }

  const transport: Transport = {
    send: (message) => model.send(message),
    onMessage(callback) {
      const stop = listen("msg:custom", callback);
      for (const [content, buffers] of early) callback(content, buffers);
      return stop;
    },
  };

  const own = trait<Catalog | null>("catalog", null);
  const catalog = computed(() => own.value ?? packagedCatalog);
  const status = trait<StatusTrait>("status", IDLE);

  function onOther(message: HostMessage): void {
    if (message.kind === "progress") progress.value = message;
    if (message.kind === "code") answer(message);
  }

  function answer(notice: CodeNotice): void {
    codes.get(notice.id)?.resolve(notice.text);
    codes.delete(notice.id);
  }

  const sync = createSync({
    transport,
    start: model.get("document") as DocumentTrait,
    history: (model.get("history") as HistoryState | null) ?? { undo: null, redo: null },
    catalog: () => catalog.value,
    onOther,
  });
  listen("change:document", () => sync.replace(model.get("document") as DocumentTrait));
  listen("change:status", () => {
    if (status.value.state !== "running") progress.value = null;
  });
  // A refusal of generated code is no refusal of an edit, so `sync` does not know its cause.
  listen("msg:custom", (content: HostMessage) => {
    if (content.kind !== "reject" || content.cause === null) return;
    codes.get(content.cause)?.reject(new Error(content.message));
    codes.delete(content.cause);
  });

  const send = (message: ViewMessage) => model.send(message);
  return {
    document: sync.document,
    root: sync.root,
    catalog,
    diagnostics: trait<readonly Diagnostic[]>("diagnostics", []),
    history: sync.history,
    links: trait<Readonly<Record<Key, LinkState>>>("links", {}),
    evidence: trait<Readonly<Record<Key, Evidence>>>("evidence", {}),
    sources: trait<readonly Source[]>("sources", []),
    refusals: trait<Readonly<Record<string, string>>>("refusals", {}),
    remedies: trait<Remedies>("remedies", {}),
    results: trait<ResultsTrait | null>("results", null),
    status,
    progress,
    capabilities: computed<Capabilities>(() => ({
      kernel: true,
      attachable: false,
      readonly: status.value.readonly,
    })),
    edit: sync.edit,
    undo: () => void sync.undo(),
    redo: () => void sync.redo(),
    solve: (method, options) => send({ kind: "solve", method, options: options ?? {} }),
    checkOptions: (method, options) => sync.request((id) => ({ kind: "options", id, method, options })),
    stop: () => send({ kind: "stop" }),
    link: (key: Key, source: SourceReference | null): Promise<EditResult> =>
      sync.request((id) => ({ kind: "link", id, key, source })),
    observe: (key, value) => send({ kind: "observe", key, value }),
    setDo: (key, value) => send({ kind: "do", key, value }),
    showRow: (row) => send({ kind: "row", row }),
    refreshSources: () => send({ kind: "sources" }),
    refreshMethods: () => send({ kind: "methods" }),
    code(key, language) {
      const id = freshKey();
      send({ kind: "code", id, key, language });
      return new Promise((resolve, reject) => codes.set(id, { resolve, reject }));
    },
    attach: () => Promise.resolve(),
    dispose() {
      for (const stop of stops) stop();
      sync.dispose();
      for (const code of codes.values()) code.reject(new Error("The connection to the kernel was closed."));
      codes.clear();
    },
  };
}
