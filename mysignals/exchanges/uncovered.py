"""What of a copy is open without a stop that the exchange has taken. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState
from mysignals.domain.plan import STOPS, Plan, protected_quantity

from .moments import STANDING
from .session import LegReport
from .standing import Known, Legs

COMMISSION_AT_MOST = Decimal("0.01")
"""Fraction of a spot purchase that may be missing as its fee."""
NOTHING = Decimal(0)


def stands_over_all(plan: Plan, reports: Iterable[LegReport]) -> bool:
    """Whether stops that were just placed close all that the plan can have opened: then nothing is bare.

    One that waits for its entry does not tell.
    """
    covered = NOTHING
    for report in reports:
        order = report.order if report.leg in STOPS else None
        if order is not None and order.state in STANDING and order.state is not OrderState.PENDING:
            covered += report.quantity - order.filled
    return covered >= plan.quantity


def is_bare(plan: Plan, legs: Legs) -> bool:
    """Whether more is open than its stops would close. On spot a remainder that is no order is not counted."""
    if Leg.ENTRY not in legs:
        return False
    bare = _open(plan, legs) - _covered(plan, legs)
    if plan.market is Market.FUTURES:
        return bare > 0
    return bare > 0 and bare >= max(plan.rules.min_quantity, legs[Leg.ENTRY].filled * COMMISSION_AT_MOST)


def _open(plan: Plan, legs: Legs) -> Decimal:
    held = protected_quantity(plan.market, plan.side, legs[Leg.ENTRY].filled, plan.rules)
    return held - sum((known.filled for leg, known in legs.items() if leg is not Leg.ENTRY), NOTHING)


def _covered(plan: Plan, legs: Legs) -> Decimal:
    """A stop whose answer was lost covers nothing until it is found; nor does one that waits for its entry's end."""
    standing = (legs[stop] for stop in STOPS if stop in legs and _stands(plan, legs[stop], legs))
    return sum((known.quantity - known.filled for known in standing), NOTHING)


def _stands(plan: Plan, stop: Known, legs: Legs) -> bool:
    """Exits that ride on the entry are orders once it is over; those of a list only when it has filled whole."""
    if stop.state is not OrderState.PENDING:
        return stop.state in STANDING
    entry = legs[Leg.ENTRY]
    return entry.state is OrderState.FILLED if plan.market is Market.SPOT else entry.has_ended


def with_reports(legs: Legs, reports: Iterable[LegReport]) -> Legs:
    """The legs after what a conversation reports of some of them, whether placed, refused or in doubt."""
    return legs | {report.leg: _known(report) for report in reports}


def with_answers(legs: Legs, told: dict[Leg, OrderReport]) -> Legs:
    """The legs after what the exchange told of some that are known already."""
    answers = {leg: replace(legs[leg], state=one.state, filled=one.filled) for leg, one in told.items() if leg in legs}
    return legs | answers


def _known(report: LegReport) -> Known:
    """What was taken, and not told about further, rests."""
    order = report.order
    if not isinstance(report.outcome, Accepted):
        return Known(OrderState.UNKNOWN, report.quantity)
    if order is None or order.state is OrderState.UNKNOWN:
        return Known(OrderState.NEW, report.quantity, order.filled if order is not None else NOTHING)
    return Known(order.state, report.quantity, order.filled)
