/** Numbers on cards: at most three significant digits and a real minus sign. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
  const rounded = Number(value.toPrecision(3));
  const whole = Number.isInteger(value) && Math.abs(value) < 10_000 ? value : rounded;
  return String(whole).replace("-", "−");
}
