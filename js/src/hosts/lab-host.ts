/**
 * The host of a `*.why.json` file that is open in JupyterLab. The file's document is the truth: it is edited and saved
 * without a kernel. A kernel that is attached follows every change and answers with diagnostics, data and results;
 * losing it loses nothing that was drawn.
 */
import { batch, computed, type Signal, signal } from "@preact/signals";
import { readModel, writeModel } from "../document/file";
import type { Command, DocumentData, Key, SourceReference } from "../protocol/types";
import { packagedCatalog } from "./catalog";
import type { Capabilities, EditResult, Host } from "./host";
import { type KernelChannel, KernelLink } from "./kernel-link";
import { createMemoryHost, type MemoryHost } from "./memory-host";

export type SaveState = "started" | "completed" | "failed";

/** The open file as its tab sees it. */
export interface FileContext {
  readonly readonly: boolean;
  readText(): string;
  writeText(text: string): void;
  /** Say whether the model differs from what is on the disk. */
  setDirty(dirty: boolean): void;
  onTextChange(callback: () => void): () => void;
  onSave(callback: (state: SaveState) => void): () => void;
  /** The disk has another text than before, and the file is up to it: it was saved, or read again. */
  onDisk(callback: () => void): () => void;
  /** Start a kernel, or attach to the one that the file has. */
  connect(): Promise<KernelChannel>;
  onKernelLost(callback: () => void): () => void;
}

const NOTHING: DocumentData = { format: "whyboard/model", version: 1, records: {}, layout: {} };

export class LabHost implements Host {
  constructor(private readonly file: FileContext) {
    this._memory = signal(this._open(NOTHING, "", true));
    this.document = computed(() => this._memory.value.document.value);
    this.root = computed(() => this._memory.value.root.value);
    this.history = computed(() => this._memory.value.history.value);
    this.diagnostics = computed(() => this._memory.value.diagnostics.value);
    this.links = computed(() => this._memory.value.links.value);
    this.evidence = computed(() => this._memory.value.evidence.value);
    this.sources = computed(() => this._memory.value.sources.value);
    this.refusals = computed(() => this._memory.value.refusals.value);
    this.remedies = computed(() => this._memory.value.remedies.value);
    this.results = computed(() => this._memory.value.results.value);
    this.status = computed(() => this._memory.value.status.value);
    this.progress = computed(() => this._memory.value.progress.value);
    this.capabilities = computed<Capabilities>(() => ({
      kernel: this._kernel.value !== null,
      attachable: this._kernel.value === null,
      readonly: this._memory.value.status.value.readonly,
    }));
    this._stops = [
      file.onSave((state) => this._onSave(state)),
      file.onDisk(() => {
        if (this._saving !== null) return;
        this._disk = file.readText();
        file.setDirty(false);
      }),
      file.onTextChange(() => this._onText()),
      file.onKernelLost(() => this._lose("The kernel was restarted or ended. Run starts it again.")),
    ];
  }

  readonly document: Host["document"];
  readonly root: Host["root"];
  readonly catalog = signal(packagedCatalog);
  readonly diagnostics: Host["diagnostics"];
  readonly history: Host["history"];
  readonly links: Host["links"];
  readonly evidence: Host["evidence"];
  readonly sources: Host["sources"];
  readonly refusals: Host["refusals"];
  readonly remedies: Host["remedies"];
  readonly results: Host["results"];
  readonly status: Host["status"];
  readonly progress: Host["progress"];
  readonly capabilities: Host["capabilities"];
  /** Why the file cannot be drawn; `null` while it can. */
  readonly broken: Signal<string | null> = signal(null);

  /** Take the model from the text of the file: at the start, on revert, and when it was changed outside. */
  read(): void {
    const text = this.file.readText();
    if (text === this._text) return;
    this._disk ??= text;
    this._text = text;
    this._unsaved = false;
    const result = readModel(text);
    if (!result.ok) {
      this.broken.value = result.message;
      return;
    }
    const root = rootOf(result.data);
    if (root === null) {
      this.broken.value = "The file holds no Graph.";
      return;
    }
    batch(() => {
      this.broken.value = null;
      this._memory.value = this._open(result.data, root, this.file.readonly || result.readonly);
    });
    this._kernel.value?.open(text, root);
  }

  edit(commands: readonly Command[], label?: string, step?: string): Promise<EditResult> {
    return this._memory.value.edit(commands, label, step);
  }

  undo(): void {
    this._memory.value.undo();
  }

  redo(): void {
    this._memory.value.redo();
  }

  solve(method: string, options: Readonly<Record<string, unknown>> = {}): void {
    void this._withKernel((kernel) => kernel.send({ kind: "solve", method, options }));
  }

  async checkOptions(method: string, options: Readonly<Record<string, unknown>>): Promise<EditResult> {
    // Without a kernel, the one that Run starts will say.
    return this._kernel.value?.request((id) => ({ kind: "options", id, method, options })) ?? { ok: true };
  }

  stop(): void {
    this._kernel.value?.send({ kind: "stop" });
  }

  async link(key: Key, source: SourceReference | null): Promise<EditResult> {
    const kernel = this._kernel.value;
    if (!kernel)
      return { ok: false, code: "DataError", message: "Data are linked in a kernel. Press Run to start one." };
    return kernel.request((id) => ({ kind: "link", id, key, source }));
  }

  observe(key: Key, value: unknown): void {
    void this._withKernel((kernel) => kernel.send({ kind: "observe", key, value }));
  }

  setDo(key: Key, value: unknown): void {
    void this._withKernel((kernel) => kernel.send({ kind: "do", key, value }));
  }

  showRow(row: number | null): void {
    this._kernel.value?.send({ kind: "row", row });
  }

  refreshSources(): void {
    this._kernel.value?.send({ kind: "sources" });
  }

  refreshMethods(): void {
    this._kernel.value?.send({ kind: "methods" });
  }

  async code(key: Key, language: "python" | "svg" | "text"): Promise<string> {
    const kernel = this._kernel.value;
    if (!kernel)
      throw new Error("Code is made by Python. Start a kernel first: press Run, or choose one in the toolbar.");
    return kernel.code(key, language);
  }

  /** Start or attach a kernel and give it the model. Run does so by itself. */
  async attach(): Promise<void> {
    await this._withKernel(() => undefined);
  }

  dispose(): void {
    for (const stop of this._stops) stop();
    clearTimeout(this._timer);
    this._kernel.value?.dispose();
  }

  private async _withKernel(run: (kernel: KernelLink) => void): Promise<void> {
    try {
      this._connecting ??= this._connect();
      run(await this._connecting);
    } catch (error) {
      this._connecting = null;
      const message = error instanceof Error ? error.message : String(error);
      this._memory.value.status.value = { ...this.status.value, state: "failed", message };
    }
  }

  private async _connect(): Promise<KernelLink> {
    this._memory.value.status.value = { ...this.status.value, state: "running", message: "Starting a kernel" };
    const link = new KernelLink(await this.file.connect(), () => this._memory.value);
    this._kernel.value = link;
    link.open(writeModel(this.document.value), this.root.value);
    return link;
  }

  private _lose(message: string): void {
    if (this._kernel.value === null) return;
    this._kernel.value.dispose();
    this._kernel.value = null;
    this._connecting = null;
    const memory = this._memory.value;
    batch(() => {
      memory.links.value = {};
      memory.sources.value = [];
      memory.refusals.value = {};
      memory.remedies.value = {};
      memory.progress.value = null;
      memory.status.value = { ...memory.status.value, state: "failed", message };
    });
  }

  private _open(data: DocumentData, root: Key, readonly: boolean): MemoryHost {
    return createMemoryHost({
      data,
      root,
      catalog: packagedCatalog,
      readonly,
      onPatch: (patch) => {
        this._kernel.value?.send({ kind: "patch", patch });
        this._unsaved = true;
        this.file.setDirty(true);
        clearTimeout(this._timer);
        // The first at once: reverting is noticed by the text.
        if (this._text === this._disk) this._flush();
        else this._timer = setTimeout(() => this._flush(), WRITE_AFTER);
      },
    });
  }

  /** Bring the text of the file up to the model. Not with every edit: a large model is a long text. */
  private _flush(): void {
    clearTimeout(this._timer);
    if (!this._unsaved || this.broken.value !== null) return;
    this._unsaved = false;
    this._text = writeModel(this.document.value);
    this.file.writeText(this._text);
  }

  private _onText(): void {
    if (this.file.readText() === this._text) return;
    this.read();
    // The disk had been changed, and the user chose its text over the one to be saved.
    if (this._saving !== null) this._saving = this._text;
    if (this._text === this._disk) this.file.setDirty(false);
  }

  private _onSave(state: SaveState): void {
    if (state === "started") {
      this._flush();
      this._saving = this._text;
      return;
    }
    if (state === "completed") {
      this._disk = this._saving;
      // What was edited meanwhile is not in the file.
      this.file.setDirty(this._unsaved || this._text !== this._disk);
    }
    this._saving = null;
  }

  private readonly _memory: Signal<MemoryHost>;
  private readonly _kernel: Signal<KernelLink | null> = signal(null);
  private readonly _stops: (() => void)[];
  private _connecting: Promise<KernelLink> | null = null;
  private _text: string | null = null;
  /** What is on the disk as far as known, and what is being saved to it. */
  private _disk: string | null = null;
  private _saving: string | null = null;
  private _unsaved = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

const WRITE_AFTER = 400;

/** The graph that a file shows: its first root. */
function rootOf(data: DocumentData): Key | null {
  const roots = Object.keys(data.records).filter((key) => data.records[key]?.scope === undefined);
  return roots.sort().find((key) => data.records[key]?.kind === "Graph") ?? null;
}
