"""Numbers as text: exactly, as ECMAScript prints them, or rounded for a reader.

`js/src/document/numerals.ts` is the twin of this file.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from whyboard.document.canonical import number_text
from whyboard.document.tokens import LARGEST_INTEGER

MINUS = "\u2212"
_DIGITS = 3
_WHOLE_BELOW = 10_000
_LARGE, _SMALL = 6, -4


def exact(value: float | bool | str, dtype: str) -> str:
    """A number as a formula states it; a whole float keeps a decimal point, so that it is read back as a float."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or dtype == "bool":
        return "True" if value else "False"
    text = number_text(value)
    whole = text.lstrip("-").isdigit()
    inexact = not dtype and abs(value) > LARGEST_INTEGER
    return f"{text}.0" if whole and (dtype == "float" or inexact) else text


def rounded(value: float | bool | str) -> str:
    """A number for a reader: at most three significant digits and a real minus sign.

    Whole numbers below 10,000 stay as they are: a year or a count would be wrong if it were rounded.
    """
    if isinstance(value, str):
        return value.replace("-", MINUS).replace("inf", "∞")
    if isinstance(value, bool):
        return "true" if value else "false"
    sign = MINUS if value < 0 else ""
    size = Decimal(abs(value))
    if size < _WHOLE_BELOW and size == size.to_integral_value():
        return f"{sign}{int(size)}"
    exponent = size.adjusted()
    size = size.quantize(Decimal(1).scaleb(exponent - _DIGITS + 1), rounding=ROUND_HALF_UP)
    exponent = size.adjusted()
    digits = "".join(map(str, size.as_tuple().digits)).rstrip("0")
    if exponent >= _LARGE or exponent < _SMALL:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}e{MINUS if exponent < 0 else ''}{abs(exponent)}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole, fraction = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
