/** The kernel behind an open file (`widget/lab_comm.py`): it follows the document and answers everything else. */
import { batch } from "@preact/signals";
import { freshKey } from "../document/key";
import type { PatchData, ViewMessage } from "../protocol/types";
import type { EditResult } from "./host";
import type { MemoryHost } from "./memory-host";

/** What carries messages to and from a kernel. */
export interface KernelChannel {
  send(content: unknown): void;
  onMessage(callback: (content: unknown, buffers: readonly DataView[]) => void): void;
  onClose(callback: () => void): void;
  close(): void;
}

/** A change of the document that was made here. */
interface PatchMessage {
  readonly kind: "patch";
  readonly patch: PatchData;
}

/** What the kernel publishes, by the names of the host's signals. */
const TRAITS = ["diagnostics", "links", "evidence", "sources", "refusals", "remedies", "results", "status"] as const;
type TraitName = (typeof TRAITS)[number];

export class KernelLink {
  constructor(
    private readonly channel: KernelChannel,
    private readonly host: () => MemoryHost,
  ) {
    channel.onMessage((content, buffers) => this._receive(content, buffers));
  }

  /** Give the kernel the whole model. */
  open(specification: string, root: string): void {
    this.channel.send({ kind: "open", specification, root });
  }

  send(message: ViewMessage | PatchMessage): void {
    this.channel.send(message);
  }

  /** Send what is answered by `done` or `reject`. */
  request(make: (id: string) => ViewMessage): Promise<EditResult> {
    const id = freshKey();
    this.send(make(id));
    return new Promise((resolve) => this._requests.set(id, resolve));
  }

  code(key: string, language: string): Promise<string> {
    const id = freshKey();
    this.send({ kind: "code", id, key, language });
    return new Promise((resolve, reject) => {
      this._codes.set(id, resolve);
      this._requests.set(id, (result) => {
        this._codes.delete(id);
        if (!result.ok) reject(new Error(result.message));
      });
    });
  }

  dispose(): void {
    this.channel.close();
    for (const answer of this._requests.values()) {
      answer({ ok: false, code: "Disconnected", message: "The kernel is gone. Press Run to start it again." });
    }
    this._requests.clear();
    this._codes.clear();
  }

  private _receive(content: unknown, buffers: readonly DataView[]): void {
    if (typeof content !== "object" || content === null || !("kind" in content)) return;
    const message = content as Readonly<Record<string, unknown>>;
    const host = this.host();
    switch (message.kind) {
      case "trait":
        this._publish(String(message.name), message.value, buffers);
        break;
      case "progress":
        host.progress.value = message as never;
        break;
      case "code":
        this._codes.get(String(message.id))?.(String(message.text));
        this._codes.delete(String(message.id));
        this._requests.delete(String(message.id));
        break;
      case "done":
        this._answer(message.cause, { ok: true });
        break;
      case "reject":
        if (!this._answer(message.cause, { ok: false, code: String(message.code), message: String(message.message) })) {
          host.status.value = { ...host.status.value, state: "failed", message: String(message.message) };
        }
        break;
    }
  }

  private _answer(cause: unknown, result: EditResult): boolean {
    const answer = this._requests.get(String(cause));
    this._requests.delete(String(cause));
    answer?.(result);
    return answer !== undefined;
  }

  private _publish(name: string, value: unknown, buffers: readonly DataView[]): void {
    const trait = TRAITS.find((one) => one === name);
    if (!trait) return;
    const host = this.host();
    const readonly = host.capabilities.peek().readonly;
    batch(() => {
      const published = host as unknown as Record<TraitName, { value: unknown }>;
      if (trait === "results" && value) published.results.value = { ...value, densities: buffers[0] };
      // Whether the file can be written is not the kernel's to say.
      else if (trait === "status" && value) published.status.value = { ...value, readonly };
      else published[trait].value = value;
      if (trait === "status") host.progress.value = null;
    });
  }

  private readonly _requests = new Map<string, (result: EditResult) => void>();
  private readonly _codes = new Map<string, (text: string) => void>();
}
