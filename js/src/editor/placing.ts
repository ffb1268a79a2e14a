/** Adding from the palette as one step: where it goes, what is selected afterwards, what is remembered. */

import { batch } from "@preact/signals";
import type { Point } from "../diagram/diagram";
import { distributionOf } from "../document/composition";
import { isName } from "../document/fields";
import { isVariable } from "../document/records";
import { freshName } from "../document/selectors";
import type { Command, Key } from "../protocol/types";
import { targetScope } from "./actions/build";
import { parameterCommands } from "./connection";
import { announce, type Editor, select } from "./editor";
import { insertion, kindIn, operatorCall, scopeKind } from "./insertion";
import { type PaletteEntry, paletteGroups } from "./palette-entries";
import { fill } from "./strings";

const REMEMBERED = 6;

export function entryById(editor: Editor, id: string): PaletteEntry | undefined {
  for (const group of paletteGroups(editor.host.catalog.value, editor.strings)) {
    const found = group.entries.find((entry) => entry.id === id);
    if (found) return found;
  }
  return undefined;
}

/** Why an entry cannot go into a scope; `null` if it can. */
export function placingRefusal(editor: Editor, scope: Key, entry: PaletteEntry): string | null {
  const { host, state, strings } = editor;
  const document = host.document.value;
  if (kindIn(document, host.catalog.value, scope, entry, state.dynamic.value) !== null) return null;
  return fill(strings.doesNotFit, { scope: document.records.get(scope)?.name ?? "" });
}

/** The variable that a name typed in a scope could become; `null` if the name is none, or is taken. */
export function entryForName(editor: Editor, scope: Key, name: string): PaletteEntry | null {
  const { host, state } = editor;
  const document = host.document.value;
  if (!isName(name) || freshName(document, scope, name) !== name) return null;
  const kinds = host.catalog.value.scopes.filter((one) => one.variable);
  const wanted = kinds.find((one) => one.dynamic === state.dynamic.value);
  for (const { kind } of wanted ? [wanted, ...kinds] : kinds) {
    const entry = entryById(editor, `scope:${kind}`);
    if (entry && placingRefusal(editor, scope, entry) === null) return entry;
  }
  return null;
}

/**
 * Add an entry, connected to `from` if something is given; one undo step. Without a name, the one it gets is ready to
 * be typed over.
 */
export async function place(
  editor: Editor,
  entry: PaletteEntry,
  scope: Key,
  at: Point | null,
  from: readonly Key[] = [],
  name?: string,
): Promise<void> {
  const { host, state, strings } = editor;
  const document = host.document.value;
  // What uses a value per row has one itself.
  const rows = from.some((key) => scopeKind(host.catalog.value, document.records.get(key)?.kind)?.dynamic);
  const added = insertion(document, host.catalog.value, scope, entry, {
    dynamic: rows || state.dynamic.value,
    place: at,
    from,
    ...(name === undefined ? {} : { name }),
  });
  if (!added) return;
  remember(editor, entry);
  const result = await editor.edit(added.commands, `${strings.add} ${added.name}`);
  if (!result.ok) return;
  batch(() => {
    state.open.value = new Set([...state.open.value, scope]);
    select(editor, [added.key]);
    if (name === undefined) state.renaming.value = added.key;
  });
  if (!at) editor.diagram.current?.reveal(added.key);
  announce(editor, `${entry.label} ${added.name}`);
}

/** Enter in the palette: an operator or a factor uses the selected variables. */
export async function placeSelected(editor: Editor, entry: PaletteEntry): Promise<void> {
  const { records } = editor.host.document.value;
  const from =
    entry.type === "operator" || entry.kind === "Factor"
      ? [...editor.state.selection.value].filter((key) => isVariable(records.get(key) ?? { kind: "" }))
      : [];
  await place(editor, entry, targetScope(editor), null, from);
}

/** An operator dropped on a variable: its first parameter goes through the operator, and can be edited at once. */
export async function applyOperator(editor: Editor, entry: PaletteEntry, key: Key): Promise<void> {
  const { host, state, strings } = editor;
  const catalog = host.catalog.value;
  const record = host.document.value.records.get(key);
  const operator = catalog.operators.find((one) => one.kind === entry.kind);
  const parameter = distributionOf(catalog, record)?.parameters[0]?.name;
  if (!record?.scope || !operator || parameter === undefined) return;
  const present = record.parameters?.[parameter];
  const commands: Command[] = [];
  const operands: Key[] = [];
  if (present && "ref" in present) operands.push(present.ref);
  const call = operatorCall(record.scope, operator, operands);
  for (const command of call.commands) {
    // The number that was there becomes the first operand.
    const number = present && "value" in present && command === call.commands[0] && command.record.kind === "Const";
    commands.push(number ? { ...command, record: { ...command.record, value: present.value } } : command);
  }
  commands.push(...parameterCommands(catalog, record, key, parameter, { ref: call.key }));
  remember(editor, entry);
  const result = await editor.edit(commands, `${strings.add} ${entry.label}`);
  if (!result.ok) return;
  batch(() => {
    select(editor, [key]);
    state.editing.value = { key, parameter };
  });
}

/** What was used last stands first in the palette. */
export function remember({ state }: Editor, entry: PaletteEntry): void {
  state.recent.value = [entry.id, ...state.recent.value.filter((id) => id !== entry.id)].slice(0, REMEMBERED);
}
