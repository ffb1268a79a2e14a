/** @jsxImportSource preact */
// @vitest-environment jsdom
import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { actions } from "../../../js/src/editor/actions";
import { PALETTE_TYPE, SOURCE_TYPE } from "../../../js/src/editor/diagram-events";
import { chordText } from "../../../js/src/editor/keymap";
import { paletteGroups } from "../../../js/src/editor/palette-entries";
import { english } from "../../../js/src/editor/strings";
import { Chooser, type ChooserProps } from "../../../js/src/panels/chooser";
import { ConnectForm } from "../../../js/src/panels/connect-form";
import { Data } from "../../../js/src/panels/data";
import { Diagnostics } from "../../../js/src/panels/diagnostics";
import { DialogFrame } from "../../../js/src/panels/dialog";
import { Field } from "../../../js/src/panels/field";
import { HelpSheet } from "../../../js/src/panels/help";
import { Palette } from "../../../js/src/panels/palette";
import { CATALOG } from "../editor/catalog";

const stage = document.createElement("div");
document.body.append(stage);
afterEach(() => render(null, stage));

function show(content: ComponentChild): HTMLElement {
  act(() => render(content, stage));
  return stage;
}

function one<T extends Element>(selector: string, type: new () => T): T {
  const found = stage.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`nothing matches ${selector}`);
  return found;
}

function press(target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  act(() => void target.dispatchEvent(event));
  return event;
}

function type(target: HTMLInputElement, text: string): void {
  target.value = text;
  act(() => void target.dispatchEvent(new InputEvent("input", { bubbles: true })));
}

function button(text: string): HTMLButtonElement {
  const found = [...stage.querySelectorAll("button")].find(
    (each) => each.textContent?.includes(text) || each.getAttribute("aria-label")?.includes(text),
  );
  if (!found) throw new Error(`no button says ${text}`);
  return found;
}

function drag(target: Element): Map<string, string> {
  const data = new Map<string, string>();
  const event = new Event("dragstart", { bubbles: true });
  Object.assign(event, {
    dataTransfer: { setData: (kind: string, text: string) => data.set(kind, text), effectAllowed: "" },
  });
  act(() => void target.dispatchEvent(event));
  return data;
}

describe("a field", () => {
  const props = { label: "mean", value: "1", draft: undefined, onDraft: vi.fn(), onCommit: vi.fn() };

  it("commits on Enter and tells every keystroke", () => {
    show(<Field {...props} />);
    const input = one("input", HTMLInputElement);
    type(input, "2 * x");
    expect(props.onDraft).toHaveBeenLastCalledWith("2 * x");
    press(input, "Enter");
    expect(props.onCommit).toHaveBeenLastCalledWith("2 * x");
  });

  it("shows a refused text with its error and ties the two together", () => {
    show(<Field {...props} draft={{ text: "2 *", error: "Column 4: found the end" }} />);
    const input = one("input", HTMLInputElement);
    expect(input.value).toBe("2 *");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(document.getElementById(input.getAttribute("aria-describedby") ?? "")?.textContent).toBe(
      "Column 4: found the end",
    );
  });

  it("takes back what was typed on Escape, before the editor sees the key", () => {
    const outside = vi.fn();
    stage.addEventListener("keydown", outside);
    show(<Field {...props} draft={{ text: "2 *", error: null }} />);
    press(one("input", HTMLInputElement), "Escape");
    expect(props.onDraft).toHaveBeenLastCalledWith(null);
    expect(outside).not.toHaveBeenCalled();
    stage.removeEventListener("keydown", outside);
  });
});

describe("the palette", () => {
  const palette = (onInsert = vi.fn(), onDrag = vi.fn()) => (
    <Palette
      strings={english}
      groups={paletteGroups(CATALOG, english)}
      scopeName="cars"
      dynamic
      refusal={(entry) => (entry.kind === "Graph" ? "Not here" : null)}
      onInsert={onInsert}
      onDynamic={() => {}}
      onDrag={onDrag}
    />
  );

  it("adds the first match on Enter in its search", () => {
    const insert = vi.fn();
    show(palette(insert));
    const input = one("input", HTMLInputElement);
    type(input, "laplace");
    press(input, "Enter");
    expect(insert).toHaveBeenCalledWith(expect.objectContaining({ id: "distribution:LaplaceDistribution" }));
  });

  it("goes down from the search with the arrow and adds what has the focus", () => {
    const insert = vi.fn();
    show(palette(insert));
    const input = one("input", HTMLInputElement);
    type(input, "entity");
    input.focus();
    press(input, "ArrowDown");
    expect(document.activeElement?.textContent).toContain("Entity");
    if (document.activeElement) press(document.activeElement, "Enter");
    expect(insert).toHaveBeenCalledWith(expect.objectContaining({ id: "scope:Entity" }));
  });

  it("does not add what does not fit, and says why", () => {
    const insert = vi.fn();
    show(palette(insert));
    const entry = button("Graph");
    expect(entry.title).toBe("Not here");
    press(entry, "Enter");
    expect(insert).not.toHaveBeenCalled();
  });

  it("carries the entry in a drag", () => {
    const onDrag = vi.fn();
    show(palette(vi.fn(), onDrag));
    expect(JSON.parse(drag(button("Gamma")).get(PALETTE_TYPE) ?? "null")).toEqual({
      id: "distribution:GammaDistribution",
    });
    expect(onDrag).toHaveBeenCalledOnce();
  });
});

describe("the connect dialog", () => {
  const parameters = [
    { parameter: "mean", taken: true, formula: "3" },
    { parameter: "variance", taken: false, formula: "" },
  ];

  it("asks what to do with a parameter that is taken", () => {
    const connect = vi.fn();
    show(<ConnectForm strings={english} source="x" target="y" parameters={parameters} onConnect={connect} />);
    act(() => button("mean").click());
    expect([...stage.querySelectorAll("button")].map((each) => each.firstChild?.textContent)).toEqual([
      english.connectReplace,
      english.connectAdd,
      english.connectSlope,
    ]);
    act(() => button(english.connectSlope).click());
    expect(connect).toHaveBeenCalledWith("mean", "slope");
  });

  it("sets a parameter that is free", () => {
    const connect = vi.fn();
    show(<ConnectForm strings={english} source="x" target="y" parameters={parameters} onConnect={connect} />);
    act(() => button("variance").click());
    expect(document.activeElement?.textContent).toContain(english.connectSet);
    act(() => button(english.connectSet).click());
    expect(connect).toHaveBeenCalledWith("variance", "set");
  });

  it("goes from choice to choice with the arrow keys", () => {
    const parameters = ["mean", "variance"].map((parameter) => ({ parameter, taken: false, formula: "" }));
    show(<ConnectForm strings={english} source="x" target="y" parameters={parameters} onConnect={() => {}} />);
    button("mean").focus();
    press(button("mean"), "ArrowDown");
    expect(document.activeElement).toBe(button("variance"));
    press(button("variance"), "ArrowDown");
    expect(document.activeElement).toBe(button("mean"));
  });
});

describe("a chooser", () => {
  const chooser = (props: Partial<ChooserProps>) => {
    const choose = vi.fn();
    const choices = [{ id: "a", label: "alpha" }];
    show(<Chooser placeholder="find" empty="nothing" onChoose={choose} choices={choices} {...props} />);
    return { choose, input: one("input", HTMLInputElement) };
  };

  it("is driven by the keyboard alone and skips nothing that is disabled", () => {
    const { choose, input } = chooser({
      choices: [
        { id: "a", label: "alpha" },
        { id: "b", label: "beta", disabled: true },
        { id: "c", label: "gamma" },
      ],
    });
    expect(document.activeElement).toBe(input);
    press(input, "ArrowDown");
    press(input, "Enter");
    expect(choose).not.toHaveBeenCalled();
    press(input, "ArrowDown");
    press(input, "Enter");
    expect(choose).toHaveBeenCalledWith("c");
  });

  it("says when nothing matches", () => {
    type(chooser({}).input, "zz");
    expect(stage.textContent).toContain("nothing");
  });

  it("offers a new name last, and chooses it with Enter where nothing else matches", () => {
    const offer = (name: string) => (name === "" ? null : { id: `new:${name}`, label: `New ${name}` });
    const { choose, input } = chooser({ offer });
    const offered = () => [...stage.querySelectorAll("[role=option]")].map((each) => each.textContent);
    expect(offered()).toEqual(["alpha"]);
    type(input, "al");
    expect(offered()).toEqual(["alpha", "New al"]);
    type(input, "weight");
    press(input, "Enter");
    expect(choose).toHaveBeenCalledWith("new:weight");
  });
});

describe("a dialog", () => {
  it("has the focus as soon as it is there, and closes on Escape without leaking a key", () => {
    const close = vi.fn();
    const outside = vi.fn();
    stage.addEventListener("keydown", outside);
    show(
      <DialogFrame title="Add" closeLabel="Close" onClose={close}>
        <input aria-label="inside" />
      </DialogFrame>,
    );
    expect(document.activeElement?.getAttribute("aria-label")).toBe("inside");
    press(one("input", HTMLInputElement), "Escape");
    press(one("input", HTMLInputElement), "a");
    expect(close).toHaveBeenCalledOnce();
    expect(outside).not.toHaveBeenCalled();
    stage.removeEventListener("keydown", outside);
  });
});

describe("the data panel", () => {
  const source = {
    id: "s1",
    name: "df",
    type: "DataFrame",
    shape: [4, 1],
    columns: [{ name: "mpg", dtype: "float" as const, missing: 2 }],
  };
  const panel = (link = vi.fn(), unlink = vi.fn()) => (
    <Data
      strings={english}
      sources={[source]}
      kernel
      target={{ key: "k", name: "y" }}
      scope={{ key: "g", name: "cars" }}
      linked={new Map([["df.mpg", [{ key: "k", name: "y" }]]])}
      onLink={link}
      onUnlink={unlink}
      onRefresh={() => {}}
      onDrag={() => {}}
      onGo={() => {}}
    />
  );

  it("links a column to the selected variable and unlinks it", () => {
    const link = vi.fn();
    const unlink = vi.fn();
    show(panel(link, unlink));
    act(() => button("Link to y").click());
    expect(link).toHaveBeenCalledWith("k", { id: "s1", column: "mpg" });
    act(() => button(english.unlink).click());
    expect(unlink).toHaveBeenCalledWith("k");
    expect(stage.textContent).toContain("2 missing");
  });

  it("offers a whole frame to a scope, in words, while a variable is selected", () => {
    const link = vi.fn();
    show(panel(link));
    const all = button("Link columns to cars by name");
    expect(all.textContent).toBe("Link columns to cars by name");
    act(() => all.click());
    expect(link).toHaveBeenCalledWith("g", { id: "s1" });
  });

  it("carries the source in a drag", () => {
    show(panel());
    const column = [...stage.querySelectorAll(".why-source")].at(-1);
    if (!column) throw new Error("no column is shown");
    expect(JSON.parse(drag(column).get(SOURCE_TYPE) ?? "null")).toEqual({ id: "s1", column: "mpg" });
  });
});

describe("the list of problems", () => {
  it("goes to the node and offers the fix", () => {
    const go = vi.fn();
    const fix = vi.fn();
    const diagnostic = {
      key: "k",
      severity: "error" as const,
      code: "Shape",
      message: "does not fit",
      fix: { label: "Mend", commands: [] },
    };
    show(<Diagnostics strings={english} lines={[{ diagnostic, where: "g/y" }]} onGo={go} onFix={fix} />);
    act(() => button("does not fit").click());
    expect(go).toHaveBeenCalledWith("k");
    act(() => button("Mend").click());
    expect(fix).toHaveBeenCalledWith(diagnostic);
  });
});

describe("the help", () => {
  it("shows every action with its keys", () => {
    const lines = actions.map((action) => ({
      label: english[action.label],
      keys: action.keys.map((chord) => chordText(chord)),
    }));
    show(<HelpSheet strings={english} groups={[{ label: "All", lines }]} />);
    for (const action of actions) {
      expect(stage.textContent).toContain(english[action.label]);
      for (const chord of action.keys) expect(stage.textContent).toContain(chordText(chord));
    }
  });
});
