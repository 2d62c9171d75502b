"""What a plan puts at stake: its worth, its margin, what it loses at the stop and brings at the targets. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .market import Market
from .plan import Plan
from .sizing import TAKER_FEE


@dataclass(frozen=True, slots=True)
class AtStake:
    """In quote, fees of both sides counted in; of inverse contracts what that is worth at the price of the exit."""

    notional: Decimal
    margin: Decimal
    """What is put in: all of it on spot."""
    loss: Decimal
    """At the stop, where it fills at its price: above 0."""
    gain: Decimal
    """Where every target fills; less than 0 where the fees eat it."""


def at_stake(plan: Plan) -> AtStake:
    """By the price at which the entry is expected to fill."""
    notional = plan.rules.notional(plan.quantity, plan.reference)
    margin = notional if plan.market is Market.SPOT else notional / plan.leverage
    base = plan.rules.base_of(plan.quantity, plan.reference)
    loss = base * (abs(plan.reference - plan.stop) + _fees(plan.reference, plan.stop))
    parts = [(plan.rules.base_of(rung.quantity, plan.reference), rung.price) for rung in plan.exits]
    gain = sum(
        (part * (abs(price - plan.reference) - _fees(plan.reference, price)) for part, price in parts), Decimal(0)
    )
    return AtStake(notional, margin, loss, gain)


def _fees(entry: Decimal, end: Decimal) -> Decimal:
    return TAKER_FEE * (entry + end)
