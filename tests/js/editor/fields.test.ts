import { describe, expect, it } from "vitest";
import { distributionFormula } from "../../../js/src/document/distribution-formula";
import { commitField, draftOf, LAW, makeMissing } from "../../../js/src/editor/fields";
import { readShape, readValue } from "../../../js/src/editor/typed-values";
import { carsEditor, formula, keyOf, named } from "./fixture";

describe("a typed shape", () => {
  it.each([
    ["", []],
    ["3", [3]],
    ["2, 3", [2, 3]],
    ["(2, 3)", [2, 3]],
    ["[4]", [4]],
    ["(5,)", [5]],
  ])("%j is read", (text, shape) => expect(readShape(text)).toEqual(shape));
  it.each(["x", "2.5", "-1", "2 3"])("%j is refused", (text) => expect(readShape(text)).toBeNull());
});

describe("a typed value", () => {
  it.each([
    ["1.5", 1.5],
    ["-2", -2],
    ["−2", -2],
    [".5", 0.5],
    ["1e-3", 0.001],
    ["True", true],
    ["inf", "inf"],
    ["-inf", "-inf"],
    ["[1, [2]]", [1, [2]]],
  ])("%j is read", (text, value) => expect(readValue(text)).toEqual(value));
  it.each(["", "x", "1e400", "NaN", "{}", '"a"', "1 2"])("%j is refused", (text) => expect(readValue(text)).toBeNull());
});

describe("a formula that begins with a distribution, as the card shows it", () => {
  it.each(["Normal(intercept, 1)", "NormalDistribution(intercept)", "wb.Normal(intercept)", "Normal(nobody, 1)"])(
    "%j is answered with what the field is",
    async (text) => {
      const editor = carsEditor();
      const key = keyOf(editor, "mpg");
      const before = formula(editor, "mpg");
      expect(await commitField(editor, key, "parameter.mean", text)).toBe(false);
      expect(draftOf(editor, key, "parameter.mean")?.error).toMatch(
        /^This field is the mean alone: .*without .*Normal/,
      );
      expect(formula(editor, "mpg")).toBe(before);
    },
  );
  it("is not confused with a function of another name", async () => {
    const editor = carsEditor();
    const key = keyOf(editor, "mpg");
    await commitField(editor, key, "parameter.mean", "esp(intercept)");
    expect(draftOf(editor, key, "parameter.mean")?.error).toMatch(/no function 'esp'/);
  });
});

describe("a name that nothing has", () => {
  const field = "parameter.mean";
  const offered = async (text: string, user = "mpg") => {
    const editor = carsEditor();
    const key = keyOf(editor, user);
    await commitField(editor, key, field, text);
    const labels = () => draftOf(editor, key, field)?.offers?.map(({ label }) => label);
    const take = async (label: string) => {
      const offer = draftOf(editor, key, field)?.offers?.find((one) => one.label === label);
      return offer !== undefined && (await makeMissing(editor, key, field, offer));
    };
    return { editor, labels, take };
  };

  it("is made with the formula in one step that undo takes back", async () => {
    const { editor, labels, take } = await offered("2 * wear");
    const before = formula(editor, "mpg");
    expect(labels()).toEqual(["Make variable wear", "Make static variable wear"]);
    expect(await take("Make static variable wear")).toBe(true);
    expect(formula(editor, "mpg")).toBe("2 * wear");
    expect(editor.host.document.value.records.get(keyOf(editor, "wear"))?.kind).toBe("StaticVariable");
    editor.host.undo();
    expect(formula(editor, "mpg")).toBe(before);
    expect(() => keyOf(editor, "wear")).toThrow();
  });

  it("is made alone where the formula lacks another one, which is offered next", async () => {
    const { editor, labels, take } = await offered("wear * rust");
    expect(await take("Make variable wear")).toBe(false);
    expect(labels()).toEqual(["Make variable rust", "Make static variable rust"]);
    expect(await take("Make static variable rust")).toBe(true);
    expect(formula(editor, "mpg")).toBe("wear * rust");
  });

  it("of one value for all rows is one value for all rows", async () => {
    expect((await offered("wear", "intercept")).labels()).toEqual(["Make static variable wear"]);
  });

  it.each(["cars.wear", "wear(1)", "2 +"])("is none in %s", async (text) => {
    expect((await offered(text)).labels()).toBeUndefined();
  });
});

describe("a whole distribution, as the card shows it", () => {
  const typed = async (editor: ReturnType<typeof carsEditor>, name: string, text: string) => {
    const key = keyOf(editor, name);
    const done = await commitField(editor, key, LAW, text);
    const { document, catalog } = editor.host;
    return {
      done,
      error: draftOf(editor, key, LAW)?.error ?? "",
      text: distributionFormula(document.value, key, catalog.value),
    };
  };
  it.each([
    ["Normal(intercept + 1, 2)", "Normal(intercept + 1, 2)"],
    ["Normal(intercept, sd=3)", "Normal(intercept, standard_deviation=3)"],
    ["wb.NormalDistribution(mean=intercept, precision = 4)", "Normal(intercept, precision=4)"],
    ["Gamma(2, rate=0.5)", "Gamma(2, 0.5)"],
    ["Normal(0, 1)", "Normal(0, 1)"],
  ])("%j is read in one step, and what it leaves out is unset", async (text, shown) => {
    const editor = carsEditor();
    const before = distributionFormula(editor.host.document.value, keyOf(editor, "mpg"), editor.host.catalog.value);
    expect(await typed(editor, "mpg", text)).toEqual({ done: true, error: "", text: shown });
    editor.host.undo();
    expect(distributionFormula(editor.host.document.value, keyOf(editor, "mpg"), editor.host.catalog.value)).toBe(
      before,
    );
  });
  it("leaves the operators of what is as it was", async () => {
    const editor = carsEditor();
    const mean = named(editor, "mpg").parameters?.mean;
    const text = distributionFormula(editor.host.document.value, keyOf(editor, "mpg"), editor.host.catalog.value) ?? "";
    expect((await typed(editor, "mpg", text.replace(/,[^,]*\)$/, ", 0.25)"))).done).toBe(true);
    expect(named(editor, "mpg").parameters?.mean).toEqual(mean);
  });
  it("gives a vector the axes of what it is drawn by", async () => {
    const editor = carsEditor();
    await typed(editor, "mpg", "Dirichlet([1, 2, 3])");
    expect(named(editor, "mpg").shape).toEqual([3]);
  });
  it.each([
    ["Normal(intercept, variance=1, sd=2)", /^Give variance or standard_deviation, not both/],
    ["Normal(intercept, sigma=2)", /^Normal has no sigma. It takes mean, /],
    ["Normal(esp(1), 2)", /column 8.*no function 'esp'/i],
    ["Normal(intercept, 2", /found the end, expected/],
    ["Normal(intercept, 2) + 1", /^Write Normal\(…\) alone/],
  ])("%j is refused", async (text, why) => {
    const editor = carsEditor();
    const before = named(editor, "mpg");
    const { done, error } = await typed(editor, "mpg", text);
    expect(done).toBe(false);
    expect(error).toMatch(why);
    expect(named(editor, "mpg")).toBe(before);
  });
});
