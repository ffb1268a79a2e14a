/** The rules of a link: both ends exist and match, and the target is free. */
import type { Key } from "../protocol/types";
import { isLink, type LinkRecord } from "./records";
import { refuse } from "./refusal";
import { describe, title } from "./selectors";
import type { Table } from "./table";

export function checkLink(table: Table, key: Key, record: LinkRecord): void {
  const source = checkEnd(table, record, "source");
  const target = checkEnd(table, record, "target");
  if (source.kind !== target.kind || record.source === record.target) {
    refuse(
      "LinkError",
      `${describe(table, record.source)} cannot be linked to ${describe(table, record.target)}. ` +
        "Link two different elements of the same kind.",
    );
  }
  for (const user of [...(table.users.get(record.target) ?? [])].sort()) {
    const other = table.records.get(user);
    if (other && user !== key && isLink(other) && other.target === record.target) {
      refuse(
        "LinkError",
        `${describe(table, record.target)} is linked to ${describe(table, other.source)} already. ` +
          "A target has one source; delete the other link first.",
      );
    }
  }
}

function checkEnd(table: Table, record: LinkRecord, end: "source" | "target") {
  const other = table.records.get(record[end]);
  if (!other) {
    refuse(
      "LinkError",
      `The ${end} of ${title(table, record)} is '${record[end]}', which does not exist. Add it first.`,
    );
  }
  if (other.name === undefined || ["Graph", "Inputs", "Outputs", "Factor"].includes(other.kind)) {
    refuse(
      "LinkError",
      `${describe(table, record[end])} cannot be the ${end} of ${title(table, record)}. Link entities or variables.`,
    );
  }
  return other;
}
