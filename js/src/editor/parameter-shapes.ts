/** The axes of a vector are those of what it is drawn by: its shape follows a constant that is typed. Pure. */
import type { DistributionKind, Key, ModelRecord, Parameter, SetField, Value } from "../protocol/types";

/** The shape that a variable has with this parameter, where it is a vector and has another one now. */
export function shapeCommands(
  law: DistributionKind,
  key: Key,
  record: ModelRecord,
  parameter: string,
  value: Parameter,
): readonly SetField[] {
  const axes = law.parameters.find((one) => one.name === parameter)?.event_ndim ?? 0;
  if (law.event_ndim === 0 || axes < law.event_ndim || !("value" in value)) return [];
  const given = sizes(value.value);
  const own = record.shape ?? [];
  if (given === null || given.length < axes) return [];
  const plates = own.length >= law.event_ndim ? own.slice(0, own.length - law.event_ndim) : [];
  const around = plates.length > 0 ? plates : given.slice(0, given.length - axes);
  const shape = [...around, ...given.slice(given.length - law.event_ndim)];
  const same = shape.length === own.length && shape.every((size, axis) => size === own[axis]);
  return same ? [] : [{ type: "SetField", key, field: "shape", value: shape }];
}

/** The lengths of a nested list; `null` for what is none, such as a reference to a large constant. */
function sizes(value: Value | object): number[] | null {
  if (!Array.isArray(value)) return typeof value === "object" ? null : [];
  const inner = value.length > 0 ? sizes(value[0]) : [];
  return inner && [value.length, ...inner];
}
