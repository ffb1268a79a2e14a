/** Constants in records: numbers, nested lists of numbers, and large arrays in the values table. */
import { refuse, shown } from "./refusal";

/** Constants with more elements than this stand in the values table, not inline. */
export const STORED_FROM = 1000;
export const MAXIMUM_DEPTH = 32;
const HASH = /^[0-9a-f]{32}$/;

/** Refuse what cannot stand as a constant in a record. */
export function checkConstant(value: unknown, where: string): void {
  if (Array.isArray(value)) {
    const count = shapeOf(value, where, 0).reduce((product, size) => product * size, 1);
    if (count > STORED_FROM) {
      refuse(
        "ParameterError",
        `${where} has ${count} elements. More than ${STORED_FROM} belong in the values table of the document.`,
      );
    }
  } else if (isTable(value)) {
    if (!isStored(value)) noConstant(value, where);
  } else {
    checkNumber(value, where);
  }
}

/** A list of non-negative integers. */
export function isShape(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((size) => Number.isInteger(size) && Number(size) >= 0 && Number(size) <= 2 ** 31)
  );
}

export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shapeOf(value: readonly unknown[], where: string, depth: number): readonly number[] {
  if (depth >= MAXIMUM_DEPTH) {
    refuse("ShapeError", `${where} is nested more than ${MAXIMUM_DEPTH} deep. Give an array of fewer axes.`);
  }
  const nested = value.filter((item) => Array.isArray(item));
  if (!nested.length) {
    for (const item of value) checkNumber(item, where);
    return [value.length];
  }
  const shapes = nested.map((item) => shapeOf(item, where, depth + 1));
  const first = shapes[0] ?? [];
  if (nested.length < value.length || shapes.some((shape) => shape.join() !== first.join())) {
    refuse("ShapeError", `${where} is ragged. Give every row the same length.`);
  }
  return [value.length, ...first];
}

function checkNumber(value: unknown, where: string): void {
  const sound = typeof value === "number" ? Number.isFinite(value) : typeof value === "boolean";
  if (!sound && value !== "inf" && value !== "-inf") noConstant(value, where);
}

function noConstant(value: unknown, where: string): never {
  refuse(
    "ParameterError",
    `${where} must be a finite number, "inf", "-inf" or a nested list of these, got ${shown(value)}.`,
  );
}

function isStored(value: Readonly<Record<string, unknown>>): boolean {
  return (
    Object.keys(value).sort().join() === "dtype,shape,values" &&
    typeof value.values === "string" &&
    HASH.test(value.values) &&
    isShape(value.shape) &&
    typeof value.dtype === "string"
  );
}
