/** Numbers, shapes and settings as people type them. Pure. */
import type { DType, Value } from "../protocol/types";

/** `2, 3` or `(2, 3)` as `[2, 3]`; `null` if it is no shape. */
export function readShape(text: string): number[] | null {
  const parts = text
    .replace(/^[([]|[)\]]$/g, "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  const shape = parts.map(Number);
  return shape.every((size) => Number.isInteger(size) && size >= 0) ? shape : null;
}

/** A number, `true`, `inf`, or nested lists of them; `null` if it is none of these. */
export function readValue(text: string): Value | null {
  const plain = text.replaceAll("−", "-");
  if (/^-?inf(inity)?$/i.test(plain)) return plain.startsWith("-") ? "-inf" : "inf";
  try {
    const value: unknown = JSON.parse(
      plain
        .replace(/\bTrue\b/g, "true")
        .replace(/\bFalse\b/g, "false")
        .replace(/^\+?\./, "0."),
    );
    return isValue(value) ? value : null;
  } catch {
    return null;
  }
}

/** A value of a variable: of a vector its elements too, with commas between and no brackets around. */
export function readElements(text: string, shape: readonly number[]): Value | null {
  const listed = shape.length === 1 && /^[^[\]]*,[^[\]]*$/.test(text);
  return readValue(listed ? `[${text.replace(/,\s*$/, "")}]` : text);
}

/** How a value of this shape is written: `[0, 0]`; a few elements stand for many. */
export function exampleOf(shape: readonly number[]): string {
  const [size, ...inner] = shape;
  if (size === undefined) return "0";
  const one = exampleOf(inner);
  const shown = Array.from({ length: Math.min(size, 3) }, () => one).join(", ");
  return size > 3 ? `[${shown}, …]` : `[${shown}]`;
}

function isValue(value: unknown): value is Value {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "boolean" || (Array.isArray(value) && value.every(isValue));
}

/** A setting: a number, a list, true, false or None where it is one, else the text itself. */
export function readSetting(text: string): unknown {
  if (text === "" || text === "None") return null;
  return readValue(text) ?? text;
}

/** Whole numbers stay whole, so that they can index. */
export function typeOf(value: Value): DType {
  if (Array.isArray(value)) {
    const types = new Set(value.map(typeOf));
    return types.size === 1 ? (types.values().next().value ?? "float") : "float";
  }
  if (typeof value === "boolean") return "bool";
  return Number.isInteger(value) ? "int" : "float";
}
