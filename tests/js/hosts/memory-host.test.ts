import { describe, expect, it } from "vitest";
import { serialise } from "../../../js/src/document/document";
import { createMemoryHost, type MemoryOptions } from "../../../js/src/hosts/memory-host";
import { CATALOG, DATA, model } from "../document/conformance";

const open = (options: Partial<MemoryOptions> = {}) =>
  createMemoryHost({ data: DATA, root: "g", catalog: CATALOG, ...options });
const rename = (name: string) => [{ type: "Rename" as const, key: "x", name }];

describe("a host in memory", () => {
  it("edits, undoes and redoes, and says what each would do", async () => {
    const host = open();
    expect(await host.edit(rename("w"))).toEqual({ ok: true });
    expect(host.history.value).toEqual({ undo: "Rename to 'w'", redo: null });
    host.undo();
    expect(serialise(host.document.value)).toBe(serialise(model()));
    expect(host.history.value).toEqual({ undo: null, redo: "Rename to 'w'" });
    host.redo();
    expect(host.document.value.records.get("x")?.name).toBe("w");
  });

  it("makes one step of neighbouring edits with one token", async () => {
    const host = open();
    await host.edit(rename("w1"), "Typing", "burst");
    await host.edit(rename("w2"), "Typing", "burst");
    await host.edit(rename("w3"), "Typing", "other");
    host.undo();
    expect(host.document.value.records.get("x")?.name).toBe("w2");
    host.undo();
    expect(host.document.value.records.get("x")?.name).toBe("x");
  });

  it("says why an edit is refused and stays as it was", async () => {
    const host = open();
    const before = host.document.value;
    expect(await host.edit(rename("a b"))).toMatchObject({ ok: false, code: "NameClash" });
    expect(host.document.value).toBe(before);
    expect(host.history.value.undo).toBeNull();
  });

  it("refuses every edit when it is for reading only", async () => {
    const host = open({ readonly: true });
    expect(await host.edit(rename("w"))).toMatchObject({ ok: false });
    expect(host.document.value.records.get("x")?.name).toBe("x");
  });

  it("never undoes the scope that is shown", async () => {
    const host = open({ data: { ...DATA, records: {}, layout: {} }, root: "e" });
    await host.edit([{ type: "AddRecord", key: "e", record: { kind: "Entity", name: "e" } }]);
    expect(host.history.value.undo).toBeNull();
    host.undo();
    expect(host.document.value.records.has("e")).toBe(true);
  });

  it("keeps evidence, and offers a kernel only if it was lent one", async () => {
    const host = open();
    host.observe("x", 3);
    host.setDo("y", 1);
    host.observe("x", null);
    expect(host.evidence.value).toEqual({ y: { kind: "do", value: 1 } });
    expect(host.capabilities.value.kernel).toBe(false);
    expect(await host.link("x", { id: "frame" })).toMatchObject({ ok: false });
    const solved: string[] = [];
    const lent = open({ kernel: { solve: (method) => void solved.push(method) } });
    lent.solve("Forward");
    expect([lent.capabilities.value.kernel, solved]).toEqual([true, ["Forward"]]);
  });
});
