/**
 * The eight commands: `run` checks them against document and catalog and gives one patch, or says why not. The same
 * checks with the same messages are in `whyboard/document/commands.py`; `tests/conformance` holds them together.
 */
import type {
  AddRecord,
  Catalog,
  Command,
  DeleteRecords,
  Key,
  ModelRecord,
  MoveNodes,
  Rename,
  Reparent,
  SetField,
  SetParameter,
} from "../protocol/types";
import { doomed, onlyUsedBy, release, remove } from "./cascade";
import {
  checkExclusive,
  checkFree,
  checkOperands,
  checkParameter,
  checkPlace,
  checkRecord,
  checkRings,
  checkSettings,
  checkShape,
  distributionRules,
  isBuiltin,
  settingsOf,
} from "./checks";
import { checkCommand } from "./command-shape";
import { checkConstant, isTable } from "./constants";
import type { ModelDocument } from "./document";
import { type Draft, draftOf } from "./draft";
import { checkField, checkName, checkPosition, EDITABLE, REQUIRED } from "./fields";
import { isKey } from "./key";
import { conflict, type Family, familyOf, type Kinds, kindsOf } from "./kinds";
import { paste } from "./paste";
import type { Patch } from "./patch";
import { Refusal, refuse, shown } from "./refusal";
import { ancestors, describe, outermost, subtree } from "./selectors";
import { nameKey, type Table } from "./table";

export type {
  AddRecord,
  Command,
  DeleteRecords,
  EditableField,
  MoveNodes,
  Paste,
  Rename,
  Reparent,
  SetField,
  SetParameter,
} from "../protocol/types";

export type RunResult =
  | { readonly ok: true; readonly patch: Patch; readonly document: ModelDocument }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Carry out an edit: all of its commands or none. */
export function run(document: ModelDocument, commands: readonly Command[], catalog: Catalog): RunResult {
  const draft = draftOf(document);
  const kinds = kindsOf(catalog);
  try {
    for (const command of commands) {
      checkCommand(command);
      carryOut(draft, command, kinds);
    }
    const patch = draft.patch();
    checkBuiltins(draft.table, patch, kinds);
    return { ok: true, patch, document: { ...draft.table, version: document.version } };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}

function carryOut(draft: Draft, command: Command, kinds: Kinds): void {
  switch (command.type) {
    case "AddRecord":
      add(draft, command, kinds);
      break;
    case "DeleteRecords":
      deleteRecords(draft, command, kinds);
      break;
    case "Rename":
      rename(draft, command, kinds);
      break;
    case "SetField":
      setField(draft, command, kinds);
      break;
    case "SetParameter":
      setParameter(draft, command, kinds);
      break;
    case "Reparent":
      reparent(draft, command, kinds);
      break;
    case "Paste":
      paste(draft, command, kinds);
      break;
    case "MoveNodes":
      moveNodes(draft, command);
      break;
  }
}

function existing(table: Table, key: Key): ModelRecord {
  return (
    table.records.get(key) ??
    refuse("UnknownName", `There is no record '${key}' in this document. It may have been deleted meanwhile.`)
  );
}

function add({ table, put }: Draft, { key, record }: AddRecord, kinds: Kinds): void {
  if (table.records.has(key)) {
    refuse(
      "DocumentError",
      `The key '${key}' is taken by ${describe(table, key)}. Make a fresh key for every new record.`,
    );
  }
  if (!isKey(key)) {
    refuse("DocumentError", `${shown(key)} cannot be a key. A key is made of 1 to 64 letters and digits.`);
  }
  checkRecord(table, key, record, checkShape(record, kinds), kinds);
  put(key, record);
}

function deleteRecords(draft: Draft, { keys }: DeleteRecords, kinds: Kinds): void {
  const { table } = draft;
  for (const key of keys) existing(table, key);
  const found = doomed(table, keys);
  for (const key of keys) {
    const record = existing(table, key);
    if (record.scope !== undefined && isBuiltin(table, record, kinds) && !found.has(record.scope)) {
      refuse(
        "ScopeError",
        `${describe(table, key)} is built in and cannot be deleted alone. Delete ${describe(table, record.scope)}.`,
      );
    }
  }
  remove(draft, found);
}

function rename({ table, put }: Draft, { key, name }: Rename, kinds: Kinds): void {
  const record = existing(table, key);
  const family = familyOf(kinds, record.kind);
  if (family !== "scope" && family !== "variable" && family !== "factor") {
    refuse("DocumentError", `${describe(table, key)} has no name that could be changed.`);
  }
  if (isBuiltin(table, record, kinds)) {
    refuse("ScopeError", `${describe(table, key)} is built in and keeps its name.`);
  }
  checkName(name);
  if (record.scope !== undefined) checkFree(table, record.scope, name, key);
  put(key, { ...record, name });
}

function setField(draft: Draft, { key, field, value }: SetField, kinds: Kinds): void {
  const { table, put } = draft;
  const record = existing(table, key);
  const family = familyOf(kinds, record.kind);
  if (!EDITABLE[family].includes(field)) {
    const can = EDITABLE[family].length ? `It has ${EDITABLE[family].join(", ")}.` : "It has none.";
    refuse("DocumentError", `${describe(table, key)} has no field '${field}' that could be set. ${can}`);
  }
  if (value === null) {
    if (REQUIRED[family].includes(field)) {
      refuse("DocumentError", `The field '${field}' of ${describe(table, key)} cannot be removed. Set another value.`);
    }
    const rest = without(record, field);
    put(key, family === "variable" && field === "settings" ? withKnownParameters(rest, kinds) : rest);
    release(draft, record);
    return;
  }
  put(key, withField(table, key, stated(record, field, value, describe(table, key)), field, family, kinds));
  if (field === "operands") checkRings(table, [key]);
  release(draft, record);
}

/** The record with a field set. A distribution may come with settings, so that the parameters are those of both. */
function stated(record: ModelRecord, field: string, value: unknown, where: string): ModelRecord {
  if (field === "distribution" && isTable(value) && Object.keys(value).sort().join() === "distribution,settings") {
    checkField("settings", value.settings, where);
    const settings = isTable(value.settings) ? value.settings : {};
    checkField(field, value.distribution, where);
    return { ...record, distribution: String(value.distribution), settings };
  }
  checkField(field, value, where);
  return { ...record, [field]: value };
}

function withField(
  table: Table,
  key: Key,
  changed: ModelRecord,
  field: string,
  family: Family,
  kinds: Kinds,
): ModelRecord {
  if (field === "distribution") {
    if (changed.settings !== table.records.get(key)?.settings) {
      checkSettings(table, changed, distributionRules(changed, kinds).settings);
    }
    return withKnownParameters(changed, kinds);
  }
  if (field === "value") checkConstant(changed.value, `The value of ${describe(table, key)}`);
  else if (field === "operands") checkOperands(table, changed, kinds);
  else if (field === "settings") {
    if (family === "variable") {
      checkSettings(table, changed, distributionRules(changed, kinds).settings);
      return withKnownParameters(changed, kinds);
    }
    checkSettings(table, changed, settingsOf(changed, kinds));
  }
  return changed;
}

function withKnownParameters(record: ModelRecord, kinds: Kinds): ModelRecord {
  const rules = distributionRules(record, kinds);
  const given = new Map(Object.entries(record.parameters ?? {}));
  const kept: string[] = [];
  for (const name of rules.names) if (given.has(name) && !conflict(rules, [...kept, name])) kept.push(name);
  const parameters = Object.fromEntries([...given].filter(([name]) => kept.includes(name)));
  const settings = Object.entries(record.settings ?? {}).filter(([name]) => rules.settings.includes(name));
  const changed = { ...without(record, "settings"), parameters };
  return settings.length ? { ...changed, settings: Object.fromEntries(settings) } : changed;
}

function setParameter(draft: Draft, { key, parameter: name, value }: SetParameter, kinds: Kinds): void {
  const { table, put } = draft;
  const record = existing(table, key);
  const family = familyOf(kinds, record.kind);
  if (family !== "variable" && family !== "factor") {
    refuse("DocumentError", `${describe(table, key)} has no parameters. Set them on a variable.`);
  }
  const before = Object.entries(record.parameters ?? {});
  const others = before.filter(([other]) => other !== name);
  if (value === null) {
    if (others.length === before.length) {
      const rules = distributionRules(record, kinds);
      checkParameter(table, record, name, { value: 0 }, rules);
    }
    put(key, { ...record, parameters: Object.fromEntries(others) });
  } else {
    const rules = distributionRules(record, kinds);
    checkParameter(table, record, name, value, rules);
    const changed = { ...record, parameters: Object.fromEntries([...others, [name, value]]) };
    checkExclusive(table, changed, rules);
    put(key, changed);
  }
  release(draft, record);
}

function reparent(draft: Draft, { keys, scope }: Reparent, kinds: Kinds): void {
  const { table, put, place } = draft;
  for (const key of keys) existing(table, key);
  if (scope !== null) existing(table, scope);
  const moved = outermost(table, keys).filter((key) => (table.records.get(key)?.scope ?? null) !== scope);
  const above = scope === null ? [] : [scope, ...ancestors(table, scope)];
  for (const key of moved) {
    const record = existing(table, key);
    const family = familyOf(kinds, record.kind);
    if (scope !== null && above.includes(key)) {
      refuse(
        "ScopeError",
        `${describe(table, key)} cannot move into ${describe(table, scope)}, which is itself or inside of it.`,
      );
    }
    if (isBuiltin(table, record, kinds)) {
      refuse("ScopeError", `${describe(table, key)} is built in and cannot be moved.`);
    }
    if (scope === null && family === "link") {
      refuse("ScopeError", `${describe(table, key)} cannot stand alone; a Link stands in a Graph.`);
    }
    checkPlace(table, key, inScope(record, scope), family, kinds);
  }
  for (const key of moved.length ? onlyUsedBy(table, subtree(table, moved)) : []) {
    put(key, inScope(existing(table, key), scope));
  }
  for (const key of moved) {
    const record = existing(table, key);
    // Two that move together may have the same name.
    if (scope !== null && record.name !== undefined) checkFree(table, scope, record.name, key);
    put(key, inScope(record, scope));
    place(key, null);
  }
}

function moveNodes({ table, place }: Draft, { positions }: MoveNodes): void {
  for (const [key, position] of Object.entries(positions)) {
    existing(table, key);
    if (position !== null) checkPosition(key, position);
    place(key, position);
  }
}

function inScope(record: ModelRecord, scope: Key | null): ModelRecord {
  return scope === null ? without(record, "scope") : { ...record, scope };
}

function without(record: ModelRecord, field: string): ModelRecord {
  const { kind, ...fields } = record;
  return { kind, ...Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field)) };
}

function checkBuiltins(table: Table, patch: Patch, kinds: Kinds): void {
  for (const [key, [before, after]] of Object.entries(patch.records)) {
    const builtins = before === null && after !== null ? (kinds.builtins.get(after.kind) ?? []) : [];
    if (builtins.every((child) => table.names.has(nameKey(key, child.name)))) continue;
    refuse(
      "ScopeError",
      `${describe(table, key)} needs its built-in children ${builtins.map((child) => `'${child.name}'`).join(" and ")}. ` +
        "Add them in the same edit.",
    );
  }
}
