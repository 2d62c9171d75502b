"""Exact arithmetic on prices and quantities."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal
from functools import lru_cache


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of `step` that is not above `value`; `value` itself where step is 0."""
    return value if not step else (value / step).to_integral_value(ROUND_DOWN) * step


def ceil_to(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` that is not below `value`."""
    return value if not step else (value / step).to_integral_value(ROUND_UP) * step


def nearest(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` closest to `value`."""
    return value if not step else (value / step).to_integral_value(ROUND_HALF_EVEN) * step


def is_multiple(value: Decimal, step: Decimal) -> bool:
    return not step or value % step == 0


@lru_cache(4096)  # A signal's prices are spelled for every follower; equal values are spelled alike.
def plain(value: Decimal) -> str:
    """Plain notation without trailing zeros: `0.00001`, never `1E-5` (EXCHANGES 1.4)."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
