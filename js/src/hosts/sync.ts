/**
 * Keeps a view in step with a document that lives elsewhere, over any transport: this is what `widget-host` and
 * `lab-host` have in common. It knows documents and messages, neither comms nor widgets.
 *
 * The seam: give it a `Transport` (`send` a message, hear messages by `onMessage`) and the `DocumentTrait` to start
 * from; call `replace` whenever a whole document arrives (the answer to `refresh`, which comes as a trait). It consumes
 * the messages `patch`, `done` and `reject`, and hands every other one to `onOther`.
 *
 * How it works: `confirmed` is the model at the host's `revision`. Edits that wait for an answer are carried out over it
 * at once, in order, and that is what `document` shows. An answer is recognised by its `cause`, the id of the request:
 * - `patch` with the next revision moves `confirmed` on; a later one is kept, and a `refresh` is asked for; an earlier
 *   one is a repetition and changes nothing, but still answers its request.
 * - `done` answers a request that changed no record. `reject` does, too: the edit snaps back and its promise says why.
 * - No answer for some time: everything that waits is sent again under the same ids. The host must remember the ids it
 *   has seen and repeat its answer instead of the work (`widget/conversation.py` does).
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { canonical } from "../document/canonical";
import { run } from "../document/commands";
import { apply, fromData, type ModelDocument } from "../document/document";
import { freshKey } from "../document/key";
import type { Patch } from "../document/patch";
import { hostMessage } from "../protocol/guards";
import type {
  Catalog,
  Command,
  DocumentTrait,
  EditIntent,
  HistoryState,
  HostMessage,
  Key,
  PatchNotice,
  RejectNotice,
  ViewMessage,
} from "../protocol/types";
import type { EditResult } from "./host";

export interface Transport {
  send(message: ViewMessage): void;
  /** Hear what the host sends; the result stops it. */
  onMessage(callback: (message: unknown, buffers: readonly DataView[]) => void): () => void;
}

export interface SyncOptions {
  readonly transport: Transport;
  readonly start: DocumentTrait;
  readonly history: HistoryState;
  /** The catalog to check edits against, asked at every edit. */
  readonly catalog: () => Catalog;
  /** Messages that are not about the document: progress, code. */
  readonly onOther?: (message: HostMessage, buffers: readonly DataView[]) => void;
  /** Milliseconds without an answer before everything is sent again; doubled each time, up to a minute. */
  readonly patience?: number;
}

export interface Sync {
  readonly document: ReadonlySignal<ModelDocument>;
  readonly root: ReadonlySignal<Key>;
  readonly history: ReadonlySignal<HistoryState>;
  /** How many requests wait for an answer. */
  readonly waiting: ReadonlySignal<number>;
  readonly revision: () => number;
  edit(commands: readonly Command[], label?: string, step?: string): Promise<EditResult>;
  undo(): Promise<EditResult>;
  redo(): Promise<EditResult>;
  /** Send a message that is answered by `done` or `reject` with its id as the cause, such as a link. */
  request(make: (id: string) => ViewMessage): Promise<EditResult>;
  /** A whole document arrived. */
  replace(trait: DocumentTrait): void;
  /** Stop; whatever waits is answered as lost. */
  dispose(): void;
}

interface Waiting {
  readonly id: string;
  readonly message: ViewMessage;
  readonly resolve: (result: EditResult) => void;
  /** How often it was refused while an earlier edit had no answer yet. */
  readonly retries: number;
  /** It waits for the edits before it, and is sent after them. */
  readonly held: boolean;
}

const PATIENCE = 4000;
const MAXIMUM_PATIENCE = 60_000;
const MAXIMUM_RETRIES = 5;

export function createSync(options: SyncOptions): Sync {
  const { transport } = options;
  let revision = options.start.revision;
  let confirmed = fromData(options.start.document);
  const shown = signal<ModelDocument>(confirmed);
  const root = signal(options.start.root);
  const history = signal(options.history);
  const waiting = signal<readonly Waiting[]>([]);
  /** Notices that came before the ones they build on. */
  const early = new Map<number, PatchNotice>();
  let refreshing = false;
  let patience = options.patience ?? PATIENCE;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function edit(commands: readonly Command[], label?: string, step?: string): Promise<EditResult> {
    const result = run(shown.value, commands, options.catalog());
    if (!result.ok) return Promise.resolve(result);
    shown.value = result.document;
    return request((id) => ({
      kind: "edit",
      id,
      base: revision,
      commands,
      ...(label === undefined ? {} : { label }),
      ...(step === undefined ? {} : { step }),
    }));
  }

  function request(make: (id: string) => ViewMessage): Promise<EditResult> {
    return new Promise((resolve) => {
      const id = freshKey();
      enqueue({ id, message: make(id), resolve, retries: 0, held: false });
    });
  }

  function enqueue(entry: Waiting): void {
    waiting.value = [...waiting.value, entry];
    transport.send(entry.message);
    watch();
  }

  /** Take a request from the queue because its answer is here. */
  function settle(cause: string | null, result: EditResult): void {
    const entry = waiting.value.find((each) => each.id === cause);
    if (!entry) return;
    waiting.value = waiting.value.filter((each) => each !== entry);
    patience = options.patience ?? PATIENCE;
    entry.resolve(result);
    const next = waiting.value.find((each) => isEdit(each.message));
    if (next?.held) {
      waiting.value = waiting.value.map((each) => (each === next ? { ...each, held: false } : each));
      transport.send(next.message);
    }
  }

  function sendAgain(): void {
    for (const entry of waiting.value) if (!entry.held) transport.send(entry.message);
  }

  function onPatch(notice: PatchNotice): void {
    if (notice.revision <= revision) {
      settle(notice.cause, { ok: true });
      redraw();
      return;
    }
    early.set(notice.revision, notice);
    if (!advance() && early.size) refresh();
  }

  /** Carry out the kept notices that follow on; was there one? */
  function advance(): boolean {
    let moved = false;
    for (let next = early.get(revision + 1); next; next = early.get(revision + 1)) {
      early.delete(next.revision);
      revision = next.revision;
      history.value = next.history;
      follow(next);
      moved = true;
    }
    if (early.size === 0 && moved) refreshing = false;
    return moved;
  }

  function follow(notice: PatchNotice): void {
    const [first, ...others] = waiting.value;
    const alone = first !== undefined && others.length === 0 && first.id === notice.cause && isEdit(first.message);
    const own = alone && isEdit(first.message) ? run(confirmed, first.message.commands, options.catalog()) : null;
    // The usual case: what is shown already is what the host says, so nothing needs to be drawn again.
    if (own?.ok && samePatch(own.patch, notice.patch)) {
      confirmed = shown.value;
      settle(notice.cause, { ok: true });
      return;
    }
    confirmed = apply(confirmed, notice.patch);
    settle(notice.cause, { ok: true });
    redraw();
  }

  function onReject(notice: RejectNotice): void {
    const index = waiting.value.findIndex((each) => each.id === notice.cause);
    const entry = waiting.value[index];
    if (!entry) return;
    const early = waiting.value.slice(0, index).some((each) => isEdit(each.message));
    // It may have overtaken an edit that it builds on: try it again after that one.
    if (early && isEdit(entry.message) && entry.retries < MAXIMUM_RETRIES) {
      const id = freshKey();
      const again: Waiting = {
        ...entry,
        id,
        message: { ...entry.message, id },
        retries: entry.retries + 1,
        held: true,
      };
      waiting.value = waiting.value.map((each) => (each === entry ? again : each));
      return;
    }
    settle(notice.cause, { ok: false, code: notice.code, message: notice.message });
    redraw();
  }

  /** Show the confirmed model with everything that waits carried out over it. */
  function redraw(): void {
    let document = confirmed;
    for (const { message } of waiting.value) {
      if (!isEdit(message)) continue;
      const result = run(document, message.commands, options.catalog());
      // What does not fit any more is left out until the host has spoken.
      if (result.ok) document = result.document;
    }
    shown.value = document;
  }

  function refresh(): void {
    if (refreshing) return;
    refreshing = true;
    transport.send({ kind: "refresh" });
    watch();
  }

  function replace(trait: DocumentTrait): void {
    refreshing = false;
    if (trait.revision < revision) {
      if (early.size) refresh();
      return;
    }
    revision = trait.revision;
    root.value = trait.root;
    confirmed = fromData(trait.document);
    for (const [number, notice] of [...early].sort(([a], [b]) => a - b)) {
      if (number > revision) continue;
      early.delete(number);
      history.value = notice.history;
      settle(notice.cause, { ok: true });
    }
    advance();
    redraw();
    if (early.size) refresh();
    // Some of what waits may be in the new document already. Ask: the host repeats its answers.
    sendAgain();
  }

  function watch(): void {
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      if (!waiting.value.length && !refreshing) return;
      patience = Math.min(patience * 2, MAXIMUM_PATIENCE);
      if (refreshing) transport.send({ kind: "refresh" });
      sendAgain();
      watch();
    }, patience);
  }

  const stop = transport.onMessage((value, buffers) => {
    const message = hostMessage(value);
    switch (message?.kind) {
      case "patch":
        onPatch(message);
        break;
      case "done":
        settle(message.cause, { ok: true });
        redraw();
        break;
      case "reject":
        onReject(message);
        break;
      case "progress":
      case "code":
        options.onOther?.(message, buffers);
        break;
      case undefined:
        break;
    }
  });

  return {
    document: shown,
    root,
    history,
    waiting: computed(() => waiting.value.length),
    revision: () => revision,
    edit,
    undo: () => request((id) => ({ kind: "undo", id })),
    redo: () => request((id) => ({ kind: "redo", id })),
    request,
    replace,
    dispose() {
      stop();
      if (timer !== null) clearTimeout(timer);
      timer = null;
      for (const entry of waiting.value) {
        entry.resolve({ ok: false, code: "Disconnected", message: "The connection to the model was closed." });
      }
      waiting.value = [];
    },
  };
}

function isEdit(message: ViewMessage): message is EditIntent {
  return message.kind === "edit";
}

function samePatch(first: Patch, second: Patch): boolean {
  return canonical(first) === canonical(second);
}
