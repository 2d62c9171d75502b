"""The exits of a followed plan as they were placed, judged by the rows: no rung is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import ENDED, OrderState
from mysignals.domain.plan import STOPS, TARGETS, Exit, Plan
from mysignals.models import Order

Orders = dict[Leg, Order]


def as_placed(plan: Plan, orders: Orders) -> Plan:
    """`plan` is made anew from the signal and the follower's choice; its exits as the rows have them."""
    placed = _placed(orders, plan.exits)
    if placed and plan.market is Market.FUTURES:  # On spot the follower's choice says what is missing.
        placed = _with_unsent(orders, plan.exits, placed)
    return replace(plan, exits=placed or plan.exits)


def _placed(orders: Orders, planned: Sequence[Exit]) -> tuple[Exit, ...]:
    """Empty before the first target. A target that was never placed is one of them where its stop was tried: a rung
    that nobody knows of would be left without both.
    """
    if not any(leg in orders for leg in TARGETS):
        return ()
    known = {rung.leg: rung for rung in planned if rung.stop_leg in orders}
    placed = {
        leg: Exit(leg, stop, orders[leg].price or orders[leg].trigger_price or Decimal(0), orders[leg].quantity)
        for leg, stop in zip(TARGETS, STOPS, strict=True)
        if leg in orders
    }
    tried = {
        leg: replace(rung, quantity=min(rung.quantity, orders[rung.stop_leg].quantity)) for leg, rung in known.items()
    }
    both = tried | placed
    return tuple(both[leg] for leg in TARGETS if leg in both)


def _with_unsent(orders: Orders, planned: Sequence[Exit], placed: Sequence[Exit]) -> tuple[Exit, ...]:
    """And the rungs of which neither exit has a row, for none was sent: over what the others leave of the entry.

    Forgotten, their part would have no stop, and the one stop over everything would be ended for the others' own.
    """
    entry, every = orders[Leg.ENTRY], {rung.leg: rung for rung in placed}
    bought = entry.filled_quantity if OrderState(entry.state) in ENDED else entry.quantity
    left = bought - sum((rung.quantity for rung in placed), Decimal(0))
    for rung in planned:
        quantity = min(rung.quantity, left)
        if rung.leg not in every and quantity > 0:
            every[rung.leg] = replace(rung, quantity=quantity)
            left -= quantity
    return tuple(every[leg] for leg in TARGETS if leg in every)
