import { describe, expect, it } from "vitest";
import { run } from "../../../js/src/document/commands";
import { fromData } from "../../../js/src/document/document";
import { insertion, insertionScope, kindIn } from "../../../js/src/editor/insertion";
import { paletteGroups } from "../../../js/src/editor/palette-entries";
import { english } from "../../../js/src/editor/strings";
import { packagedCatalog } from "../../../js/src/hosts/catalog";
import type { ModelRecord } from "../../../js/src/protocol/types";

const normal = { shape: [], dtype: "float", distribution: "NormalDistribution", parameters: {} } as const;
const records: Record<string, ModelRecord> = {
  g: { kind: "Graph", name: "g" },
  gi: { kind: "Inputs", name: "inputs", scope: "g" },
  go: { kind: "Outputs", name: "outputs", scope: "g" },
  mixture: { kind: "Entity", name: "mixture", scope: "g" },
  x: { kind: "Variable", name: "x", scope: "g", ...normal },
  y: { kind: "Variable", name: "y", scope: "g", ...normal },
  f: { kind: "Factor", name: "f", scope: "g" },
};
const document = fromData({ format: "whyboard/model", version: 1, records, layout: {} });
const groups = paletteGroups(packagedCatalog, english);
const entryOf = (id: string) => {
  const found = groups.flatMap((group) => group.entries).find((one) => one.id === id);
  if (!found) throw new Error(`no palette entry ${id}`);
  return found;
};
const insert = (id: string, options: Parameters<typeof insertion>[4]) => {
  const result = insertion(document, packagedCatalog, "g", entryOf(id), options);
  if (!result) throw new Error(`${id} does not fit`);
  const done = run(document, result.commands, packagedCatalog);
  if (!done.ok) throw new Error(done.message);
  return { ...result, after: done.document };
};

describe("a template of the catalog", () => {
  it("stands in the palette in the group of its builder", () => {
    const harmoniums = groups.find((group) => group.label === "Harmoniums");
    expect(harmoniums?.entries.map((one) => one.label)).toContain("Factor analysis");
  });

  it("is added with all that is in it under fresh keys and a free name, by one command", () => {
    const { commands, key, name, after } = insert("template:mixture", { dynamic: true, place: { x: 5, y: 7 } });
    expect(commands).toHaveLength(1);
    expect(name).toBe("mixture2");
    expect(after.records.get(key)).toMatchObject({ kind: "Entity", name: "mixture2", scope: "g" });
    expect(after.layout.get(key)).toEqual({ x: 5, y: 7 });
    const inside = [...after.records.values()].filter((record) => record.scope === key && record.name);
    expect(inside.map((record) => record.name).sort()).toEqual([
      "latent",
      "mean",
      "observable",
      "precision",
      "weights",
    ]);
  });

  it("brings its inner scopes and its undirected terms", () => {
    const deep = insert("template:hierarchical", { dynamic: true });
    const inner = [...deep.after.records].find(([, one]) => one.scope === deep.key && one.kind === "Entity");
    expect(inner?.[1].name).toBe("latent");
    const machine = insert("template:boltzmann", { dynamic: true });
    expect([...machine.after.records.values()].some((one) => one.kind === "Factor" && one.scope === machine.key)).toBe(
      true,
    );
  });

  it("does not fit where its scope may not stand", () => {
    expect(kindIn(document, packagedCatalog, "x", entryOf("template:mixture"), true)).toBeNull();
  });
});

describe("a factor of the palette", () => {
  it("starts with the product of what is selected", () => {
    const { key, after } = insert("scope:Factor", { dynamic: true, from: ["x", "y"] });
    const value = after.records.get(key)?.parameters?.log_density;
    const operator = value && "ref" in value ? after.records.get(value.ref) : undefined;
    expect(operator).toMatchObject({ kind: "Mul", operands: ["x", "y"] });
  });

  it("is no scope to add to", () => {
    expect(insertionScope(document, packagedCatalog, "g", "f")).toBe("g");
  });
});
