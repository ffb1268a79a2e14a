/** A kernel in memory behind a transport that delays, drops, doubles and reorders messages, driven by a seed. */
import { run } from "../../../js/src/document/commands";
import { apply, fromData, type ModelDocument, toData } from "../../../js/src/document/document";
import { EMPTY_HISTORY, type History, historyState, push, redo, undo } from "../../../js/src/document/history";
import { isEmpty, type Patch } from "../../../js/src/document/patch";
import type { Transport } from "../../../js/src/hosts/sync";
import type {
  Catalog,
  Command,
  DocumentData,
  DocumentTrait,
  HostMessage,
  ViewMessage,
} from "../../../js/src/protocol/types";

export interface Faults {
  readonly drop: number;
  readonly double: number;
  readonly reorder: number;
}

export const RELIABLE: Faults = { drop: 0, double: 0, reorder: 0 };

/** What `widget/conversation.py` promises: ids are remembered, answers repeated, notices numbered. */
export class Kernel {
  document: ModelDocument;
  revision = 0;
  received: ViewMessage[] = [];
  faults: Faults;
  private history: History = EMPTY_HISTORY;
  private readonly answers = new Map<string, HostMessage | null>();
  private readonly views: {
    readonly hear: (message: unknown) => void;
    readonly replace: (trait: DocumentTrait) => void;
  }[] = [];
  private queue: (() => void)[] = [];

  constructor(
    data: DocumentData,
    private readonly catalog: Catalog,
    faults: Faults,
    private readonly random: () => number,
  ) {
    this.document = fromData(data);
    this.faults = faults;
  }

  /** A transport for a view; `replace` is where a whole document goes. */
  connect(replace: (trait: DocumentTrait) => void): Transport {
    return {
      send: (message) => this.carry(() => this.receive(structuredClone(message))),
      onMessage: (callback) => {
        this.views.push({ hear: (message) => callback(message, []), replace });
        return () => {};
      },
    };
  }

  trait(): DocumentTrait {
    return { revision: this.revision, root: "g", document: structuredClone(toData(this.document)) };
  }

  /** An edit from a cell. */
  edit(commands: readonly Command[]): void {
    this.change(commands, null);
  }

  /** Deliver everything that is under way, and what it leads to. */
  deliver(): void {
    while (this.queue.length) {
      const index = this.random() < this.faults.reorder ? Math.floor(this.random() * this.queue.length) : 0;
      const [next] = this.queue.splice(index, 1);
      next?.();
    }
  }

  private carry(action: () => void): void {
    if (this.random() < this.faults.drop) return;
    this.queue.push(action);
    if (this.random() < this.faults.double) this.queue.push(action);
  }

  private send(message: HostMessage): void {
    for (const view of this.views) this.carry(() => view.hear(structuredClone(message)));
  }

  private receive(message: ViewMessage): void {
    this.received.push(message);
    if (message.kind === "refresh") {
      const trait = this.trait();
      for (const view of this.views) this.carry(() => view.replace(structuredClone(trait)));
      return;
    }
    if (message.kind !== "edit" && message.kind !== "undo" && message.kind !== "redo") return;
    const id = message.id ?? "";
    if (this.answers.has(id)) {
      const answer = this.answers.get(id);
      if (answer) this.send(answer);
      return;
    }
    this.answers.set(id, null);
    if (message.kind === "edit") this.change(message.commands, id);
    else this.travel(message.kind, id);
  }

  private change(commands: readonly Command[], cause: string | null): void {
    const result = run(this.document, commands, this.catalog);
    if (!result.ok) this.answer(cause, { kind: "reject", cause, code: result.code, message: result.message });
    else if (isEmpty(result.patch)) this.answer(cause, { kind: "done", cause: cause ?? "" });
    else {
      this.history = push(this.history, result.patch, "edit", null);
      this.move(result.patch, cause);
    }
  }

  private travel(direction: "undo" | "redo", cause: string): void {
    const step = direction === "undo" ? undo(this.history) : redo(this.history);
    if (!step) {
      this.answer(cause, { kind: "done", cause });
      return;
    }
    this.history = step.history;
    this.move(step.patch, cause);
  }

  private move(patch: Patch, cause: string | null): void {
    this.document = apply(this.document, patch);
    this.revision++;
    this.answer(cause, {
      kind: "patch",
      revision: this.revision,
      cause,
      patch,
      history: historyState(this.history, "g"),
    });
  }

  private answer(cause: string | null, message: HostMessage): void {
    if (cause !== null) this.answers.set(cause, message);
    this.send(message);
  }
}

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
