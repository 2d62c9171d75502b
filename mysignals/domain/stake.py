"""What a draft puts at stake: how far its stop and its targets are from the entry, and what each would bring. Pure.

A draft may be half typed: what is missing is left out, and so is what stands on the wrong side of the entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .market import Side


@dataclass(frozen=True, slots=True)
class Level:
    """`move` is in percent of the entry, above 0 where it is a gain; `worth` is that in quote at the quantity.

    `ratio` is how many times the risk a target brings; None of the stop, and where there is no stop.
    """

    name: str
    price: Decimal
    move: Decimal
    worth: Decimal | None
    ratio: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stake:
    """Amounts in quote. `margin` is what futures need of it; None where quantity or leverage are not known."""

    entry: Decimal
    stop: Level | None
    targets: tuple[Level, ...]
    notional: Decimal | None
    margin: Decimal | None

    @property
    def best(self) -> Decimal | None:
        """The ratio of the farthest target."""
        return self.targets[-1].ratio if self.targets else None

    @property
    def risk_of_margin(self) -> Decimal | None:
        """Percent of the margin that is lost at the stop."""
        if self.stop is None or self.stop.worth is None or not self.margin:
            return None
        return -self.stop.worth / self.margin * 100


def stake(
    side: Side,
    entry: Decimal,
    stop: Decimal | None,
    targets: Sequence[tuple[str, Decimal]],
    quantity: Decimal | None,
    leverage: int | None,
) -> Stake:
    """`targets` are their names and prices, nearest first."""
    at_stop = None if stop is None else _level("stop", side, entry, stop, quantity)
    if at_stop is not None and at_stop.move >= 0:
        at_stop = None
    levels = [_level(name, side, entry, price, quantity, at_stop) for name, price in targets]
    notional = None if quantity is None else entry * quantity
    margin = notional / leverage if notional is not None and leverage else None
    return Stake(entry, at_stop, tuple(level for level in levels if level.move > 0), notional, margin)


def _level(
    name: str, side: Side, entry: Decimal, price: Decimal, quantity: Decimal | None, stop: Level | None = None
) -> Level:
    gained = (price - entry) * (1 if side is Side.BUY else -1)
    ratio = None if stop is None else gained / abs(stop.price - entry)
    return Level(name, price, gained / entry * 100, None if quantity is None else gained * quantity, ratio)
