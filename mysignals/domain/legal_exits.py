"""Whether an exchange would take a stop and its targets, and whether the stop comes before the liquidation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from .market import Side
from .money import plain

MAINTENANCE = Decimal("0.005")
"""Fraction of a position's worth that must be left of its margin. The lowest tiers ask for this at Phemex and 0.004
at Binance and Bitget (EXCHANGES 3, 4, 6); a large position needs more.
"""
SAFETY = Decimal("0.002")
"""Fraction of the entry's worth kept beside it: two fees, and a stop that fills behind its trigger."""


def is_reached(side: Side, price: Decimal, stop: Decimal) -> bool:
    """Whether the stop of an entry of `side` would trigger at `price`."""
    return price <= stop if side is Side.BUY else price >= stop


def stop_reached(side: Side, price: Decimal, stop: Decimal) -> str:
    """Why nothing is opened at the market's `price`, as sentences; empty where the stop still lies ahead."""
    if not is_reached(side, price, stop):
        return ""
    return (
        f"The price is {plain(price)} and has reached the stop {plain(stop)} of this {side}: the exchange would refuse "
        "the stop, or close the position at once. Nothing was sent; nothing is to be done."
    )


def target_reached(side: Side, price: Decimal, targets: Sequence[Decimal]) -> str:
    """As `stop_reached`, of the targets that would be placed; for entries at the market."""
    passed = [target for target in targets if is_reached(side.opposite, price, target)]
    if not passed:
        return ""
    return (
        f"The price is {plain(price)} and has reached the target {plain(passed[0])} of this {side}: the position would "
        "be closed at once. Nothing was sent; nothing is to be done."
    )


def misplaced_stop(side: Side, price: Decimal, stop: Decimal, tick: Decimal) -> str:
    """Why the stop is no stop for an entry at `price`, both rounded to `tick`; empty where it is one."""
    if stop > 0 and not is_reached(side, price, stop):
        return ""
    word = "below" if side is Side.BUY else "above"
    return (
        f"Rounded to this exchange's tick {plain(tick)} the stop is {plain(stop)} and the entry {plain(price)}: the "
        f"stop of a {side} has to be {word} it. Nothing was sent; nothing is to be done."
    )


def misplaced_target(side: Side, price: Decimal, targets: Sequence[Decimal], tick: Decimal) -> str:
    """As `misplaced_stop`: each target, nearest first, has to lie beyond the one before, the first beyond `price`."""
    before = price
    for target in targets:
        if target <= 0 or is_reached(side.opposite, before, target):
            return (
                f"Rounded to this exchange's tick {plain(tick)} the target {plain(target)} does not lie beyond "
                f"{plain(before)}. Nothing was sent; take other targets if you want such signals."
            )
        before = target
    return ""


def farthest_stop(margin: Decimal) -> Decimal:
    """How far a stop may be, as a fraction of the price, for a position to live at it that has no more margin than that
    fraction of its worth at its opening: `most_leverage` the other way round. Not above 0 where there is no such stop.
    """
    return (margin - MAINTENANCE - SAFETY) / (1 + MAINTENANCE)


def most_leverage(price: Decimal, stop: Decimal, *, inverse: bool) -> int:
    """The largest whole leverage at which a position with a margin of its own still lives at its stop; 0 for none.

    Opened at `price` it has 1/leverage of its worth. At the stop it has lost |price - stop| / price of that, and must
    keep the maintenance of what it is worth there. An inverse contract's margin is coin, worth less in a fall.
    """
    at_stop = stop / price
    needed = abs(1 - at_stop) + MAINTENANCE * max(Decimal(1), at_stop) + SAFETY
    margin = at_stop if inverse else Decimal(1)
    return max(int((margin / needed).to_integral_value(ROUND_CEILING)) - 1, 0)
