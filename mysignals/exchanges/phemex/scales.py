"""The one conversion between decimals and Phemex's scaled integers, exact both ways (EXCHANGES 6.5).

Names end in what is scaled: Ep a price, Ev a value or quantity, Er a ratio. Fields without such an ending beside them
are floats for display and are never read.
"""

from __future__ import annotations

from decimal import Context, Decimal, Inexact
from typing import Any

from mysignals.exchanges.reading import Unreadable

CONTRACT_PRICE = 4
"""BTCUSD and ETHUSD, the coin-settled contracts."""
RATIO = 8
VALUE = 8
"""Every currency that symbols of ours are of; USD alone has 4."""
SPOT = 8
"""Prices, quantities and values on spot."""

CONTRACT_VALUE = Decimal(1)
"""USD that one coin-settled contract is worth: answers tell what was paid, and no contract size with it."""

LONGEST = 30
_EXACT = Context(prec=2 * LONGEST, traps=[Inexact])


def scaled(value: Decimal, scale: int) -> int:
    """`value` times ten to the power of `scale`. Raises ValueError where that is no whole number."""
    number, rest = _shifted(value, scale)
    if rest:
        raise ValueError(f"{value} does not fit {scale} decimals")
    return number


def fits(value: Decimal, scale: int) -> bool:
    """Whether `scaled` would take it."""
    return not _shifted(value, scale)[1]


def _shifted(value: Decimal, scale: int) -> tuple[int, int]:
    """The whole number, and whether something is left over."""
    numerator, denominator = value.as_integer_ratio()
    factor: int = 10**scale
    return divmod(numerator * factor, denominator)


def unscaled(number: int, scale: int) -> Decimal:
    return Decimal(number).scaleb(-scale, _EXACT)


def told(source: dict[str, Any], key: str, scale: int) -> Decimal:
    """A scaled integer of an answer, as JSON number or, in histories, as text. A float is none."""
    return unscaled(integer(source, key), scale)


def integer(source: dict[str, Any], key: str) -> int:
    value = source.get(key)
    if isinstance(value, str) and len(value) <= LONGEST and value.isascii() and value.removeprefix("-").isdigit():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Unreadable(f"no integer in {key}")
