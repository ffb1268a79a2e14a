/**
 * The options of the methods that Run offers: how each is shown, what was chosen, and what the kernel says of it. They
 * belong to the editor, not to the model: another editor on the same model has its own.
 */
import type { SettingSpec } from "../protocol/types";
import type { Editor } from "./editor";
import { draftOf, setDraft } from "./fields";
import { words } from "./inspection";
import type { Draft } from "./state";
import { fill } from "./strings";
import { readSetting } from "./typed-values";

/** Types that a text field or a choice can edit; variables and values by variable are given in Python. */
const EDITABLE: ReadonlySet<string> = new Set(["int", "float", "bool", "list", "text"]);

export interface OptionView {
  readonly name: string;
  readonly label: string;
  readonly doc: string;
  /** What was chosen, as it was typed; empty for the default. */
  readonly value: string;
  /** What stands there instead of a value. */
  readonly placeholder: string;
  /** What may be chosen; `null` for a text. */
  readonly choices: readonly { readonly value: string; readonly label: string }[] | null;
  readonly draft: Draft | undefined;
}

export function optionViews(editor: Editor, method: string): OptionView[] {
  const chosen = optionsOf(editor, method);
  return editable(editor, method).map((spec) => ({
    name: spec.name,
    label: spec.label ?? words(spec.name),
    doc: spec.doc ?? "",
    value: spec.name in chosen ? source(chosen[spec.name]) : "",
    placeholder: standard(editor, spec, editor.strings.notSet),
    choices: choicesOf(editor, spec),
    draft: draftOf(editor, method, field(spec.name)),
  }));
}

/** Has a method options that can be edited here? */
export function hasOptions(editor: Editor, method: string): boolean {
  return editable(editor, method).length > 0;
}

/** The chosen options of a method by name, those with their defaults left out: what a run is given. */
export function optionsOf(editor: Editor, method: string): Readonly<Record<string, unknown>> {
  return editor.state.options.value.get(method) ?? {};
}

/** Choose some options beside those that are chosen. */
export function setOptions(editor: Editor, method: string, options: Readonly<Record<string, unknown>>): void {
  const chosen = { ...optionsOf(editor, method), ...options };
  editor.state.options.value = new Map(editor.state.options.value).set(method, chosen);
}

export function draftOption(editor: Editor, method: string, name: string, text: string | null): void {
  setDraft(editor, method, field(name), text);
}

/**
 * Choose a value; an empty text is the default. It counts at once. Where the kernel refuses it, its words stand at the
 * field, and a run with it is refused for the same reason: nothing else is run in its place.
 */
export async function commitOption(editor: Editor, method: string, name: string, text: string): Promise<void> {
  const { state, host } = editor;
  const spec = editable(editor, method).find((one) => one.name === name);
  const value = readSetting(spec?.type === "list" ? bracketed(text.trim()) : text.trim());
  const others = Object.entries(optionsOf(editor, method)).filter(([other]) => other !== name);
  const set = value !== null && JSON.stringify(value) !== JSON.stringify(spec?.default);
  const chosen = Object.fromEntries(set ? [...others, [name, value]] : others);
  state.options.value = new Map(state.options.value).set(method, chosen);
  setDraft(editor, method, field(name), null);
  if (!set) return;
  const answer = await host.checkOptions(method, { [name]: value });
  const overtaken = state.options.value.get(method) !== chosen || draftOf(editor, method, field(name)) !== undefined;
  if (!answer.ok && !overtaken) setDraft(editor, method, field(name), text, answer.message);
}

/** Go back to the defaults of a method. */
export function resetOptions(editor: Editor, method: string): void {
  for (const { name } of editable(editor, method)) setDraft(editor, method, field(name), null);
  const options = new Map(editor.state.options.value);
  options.delete(method);
  editor.state.options.value = options;
}

function editable({ host }: Editor, method: string): readonly SettingSpec[] {
  const solver = host.catalog.value.solvers.find((one) => one.method === method);
  return solver?.options.filter((spec) => spec.choices !== undefined || EDITABLE.has(spec.type)) ?? [];
}

function choicesOf(editor: Editor, spec: SettingSpec): OptionView["choices"] {
  const values = spec.choices ?? (spec.type === "bool" ? [true, false] : null);
  if (values === null) return null;
  const choices = values.map((value) => ({ value: source(value), label: plain(editor, value) }));
  return [{ value: "", label: standard(editor, spec, editor.strings.optionDefault) }, ...choices];
}

/** What an option is while nobody chose; `unset` where the method decides, or does without. */
function standard(editor: Editor, spec: SettingSpec, unset: string): string {
  if (spec.default === null) return unset;
  return fill(editor.strings.formulaDefault, { value: plain(editor, spec.default) });
}

/** A list may be typed without its brackets. */
function bracketed(text: string): string {
  return text === "" || text.startsWith("[") ? text : `[${text}]`;
}

/** The id of the draft of an option, beside those of nodes. */
function field(name: string): string {
  return `option.${name}`;
}

/** A value as it is typed. */
function source(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value as people read it. */
function plain({ strings }: Editor, value: unknown): string {
  if (typeof value === "boolean") return value ? strings.yes : strings.no;
  return source(value);
}
