"""How much of a signal a follower takes."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from .value import value

TAKER_FEE = Decimal("0.001")
"""Fraction of the notional that entry and exit may each cost; the dearest of the venues' base tiers."""


class SizingMode(StrEnum):
    QUOTE = "quote"
    PERCENT = "percent"
    RISK = "risk"
    MULTIPLIER = "multiplier"


@value
class Sizing:
    """`value`: quote for QUOTE (margin on futures), percent for PERCENT and RISK, a factor for MULTIPLIER."""

    mode: SizingMode
    value: Decimal

    @property
    def needs_balance(self) -> bool:
        return self.mode in (SizingMode.PERCENT, SizingMode.RISK)


def raw_quantity(
    sizing: Sizing,
    *,
    price: Decimal,
    stop: Decimal,
    leverage: int,
    signal_quantity: Decimal,
    available: Decimal | None,
) -> Decimal:
    """Quantity in base before rounding. `available` is in quote and needed where `sizing.needs_balance`."""
    if sizing.mode is SizingMode.MULTIPLIER:
        return signal_quantity * sizing.value
    if sizing.mode is SizingMode.QUOTE:
        return sizing.value * leverage / price
    if available is None:
        raise ValueError(f"sizing by {sizing.mode} needs the balance")
    share = available * sizing.value / 100
    affordable = available * leverage / (price * (1 + TAKER_FEE * leverage))
    if sizing.mode is SizingMode.PERCENT:
        return min(share * leverage / price, affordable)
    loss_per_unit = abs(price - stop) + TAKER_FEE * (price + stop)
    return min(share / loss_per_unit, affordable)


def split(quantity: Decimal, parts: int, step: Decimal, least: Decimal) -> tuple[Decimal, ...]:
    """`quantity` (a multiple of `step`) in at most `parts` near-equal parts of at least `least` each.

    The first parts take the remainder, a step each. One part where the rest would be too small.
    """
    for count in range(parts, 1, -1):
        steps, rest = divmod(int(quantity / step), count)
        if steps * step >= least:
            return tuple((steps + (index < rest)) * step for index in range(count))
    return (quantity,)
