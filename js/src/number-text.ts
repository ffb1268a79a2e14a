/** Numbers as people read them: at most three significant digits, or so many as are given, and a real minus sign. */
export function numberText(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const size = Math.abs(value);
  let text: string;
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    text = `${Number(mantissa)}e${Number(exponent)}`;
  } else {
    text = String(size >= 10 ** (digits - 1) ? Math.round(value) : Number(value.toPrecision(digits)));
  }
  return text.replaceAll("-", "−");
}

/** A sentence of the kernel with real minus signs before its numbers. */
export function withMinusSigns(text: string): string {
  return text.replace(/(?<![\w)\]'"])-(?=\.?\d)/g, "−");
}
