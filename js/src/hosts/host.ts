/**
 * What the editor needs from wherever the model lives: a kernel behind a widget, a document open in JupyterLab, or
 * plain memory. The editor never asks which one it has; it looks at `capabilities`.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { Command } from "../document/commands";
import type { ModelDocument } from "../document/document";
import type {
  Catalog,
  Diagnostic,
  Evidence,
  HistoryState,
  Key,
  LinkState,
  ProgressNotice,
  ResultsTrait,
  Source,
  SourceReference,
  StatusTrait,
} from "../protocol/types";

export interface Capabilities {
  /** A kernel answers now: Run, data links, evidence and generated code work. */
  readonly kernel: boolean;
  /** A kernel can be started or attached by `attach`. */
  readonly attachable: boolean;
  readonly readonly: boolean;
}

export type EditResult = { ok: true } | { ok: false; code: string; message: string };

/** By method, values of options by name. */
export type Remedies = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Host {
  /** The model as the view should draw it, with edits that still wait for an answer already applied. */
  readonly document: ReadonlySignal<ModelDocument>;
  /** The scope or operator that `show` was called on. */
  readonly root: ReadonlySignal<Key>;
  readonly catalog: ReadonlySignal<Catalog>;
  readonly diagnostics: ReadonlySignal<readonly Diagnostic[]>;
  readonly history: ReadonlySignal<HistoryState>;
  readonly links: ReadonlySignal<Readonly<Record<Key, LinkState>>>;
  readonly evidence: ReadonlySignal<Readonly<Record<Key, Evidence>>>;
  readonly sources: ReadonlySignal<readonly Source[]>;
  /** By method, why it cannot take the model as it was when `refreshMethods` asked last. */
  readonly refusals: ReadonlySignal<Readonly<Record<string, string>>>;
  /** By method, options with which a refused one can take the model. */
  readonly remedies: ReadonlySignal<Remedies>;
  readonly results: ReadonlySignal<ResultsTrait | null>;
  readonly status: ReadonlySignal<StatusTrait>;
  readonly progress: ReadonlySignal<ProgressNotice | null>;
  readonly capabilities: ReadonlySignal<Capabilities>;

  /**
   * One undo step. Resolves when the host has answered; a refusal has already been rolled back. Neighbouring edits with
   * the same `step` are one undo step: a burst of typing or of arrow moves.
   */
  edit(commands: readonly Command[], label?: string, step?: string): Promise<EditResult>;
  undo(): void;
  redo(): void;
  solve(method: string, options?: Readonly<Record<string, unknown>>): void;
  /** Would a method take these options? A refusal says why not. */
  checkOptions(method: string, options: Readonly<Record<string, unknown>>): Promise<EditResult>;
  stop(): void;
  link(key: Key, source: SourceReference | null): Promise<EditResult>;
  observe(key: Key, value: unknown): void;
  setDo(key: Key, value: unknown): void;
  showRow(row: number | null): void;
  refreshSources(): void;
  refreshMethods(): void;
  /** Python code, SVG or text of a scope, made where the model lives. */
  code(key: Key, language: "python" | "svg" | "text"): Promise<string>;
  /** Start or attach a kernel where `capabilities.attachable`. */
  attach(): Promise<void>;
  dispose(): void;
}
