import { expect, it } from "vitest";
import { numberText } from "../../js/src/number-text";

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
