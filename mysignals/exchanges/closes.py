"""Closes at the market, one after the other where one ended without having closed all: ids, and what all have sold.

The row of our books is that of the newest one, with what all of them together have sold.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Outcome, Unknown
from mysignals.domain.plan import Plan

from .dialect import Call
from .generations import earlier, renewed
from .look_up import is_absent, looked_up
from .session import Session
from .standing import ZERO, Legs, was_never_placed
from .wire import Reply

UNTOLD = Unknown("what an earlier close has sold was not told")


def next_close(session: Session, legs: Legs) -> Session | None:
    """The session in which the close is one whose id is not used up; None where there were too many."""
    return session if was_never_placed(Leg.CLOSE, legs) else renewed(session, Leg.CLOSE)


def sold_by_closes(legs: Legs) -> Decimal:
    return legs[Leg.CLOSE].filled if Leg.CLOSE in legs else ZERO


def unseen_close(session: Session, plan: Plan, legs: Legs) -> Generator[Call, Reply, Outcome | None]:
    """The close that a turn has sent which died before it could tell of it; None where there certainly is none.

    Asked for before anything is placed by a later turn: what is sold already needs no exit.
    """
    following = next_close(session, legs) if session.close_unprotected else None
    if following is None:
        return None
    told = yield from looked_up(following, plan, Leg.CLOSE, is_of_earlier=True)
    return None if is_absent(told) else told


def all_closes(session: Session, plan: Plan) -> Generator[Call, Reply, Outcome]:
    """The newest close with what all have sold; in doubt where an earlier one is not told."""
    told = yield from looked_up(session, plan, Leg.CLOSE)
    if not isinstance(told, Accepted) or not told.orders:
        return told
    sold = ZERO
    for before in earlier(session, Leg.CLOSE):
        one = yield from looked_up(before, plan, Leg.CLOSE)
        if not isinstance(one, Accepted) or not one.orders:
            return UNTOLD
        sold += one.orders[0].filled
    return added(told, session.client_id(Leg.CLOSE), sold)


def added(outcome: Outcome, client_id: str, sold: Decimal) -> Outcome:
    """The outcome of a close with what earlier ones have `sold`; what is in doubt keeps that in our books."""
    if not sold:
        return outcome
    orders = outcome.orders if isinstance(outcome, Accepted) else ()
    if any(order.client_id == client_id for order in orders):
        return Accepted(
            tuple(
                replace(order, filled=order.filled + sold) if order.client_id == client_id else order
                for order in orders
            )
        )
    if isinstance(outcome, Accepted | Unknown):
        return Accepted((OrderReport(client_id, "", OrderState.UNKNOWN, sold),))
    return outcome
