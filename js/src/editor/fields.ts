/**
 * The fields of the inspector as commands. Every field has an id (`name`, `shape`, `law`, `parameter.mean`, `setting.axis`,
 * `operand.0`, `tree.<operator>.<index>`, `observe`); a text that cannot be read stays as a draft with its error.
 */
import { run } from "../document/commands";
import { distributionOf } from "../document/composition";
import type { ModelDocument } from "../document/document";
import type { ParsedFormula } from "../document/formula";
import { isOperator, isVariable } from "../document/records";
import type { Command, Key, ModelRecord, Parameter } from "../protocol/types";
import { parameterCommands } from "./connection";
import { calledDistribution, readDistribution } from "./distribution-formulas";
import type { Editor } from "./editor";
import { parseFormula } from "./formulas";
import { add, constantRecord, firstType } from "./insertion";
import { insertionOf, offersFor } from "./missing-names";
import { shapeCommands } from "./parameter-shapes";
import { withSetting } from "./setting-views";
import type { Draft, Offer } from "./state";
import { fill } from "./strings";
import { exampleOf, readElements, readSetting, readShape, readValue, typeOf } from "./typed-values";

/** What a committed text comes to. */
type Reading =
  | { readonly kind: "edit"; readonly commands: readonly Command[]; readonly label: string }
  | { readonly kind: "evidence"; readonly mode: "observe" | "do"; readonly value: unknown }
  | { readonly kind: "error"; readonly message: string; readonly offers: readonly Offer[] };

type UnreadFormula = Extract<ParsedFormula, { readonly ok: false }>;

/** The field of a card: the distribution with its parameters. */
export const LAW = "law";

export function draftId(key: Key, field: string): string {
  return `${key} ${field}`;
}

export function draftOf(editor: Editor, key: Key, field: string): Draft | undefined {
  return editor.state.drafts.value.get(draftId(key, field));
}

/** Remember what is being typed; `null` forgets it. */
export function setDraft(
  editor: Editor,
  key: Key,
  field: string,
  text: string | null,
  error: string | null = null,
  offers: readonly Offer[] = [],
): void {
  const drafts = new Map(editor.state.drafts.value);
  if (text === null) drafts.delete(draftId(key, field));
  else drafts.set(draftId(key, field), offers.length > 0 ? { text, error, offers } : { text, error });
  editor.state.drafts.value = drafts;
}

/**
 * Carry out what was typed in a field, in one step with what is `made` for it: variables whose names it uses. True if it is
 * in the model now.
 */
export async function commitField(
  editor: Editor,
  key: Key,
  field: string,
  text: string,
  made: readonly Command[] = [],
): Promise<boolean> {
  const { host } = editor;
  const record = host.document.value.records.get(key);
  const after = run(host.document.value, made, host.catalog.value);
  if (!record || !after.ok) return false;
  const reading = read(editor, after.document, key, record, field, text.trim());
  if (reading.kind === "error") {
    // One name after the other: what is made stays while the text lacks another one.
    await editor.edit(made, editor.strings.makeMissing);
    setDraft(editor, key, field, text, reading.message, reading.offers);
    return false;
  }
  if (reading.kind === "evidence") {
    if (reading.mode === "observe") editor.host.observe(key, reading.value);
    else editor.host.setDo(key, reading.value);
    setDraft(editor, key, field, null);
    return true;
  }
  if (reading.commands.length > 0) {
    const refused = (message: string) => setDraft(editor, key, field, text, message);
    const result = await editor.edit([...made, ...reading.commands], reading.label, { refused });
    if (!result.ok) return false;
  }
  setDraft(editor, key, field, null);
  if (field.startsWith("parameter.") || field === LAW || field === "distribution")
    editor.state.alternatives.value = new Map();
  return true;
}

/** Make a variable for a name that the text of a field uses, and carry out the text with it. */
export async function makeMissing(editor: Editor, key: Key, field: string, offer: Offer): Promise<boolean> {
  const draft = draftOf(editor, key, field);
  const insertion = insertionOf(editor, offer);
  return draft && insertion ? commitField(editor, key, field, draft.text, insertion.commands) : false;
}

function read(
  editor: Editor,
  document: ModelDocument,
  key: Key,
  record: ModelRecord,
  field: string,
  text: string,
): Reading {
  const { strings } = editor;
  const dot = field.indexOf(".");
  const [head, rest] = dot < 0 ? [field, ""] : [field.slice(0, dot), field.slice(dot + 1)];
  switch (head) {
    case "name":
      return edit(text === record.name ? [] : [{ type: "Rename", key, name: text }], strings.rename);
    case "description":
    case "unit":
      return edit([{ type: "SetField", key, field: head, value: text === "" ? null : text }], strings[head]);
    case "labels": {
      const labels = text
        .split(",")
        .map((label) => label.trim())
        .filter(Boolean);
      return edit(
        [{ type: "SetField", key, field: "labels", value: labels.length > 0 ? labels : null }],
        strings.labels,
      );
    }
    case "shape": {
      const shape = readShape(text);
      return shape
        ? edit([{ type: "SetField", key, field: "shape", value: shape }], strings.shape)
        : error(strings.badShape);
    }
    case "dtype":
      return edit([{ type: "SetField", key, field: "dtype", value: text }], strings.dtype);
    case "distribution":
      return edit(distributionCommands(editor, key, record, text), strings.distribution);
    case LAW:
      return readLaw(editor, document, key, record, text);
    case "parameter":
      return readParameter(editor, document, key, record, rest, text);
    case "setting": {
      return edit(settingCommands(editor, key, record, rest, readSetting(text)), strings.settings);
    }
    case "value": {
      const value = readValue(text);
      return value === null
        ? error(strings.badNumber)
        : edit([{ type: "SetField", key, field: "value", value }], strings.value);
    }
    case "operand":
      return readOperand(editor, document, key, Number(rest), text);
    case "tree": {
      const [user = "", place = ""] = rest.split(".");
      const owner = document.records.get(user);
      if (owner && !isOperator(owner)) return readParameter(editor, document, user, owner, place, text);
      return readOperand(editor, document, user, Number(place), text);
    }
    case "observe":
    case "do": {
      if (text === "") return { kind: "evidence", mode: head, value: null };
      const shape = record.shape ?? [];
      const value = readElements(text, shape);
      if (value !== null) return { kind: "evidence", mode: head, value };
      return error(shape.length === 0 ? strings.badNumber : fill(strings.badElements, { example: exampleOf(shape) }));
    }
    default:
      return error(field);
  }
}

function readParameter(
  editor: Editor,
  document: ModelDocument,
  key: Key,
  record: ModelRecord,
  parameter: string,
  text: string,
): Reading {
  const { host, strings } = editor;
  const label = strings.editFormula;
  if (text === "") {
    const unset = record.parameters?.[parameter] !== undefined;
    return edit(unset ? [{ type: "SetParameter", key, parameter, value: null }] : [], label);
  }
  const parsed = parseFormula(document, host.catalog.value, record.scope, text);
  if (!parsed.ok) {
    const called = calledDistribution(host.catalog.value, text);
    if (called === null) return unreadable(editor, record, parsed);
    const distribution = called.kind.replace(/Distribution$/, "");
    return error(fill(strings.formulaIsParameter, { parameter: parameter.replaceAll("_", " "), distribution }));
  }
  if (sameValue(record.parameters?.[parameter], parsed.value)) return edit([], label);
  const law = distributionOf(host.catalog.value, record);
  return edit(
    [
      ...parsed.commands,
      ...parameterCommands(host.catalog.value, record, key, parameter, parsed.value),
      ...(law ? shapeCommands(law, key, record, parameter, parsed.value) : []),
    ],
    label,
  );
}

/** The whole distribution, as a card shows it. */
function readLaw(editor: Editor, document: ModelDocument, key: Key, record: ModelRecord, text: string): Reading {
  const { host, strings } = editor;
  const found = readDistribution(document, host.catalog.value, strings, key, text);
  if (found.ok) return edit(found.commands, strings.editFormula);
  return found.failure ? unreadable(editor, record, found.failure) : error(found.message);
}

function readOperand(editor: Editor, document: ModelDocument, key: Key, index: number, text: string): Reading {
  const { host, strings } = editor;
  const record = document.records.get(key);
  if (!record?.operands || record.operands[index] === undefined) return error(strings.notKnown);
  const parsed = parseFormula(document, host.catalog.value, record.scope, text);
  if (!parsed.ok) return unreadable(editor, record, parsed);
  const commands: Command[] = [...parsed.commands];
  let operand: Key;
  if ("ref" in parsed.value) operand = parsed.value.ref;
  else {
    const constant = constantRecord(record.scope ?? editor.root.value, 0);
    commands.push(
      add(constant.key, { ...constant.record, value: parsed.value.value, dtype: typeOf(parsed.value.value) }),
    );
    operand = constant.key;
  }
  const operands = record.operands.map((old, at) => (at === index ? operand : old));
  return edit([...commands, { type: "SetField", key, field: "operands", value: operands }], strings.editFormula);
}

/** A new value of a setting, and a dtype that the distribution allows with it. */
function settingCommands(
  editor: Editor,
  key: Key,
  record: ModelRecord,
  path: string,
  value: unknown,
): readonly Command[] {
  const catalog = editor.host.catalog.value;
  const kinds = isVariable(record) ? catalog.distributions : catalog.operators;
  const specs = kinds.find((one) => one.kind === (record.distribution ?? record.kind))?.settings ?? [];
  const settings = withSetting(catalog, specs, record.settings, path, value);
  const commands: Command[] = [{ type: "SetField", key, field: "settings", value: settings }];
  const law = isVariable(record) ? distributionOf(catalog, { ...record, settings }) : undefined;
  if (law && record.dtype !== undefined && law.dtypes.length > 0 && !law.dtypes.includes(record.dtype))
    commands.push({ type: "SetField", key, field: "dtype", value: firstType(law) });
  return commands;
}

/** A new distribution, and a dtype it allows if the present one is not. */
function distributionCommands(editor: Editor, key: Key, record: ModelRecord, kind: string): readonly Command[] {
  if (kind === record.distribution) return [];
  const distribution = editor.host.catalog.value.distributions.find((one) => one.kind === kind);
  const commands: Command[] = [{ type: "SetField", key, field: "distribution", value: kind }];
  if (
    distribution &&
    record.dtype !== undefined &&
    distribution.dtypes.length > 0 &&
    !distribution.dtypes.includes(record.dtype)
  ) {
    commands.push({ type: "SetField", key, field: "dtype", value: firstType(distribution) });
  }
  return commands;
}

function formulaError(editor: Editor, { column, message }: UnreadFormula): string {
  return /column/i.test(message) ? message : fill(editor.strings.formulaAt, { column, message });
}

function sameValue(a: Parameter | undefined, b: Parameter): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

function edit(commands: readonly Command[], label: string): Reading {
  return { kind: "edit", commands, label };
}

function error(message: string, offers: readonly Offer[] = []): Reading {
  return { kind: "error", message, offers };
}

function unreadable(editor: Editor, record: ModelRecord, failure: UnreadFormula): Reading {
  return error(formulaError(editor, failure), offersFor(editor, record, failure.missing));
}
