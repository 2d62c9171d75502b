"""Which parts of an open futures position have no stop, although they should. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OrderState, Reason
from mysignals.domain.plan import STOPS, Exit, Plan

from .standing import Legs, bought, covered, is_closing, is_flat, still_open, was_never_placed

PASSING = (Reason.TIME, Reason.RATE, Reason.MAINTENANCE)


def missing_stops(plan: Plan, legs: Legs, *, close_unprotected: bool) -> tuple[Exit, ...]:
    """Rungs whose stop was never placed, where trying again may help or the follower chose to be out instead.

    A stop that the exchange refused for good is not tried a second time for one who chose to be told.
    """
    is_open = plan.market is Market.FUTURES and bought(legs) > 0 and not is_flat(plan.market, legs)
    left = still_open(legs) - covered(legs, STOPS)
    if not is_open or is_closing(legs) or left <= 0:
        return ()
    bare = [rung for rung in plan.exits if was_never_placed(rung.stop_leg, legs) and not _has_filled(rung, legs)]
    hopeful = close_unprotected or any(may_pass(rung.stop_leg, legs) for rung in bare)
    return tuple(_capped(bare, left, whole=not legs[Leg.ENTRY].has_ended)) if hopeful else ()


def is_to_be_closed(plan: Plan, legs: Legs) -> bool:
    """A close has ended without having closed all, and what is left has no stop."""
    is_open = plan.market is Market.FUTURES and Leg.CLOSE in legs and legs[Leg.CLOSE].has_ended
    return is_open and not was_never_placed(Leg.CLOSE, legs) and still_open(legs) > covered(legs, STOPS)


def _capped(rungs: list[Exit], left: Decimal, *, whole: bool) -> Iterator[Exit]:
    """Never more than has no stop; while the entry may fill further, all of each rung, for exits only reduce."""
    for rung in rungs:
        quantity = rung.quantity if whole else min(rung.quantity, left)
        left -= quantity
        if quantity > 0:
            yield replace(rung, quantity=quantity)


def _has_filled(rung: Exit, legs: Legs) -> bool:
    return rung.leg in legs and legs[rung.leg].state is OrderState.FILLED


def may_pass(stop: Leg, legs: Legs) -> bool:
    """Never recorded means certainly never sent; what is certainly not there was not refused either."""
    return stop not in legs or legs[stop].reason in PASSING or legs[stop].is_absent
