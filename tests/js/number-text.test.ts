import { expect, it } from "vitest";
import { numberText, withMinusSigns } from "../../js/src/number-text";

it.each([
  [0, "0"],
  [1.23456, "1.23"],
  [-1.5, "−1.5"],
  [1234.5, "1235"],
  [0.00012345, "1.23e−4"],
  [12345678, "1.23e7"],
  [Number.POSITIVE_INFINITY, "∞"],
  [null, "–"],
  [Number.NaN, "–"],
])("shows %s as %s", (value, text) => expect(numberText(value)).toBe(text));

it("shows as many digits as are asked for", () => expect(numberText(-223.39741, 6)).toBe("−223.397"));

it.each([
  ["lower bound -223.4", "lower bound −223.4"],
  ["got -.5 and (-1, 2)", "got −.5 and (−1, 2)"],
  ["R-hat of x-1 in 'a'-2 is 1e-3", "R-hat of x-1 in 'a'-2 is 1e-3"],
])("gives the numbers of %s real minus signs", (text, shown) => expect(withMinusSigns(text)).toBe(shown));
