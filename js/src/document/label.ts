/** What an edit is called in the history. */
import type { Command, Key } from "../protocol/types";
import type { Patch } from "./patch";
import type { Table } from "./table";

/** A few words for the first command that shows: `Add 'x'`, `Set mean of 'y'`. */
export function editLabel(table: Table, commands: readonly Command[], patch: Patch): string {
  const command = commands.find((each) => each.type !== "AddRecord" || each.record.name !== undefined) ?? commands[0];
  if (!command) return "";
  const called = (key: Key): string => {
    const record = table.records.get(key) ?? patch.records[key]?.[0];
    return record?.name === undefined ? (record?.kind ?? "a record") : `'${record.name}'`;
  };
  const all = (keys: readonly Key[]): string =>
    keys[0] && keys.length === 1 ? called(keys[0]) : `${keys.length} elements`;
  switch (command.type) {
    case "AddRecord":
      return `Add ${called(command.key)}`;
    case "DeleteRecords":
      return `Delete ${all(command.keys)}`;
    case "Rename":
      return `Rename to '${command.name}'`;
    case "SetField":
      return `Set ${command.field} of ${called(command.key)}`;
    case "SetParameter":
      return `Set ${command.parameter} of ${called(command.key)}`;
    case "Reparent":
      return `Move ${all(command.keys)}`;
    case "Paste":
      return `Paste ${all(Object.keys(command.records))}`;
    case "MoveNodes":
      return `Place ${all(Object.keys(command.positions))}`;
  }
}
