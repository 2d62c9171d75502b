"""The stop and the target that we set where a program names none: nothing is opened without its stop."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mysignals.domain.legal_exits import farthest_stop
from mysignals.domain.market import Side
from mysignals.domain.money import nearest

FARTHEST = Decimal("0.1")
"""Of the price: how far away a stop of ours is at most."""
OF_MARGIN = Decimal("0.5")
"""Of the margin: what a stop of ours may lose at most, so that it comes well before the liquidation."""
TARGET_TIMES = 2
"""How much farther than the stop a target of ours is."""
LOWEST_TARGET = Decimal("0.1")
"""Of the price: a short whose stop is far away would else get a target below zero."""


@dataclass(frozen=True, slots=True)
class Exits:
    """Prices in quote, and whether we have set them."""

    stop: Decimal
    target: Decimal
    stop_is_ours: bool
    target_is_ours: bool


def exits(
    side: Side,
    price: Decimal,
    leverage: int,
    tick: Decimal,
    stop: Decimal | None,
    target: Decimal | None,
    share: Decimal | None = None,
) -> Exits:
    """What was named stays as it was named; what is ours is a multiple of `tick`, at least one away from `price`.

    `share`: the fraction of the balance that is the margin; None where it is not known.
    """
    up = 1 if side is Side.BUY else -1
    if stop is not None:
        given = stop
    else:
        given = nearest(price - up * max(price * _distance(leverage, share), tick), tick)
    if target is not None:
        return Exits(given, target, stop is None, target_is_ours=False)
    distance = max(abs(price - given) * TARGET_TIMES, tick)
    reached = max(price + up * distance, price * LOWEST_TARGET)
    return Exits(given, nearest(reached, tick) or tick, stop is None, target_is_ours=True)


def _distance(leverage: int, share: Decimal | None) -> Decimal:
    """As a fraction of the price. What most of a balance opens with a high leverage is liquidated before it has lost
    half its margin: the maintenance of all that it is worth has to be left.
    """
    chosen = min(FARTHEST, OF_MARGIN / leverage)
    return min(chosen, farthest_stop(1 / (share * leverage))) if share is not None else chosen
