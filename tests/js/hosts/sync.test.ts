import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serialise } from "../../../js/src/document/document";
import type { EditResult } from "../../../js/src/hosts/host";
import { createSync, type Sync } from "../../../js/src/hosts/sync";
import type { Command } from "../../../js/src/protocol/types";
import { CATALOG, DATA } from "../document/conformance";
import { type Faults, Kernel, RELIABLE, seeded } from "./unreliable";

const rename = (key: string, name: string): Command[] => [{ type: "Rename", key, name }];
const entity = (key: string, name: string, scope = "e"): Command[] => [
  { type: "AddRecord", key, record: { kind: "Entity", name, scope } },
];

function open(kernel: Kernel): Sync {
  const sync: Sync = createSync({
    transport: kernel.connect((trait) => sync.replace(trait)),
    start: kernel.trait(),
    history: { undo: null, redo: null },
    catalog: () => CATALOG,
    patience: 1000,
  });
  return sync;
}

function start(faults: Faults = RELIABLE, seed = 1) {
  const kernel = new Kernel(DATA, CATALOG, faults, seeded(seed));
  return { kernel, sync: open(kernel) };
}

const nameOf = (sync: Sync, key: string) => sync.document.value.records.get(key)?.name;

/** Deliver messages and let time pass until nothing waits and nothing is under way. */
async function settle(kernel: Kernel, syncs: readonly Sync[]): Promise<void> {
  for (let round = 0; round < 60; round++) {
    kernel.deliver();
    if (syncs.every((sync) => sync.waiting.value === 0 && sync.revision() === kernel.revision)) return;
    await vi.advanceTimersByTimeAsync(61_000);
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a view in step with a kernel", () => {
  it("shows its own edit at once and keeps the same document when the kernel agrees", async () => {
    const { kernel, sync } = start();
    const result = sync.edit(rename("x", "w"));
    expect(nameOf(sync, "x")).toBe("w");
    expect(sync.waiting.value).toBe(1);
    const shown = sync.document.value;
    kernel.deliver();
    expect(await result).toEqual({ ok: true });
    expect(sync.document.value).toBe(shown);
    expect(sync.revision()).toBe(1);
    expect(sync.history.value.undo).toBe("edit");
  });

  it("refuses on its own what cannot be, without asking", async () => {
    const { kernel, sync } = start();
    expect(await sync.edit(rename("x", "a b"))).toMatchObject({ ok: false, code: "NameClash" });
    kernel.deliver();
    expect(kernel.received).toEqual([]);
  });

  it("snaps back and says why when the kernel refuses", async () => {
    const { kernel, sync } = start();
    kernel.edit(entity("n1", "taken"));
    const result = sync.edit(entity("n2", "taken"));
    expect(nameOf(sync, "n2")).toBe("taken");
    kernel.deliver();
    expect(await result).toMatchObject({ ok: false, code: "NameClash", message: expect.stringContaining("g/e/taken") });
    expect(nameOf(sync, "n2")).toBeUndefined();
    expect(serialise(sync.document.value)).toBe(serialise(kernel.document));
  });

  it("carries what waits over changes that come from elsewhere", () => {
    const { kernel, sync } = start();
    kernel.edit(rename("e", "other"));
    sync.edit(rename("x", "w"));
    kernel.deliver();
    expect([nameOf(sync, "x"), nameOf(sync, "e")]).toEqual(["w", "other"]);
  });

  it("leaves out an own edit that no longer fits, until the kernel has spoken", async () => {
    const { kernel, sync } = start();
    kernel.edit([{ type: "DeleteRecords", keys: ["x"] }]);
    const result = sync.edit(rename("x", "w"));
    kernel.deliver();
    expect(sync.document.value.records.has("x")).toBe(false);
    expect(await result).toMatchObject({ ok: false, code: "UnknownName" });
  });

  it("asks for a refresh when a revision is missing, and goes on from it", () => {
    const { kernel, sync } = start();
    kernel.faults = { ...RELIABLE, drop: 1 };
    kernel.edit(rename("x", "lost"));
    kernel.faults = RELIABLE;
    kernel.edit(rename("y", "kept"));
    kernel.deliver();
    expect(kernel.received.map((message) => message.kind)).toEqual(["refresh"]);
    expect([nameOf(sync, "x"), nameOf(sync, "y"), sync.revision()]).toEqual(["lost", "kept", 2]);
  });

  it("does not go back to an older document that arrives late", () => {
    const { kernel, sync } = start();
    const late = kernel.trait();
    kernel.edit(rename("x", "w"));
    kernel.deliver();
    sync.replace(late);
    expect([nameOf(sync, "x"), sync.revision()]).toEqual(["w", 1]);
  });

  it("sends an edit again when no answer comes, and the kernel carries it out once", async () => {
    const { kernel, sync } = start({ ...RELIABLE, drop: 1 });
    const result = sync.edit(entity("n1", "once"));
    kernel.deliver();
    kernel.faults = RELIABLE;
    await vi.advanceTimersByTimeAsync(1000);
    await vi.advanceTimersByTimeAsync(2000);
    kernel.deliver();
    expect(await result).toEqual({ ok: true });
    expect([kernel.received.length, kernel.revision]).toEqual([2, 1]);
    await vi.advanceTimersByTimeAsync(600_000);
    kernel.deliver();
    expect(kernel.received.length).toBe(2);
  });

  it("learns that an edit was carried out although its answer was lost", async () => {
    const { kernel, sync } = start();
    const result = sync.edit(rename("x", "w"));
    kernel.faults = { ...RELIABLE, drop: 1 };
    kernel.deliver();
    kernel.faults = RELIABLE;
    kernel.edit(rename("y", "v"));
    kernel.deliver();
    expect(await result).toEqual({ ok: true });
    expect([nameOf(sync, "x"), nameOf(sync, "y"), kernel.revision]).toEqual(["w", "v", 2]);
  });

  it("tries an edit again that overtook the one it builds on", async () => {
    const { kernel, sync } = start();
    const first = sync.edit(entity("n1", "outer"));
    const second = sync.edit(entity("n2", "inner", "n1"));
    kernel.faults = { ...RELIABLE, reorder: 1 };
    const results = Promise.all([first, second]);
    await settle(kernel, [sync]);
    expect(await results).toEqual([{ ok: true }, { ok: true }]);
    expect(kernel.document.records.has("n2")).toBe(true);
  });

  it("undoes once, however often the message arrives", async () => {
    const { kernel, sync } = start({ ...RELIABLE, double: 1 });
    sync.edit(rename("x", "a1"));
    sync.edit(rename("x", "a2"));
    await settle(kernel, [sync]);
    const result = sync.undo();
    await settle(kernel, [sync]);
    expect(await result).toEqual({ ok: true });
    expect(nameOf(sync, "x")).toBe("a1");
    sync.redo();
    await settle(kernel, [sync]);
    expect(nameOf(sync, "x")).toBe("a2");
  });

  it("answers an edit without effect", async () => {
    const { kernel, sync } = start();
    const result = sync.edit(rename("x", "x"));
    kernel.deliver();
    expect(await result).toEqual({ ok: true });
  });

  it("hears nothing in messages that are none, and hands on the others", () => {
    const heard: unknown[] = [];
    let tell: (message: unknown) => void = () => {};
    const sync = createSync({
      transport: {
        send: () => {},
        onMessage: (callback) => {
          tell = (message) => callback(message, []);
          return () => {};
        },
      },
      start: new Kernel(DATA, CATALOG, RELIABLE, Math.random).trait(),
      history: { undo: null, redo: null },
      catalog: () => CATALOG,
      onOther: (message) => heard.push(message.kind),
    });
    const before = sync.document.value;
    for (const message of [
      null,
      3,
      {},
      { kind: "patch" },
      { kind: "patch", revision: 1, cause: null, patch: { records: { x: [1] }, layout: {} }, history: {} },
    ])
      tell(message);
    tell({ kind: "code", id: "a", text: "b" });
    expect(sync.document.value).toBe(before);
    expect(heard).toEqual(["code"]);
  });

  it("answers everything that waits when it is closed", async () => {
    const { sync } = start();
    const result = sync.edit(rename("x", "w"));
    sync.dispose();
    expect(await result).toMatchObject({ ok: false, code: "Disconnected" });
  });
});

type Act = { readonly who: "first" | "second" | "cell"; readonly what: number; readonly when: number };

const acts = fc.array(
  fc.record({ who: fc.constantFrom("first", "second", "cell"), what: fc.nat(6), when: fc.nat(2) }) as fc.Arbitrary<Act>,
  { minLength: 1, maxLength: 25 },
);

function commandsFor(act: Act, index: number): Command[] {
  switch (act.what) {
    case 0:
      return rename("x", `x${index}`);
    case 1:
      return entity(`n${index}`, "clash");
    case 2:
      return entity(`m${index}`, `m${index}`, "f");
    case 3:
      return [{ type: "DeleteRecords", keys: ["f"] }];
    case 4:
      return [{ type: "MoveNodes", positions: { e: { x: index, y: 0 } } }];
    default:
      return [{ type: "SetParameter", key: "x", parameter: "mean", value: { value: index } }];
  }
}

describe("two views and a cell over a transport that delays, drops, doubles and reorders", () => {
  it("end with the kernel's document, every edit answered and none done twice", async () => {
    await fc.assert(
      fc.asyncProperty(acts, fc.nat(), async (script, seed) => {
        const { kernel, sync: first } = start({ drop: 0.2, double: 0.2, reorder: 0.5 }, seed);
        const second = open(kernel);
        const results: Promise<EditResult>[] = [];
        let asked = 0;
        for (const [index, act] of script.entries()) {
          const sync = act.who === "first" ? first : second;
          if (act.who === "cell") kernel.edit(commandsFor(act, index));
          else if (act.what === 6) results.push(sync.undo());
          else results.push(sync.edit(commandsFor(act, index)));
          asked++;
          if (act.when === 0) kernel.deliver();
        }
        kernel.faults = RELIABLE;
        // A last change from a cell, so that whoever missed the one before notices.
        kernel.edit(rename("s", "last"));
        await settle(kernel, [first, second]);
        const answers = await Promise.all(results);
        expect(answers.every((answer) => answer.ok || answer.message.length > 0)).toBe(true);
        expect(kernel.revision).toBeLessThanOrEqual(asked + 1);
        expect(serialise(first.document.value)).toBe(serialise(kernel.document));
        expect(serialise(second.document.value)).toBe(serialise(kernel.document));
        first.dispose();
        second.dispose();
      }),
      { numRuns: 60 },
    );
  });
});
