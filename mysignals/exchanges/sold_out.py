"""What of a spot purchase is left to be sold, counted over everything that has sold of it. Pure.

Exits that do not know each other may sell more than their part; then there is less for the others than theirs.
"""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import Exit, Plan, least_quantity, protected_quantity

from .standing import ZERO, Legs, bought, sold


def is_sold_out(plan: Plan, legs: Legs) -> bool:
    """Whether less is left than the exchange sells: what rests then would sell what is not this copy's.

    A remainder that an order is just selling is waited for.
    """
    if plan.market is not Market.SPOT or Leg.ENTRY not in legs or not legs[Leg.ENTRY].has_ended or not sold(legs):
        return False
    left = protected_quantity(plan.market, plan.side, bought(legs), plan.rules) - sold(legs)
    selling = any(known.state is OrderState.PARTIALLY_FILLED for known in legs.values())
    return left <= 0 or (left < least_quantity(plan.rules, plan.stop) and not selling)


def taken_by(rung: Exit, legs: Legs) -> Decimal:
    """What of the purchase a rung takes: its part, or what both of its exits have sold where that is more."""
    return max(rung.quantity, sum((legs[leg].filled for leg in (rung.leg, rung.stop_leg) if leg in legs), ZERO))
