import { describe, expect, it } from "vitest";
import { run } from "../../../js/src/document/commands";
import { apply, type ModelDocument, serialise, type Table } from "../../../js/src/document/document";
import { inverse } from "../../../js/src/document/patch";
import { CATALOG, COMMANDS, model } from "./conformance";

/** The indexes of a document, in an order of their own. */
function indexes({ children, names, users }: Table) {
  const sorted = <T>(map: Iterable<readonly [unknown, T]>) =>
    [...map].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return {
    children: sorted(children),
    names: sorted(names),
    users: sorted(users).map(([key, set]) => [key, [...set].sort()]),
  };
}

/** The same records, indexed from nothing. */
function rebuilt(document: ModelDocument): Table {
  const empty = {
    ...document,
    records: new Map(),
    layout: new Map(),
    children: new Map(),
    names: new Map(),
    users: new Map(),
  };
  const all = [...document.records].map(([key, record]) => [key, [null, record]] as const);
  return apply(empty, { records: Object.fromEntries(all), layout: {} });
}

describe("a command", () => {
  it.each(COMMANDS.cases.map((each) => [each.name, each] as const))("%s", (_, { commands, patch, error }) => {
    const before = model();
    const text = serialise(before);
    const result = run(before, commands, CATALOG);
    expect(serialise(before)).toBe(text);
    if (!result.ok) {
      expect({ code: result.code, message: result.message }).toEqual(error);
      return;
    }
    expect(result.patch).toEqual(patch);
    expect(serialise(result.document)).toBe(serialise(apply(before, result.patch)));
    // The values table keeps what it gained.
    const back = { ...apply(result.document, inverse(result.patch)), values: before.values };
    expect(serialise(back)).toBe(text);
    expect(indexes(result.document)).toEqual(indexes(rebuilt(result.document)));
  });

  it("leaves children sorted by key, whatever the order of creation", () => {
    const records = ["k3", "k1", "k2"].map((key) => ({
      type: "AddRecord" as const,
      key,
      record: { kind: "Entity", name: key, scope: "f" },
    }));
    const result = run(model(), records, CATALOG);
    expect(result.ok && result.document.children.get("f")).toEqual(["k1", "k2", "k3"]);
  });

  it("adds many records in one edit without copying the tables for each", () => {
    const commands = Array.from({ length: 20_000 }, (_, index) => ({
      type: "AddRecord" as const,
      key: `n${index}`,
      record: { kind: "Entity", name: `n${index}`, scope: "f" },
    }));
    // Copying a table of 20,000 entries 20,000 times would take minutes, not the time limit of a test.
    const result = run(model(), commands, CATALOG);
    expect(result.ok && result.document.children.get("f")?.length).toBe(20_000);
  });
});
