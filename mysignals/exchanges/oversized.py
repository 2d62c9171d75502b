"""Which exits are needed where those that rest are over more than is open: the entry ended half-filled, or a part was
closed. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import STOPS, TARGETS, Exit, Plan, exits_for

from .closes import sold_by_closes
from .standing import EXITS, Legs, covered, ended_short, is_closing, still_open

SELLING = (OrderState.TRIGGERED, OrderState.PARTIALLY_FILLED)


def can_be_resized(plan: Plan, legs: Legs) -> bool:
    """A futures position of a part of the plan, or with a part closed, of which nothing is just being sold."""
    selling = any(legs[leg].state in SELLING for leg in EXITS if leg in legs)
    is_less = ended_short(plan.quantity, legs) or (legs[Leg.ENTRY].has_ended and sold_by_closes(legs) > 0)
    is_part = plan.market is Market.FUTURES and is_less and still_open(legs) > 0
    return is_part and not selling and not is_closing(legs)


def is_oversized(legs: Legs) -> bool:
    """Larger exits may close another copy's part, and in hedge mode may be refused at their trigger."""
    return max(covered(legs, STOPS), covered(legs, TARGETS)) > still_open(legs)


def right_sized(plan: Plan, legs: Legs) -> tuple[Exit, ...]:
    """The parts of which nothing was sold yet, split anew over what is open; none is under the minimum."""
    rungs = [rung for rung in plan.exits if not _has_sold(rung, legs)]
    if not rungs:
        return ()
    prices = tuple(rung.price for rung in rungs)
    parts = exits_for(prices, "ladder", still_open(legs), plan.rules, plan.stop)
    return tuple(replace(rung, quantity=part.quantity) for rung, part in zip(rungs, parts, strict=False))


def _has_sold(rung: Exit, legs: Legs) -> bool:
    return any(legs[leg].filled for leg in (rung.leg, rung.stop_leg) if leg in legs)
