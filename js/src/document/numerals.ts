/**
 * Numbers as text: exactly, as ECMAScript prints them, or rounded for a reader.
 * Twin of `python/whyboard/document/numerals.py`.
 */
import type { Scalar } from "./records";
import { LARGEST_INTEGER } from "./tokens";

export const MINUS = "\u2212";
const DIGITS = 3;
const WHOLE_BELOW = 10_000;
const LARGE = 6;
const SMALL = -4;

/** A number as a formula states it; a whole float keeps a decimal point, so that it is read back as a float. */
export function exact(value: Scalar, dtype: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || dtype === "bool") return value ? "True" : "False";
  const text = String(value);
  const whole = /^-?[0-9]+$/.test(text);
  const inexact = dtype === "" && Math.abs(value) > LARGEST_INTEGER;
  return whole && (dtype === "float" || inexact) ? `${text}.0` : text;
}

/**
 * A number for a reader: at most three significant digits and a real minus sign. Whole numbers below 10,000 stay as
 * they are: a year or a count would be wrong if it were rounded.
 */
export function rounded(value: Scalar): string {
  if (typeof value === "string") return value.replace("-", MINUS).replace("inf", "∞");
  if (typeof value === "boolean") return String(value);
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : "";
  if (size < WHOLE_BELOW && Number.isInteger(size)) return `${sign}${size}`;
  const [mantissa = "", power = ""] = size.toExponential(DIGITS - 1).split("e");
  const exponent = Number(power);
  const digits = mantissa.replace(".", "").replace(/0+$/, "");
  if (exponent >= LARGE || exponent < SMALL) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? MINUS : ""}${Math.abs(exponent)}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return fraction ? `${sign}${whole}.${fraction}` : `${sign}${whole}`;
}
