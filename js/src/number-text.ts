/** Numbers as people read them: at most three significant digits and a real minus sign. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const size = Math.abs(value);
  let text: string;
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) {
    const [mantissa, exponent] = value.toExponential(2).split("e");
    text = `${Number(mantissa)}e${Number(exponent)}`;
  } else {
    text = String(size >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
  }
  return text.replaceAll("-", "−");
}
