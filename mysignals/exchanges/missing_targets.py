"""Which parts of an open position have their stop and no target, though nobody refused it. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import TARGETS, Exit, Plan

from .sold_out import is_sold_out
from .standing import Legs, covered, is_closing, is_flat, still_open, was_never_placed


def missing_targets(plan: Plan, legs: Legs) -> tuple[Exit, ...]:
    """Those that were never sent, whose request never arrived, or that are gone; over what their stop is over.

    The answer to the stop may have been lost, so that its target was not sent with it.
    """
    left = still_open(legs) - covered(legs, TARGETS)
    if left <= 0 or is_flat(plan.market, legs) or is_sold_out(plan, legs) or is_closing(legs):
        return ()
    missing, whole = [], plan.market is Market.FUTURES and not legs[Leg.ENTRY].has_ended
    for rung in plan.exits:
        if _has_its_stop(rung, legs) and _lacks_its_target(rung, legs):
            # While the entry may fill further, all of each rung, for exits only reduce.
            quantity = legs[rung.stop_leg].quantity if whole else min(legs[rung.stop_leg].quantity, left)
            left -= quantity
            missing.append(replace(rung, quantity=quantity))
    return tuple(rung for rung in missing if rung.quantity > Decimal(0))


def _has_its_stop(rung: Exit, legs: Legs) -> bool:
    return rung.stop_leg in legs and legs[rung.stop_leg].state is OrderState.NEW


def _lacks_its_target(rung: Exit, legs: Legs) -> bool:
    return rung.leg not in legs or (legs[rung.leg].is_absent and was_never_placed(rung.leg, legs))
