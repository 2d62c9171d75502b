"""Exits that rest beside their entry, and were used up before it had bought: what they sold another copy had opened.

Only where exits are futures orders of their own from the beginning. They only reduce, but whatever the account has open
on the symbol; and an entry that fills behind them is open without them. So such an entry is ended, and where it has
filled already what they sold does not count: they are placed anew.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState
from mysignals.domain.plan import Plan

from . import standing
from .dialect import Call
from .look_up import looked_up
from .looking import end
from .seen import Seen
from .session import Session
from .standing import EXITS, GONE, Known, Legs
from .wire import Reply

Step = Generator[Call, Reply, None]
FILLING = (OrderState.PARTIALLY_FILLED, OrderState.FILLED)
"""Of an entry: the last that happened to it was a fill."""


def rest_beside(session: Session, plan: Plan) -> bool:
    """Whether exits are orders of their own as soon as the entry is."""
    return plan.market is Market.FUTURES and session.dialect.abilities.exits is ExitStyle.SEPARATE


def end_missed(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """The price was at an exit before it came to the entry: what is left of the copy would have to do without it.

    An exit that somebody cancelled was not used up: that was a wish.
    """
    if not rest_beside(session, plan) or not standing.rests_untouched(now):
        return
    seen.used_up = [leg for leg in EXITS if leg in now and _is_used_up(now[leg])]
    if seen.used_up:
        yield from end(session, plan, Leg.ENTRY, now, seen)


def _is_used_up(exit_: Known) -> bool:
    """One that the exchange had refused when it was placed has a reason in our books."""
    ended_there = exit_.state is OrderState.REJECTED and not exit_.reason
    return exit_.filled > 0 or ended_there or exit_.state in (OrderState.TRIGGERED, OrderState.EXPIRED)


def sold_early(session: Session, plan: Plan, books: Legs, now: Legs, seen: Seen) -> Generator[Call, Reply, list[Leg]]:
    """Exits of an entry that has bought, which had sold before it did. `books` are the orders before this turn.

    Our books tell, where they have heard of the sale before any purchase; else the exchange's own times. Where it does
    not tell those, what was sold counts as this copy's, unless it was told of in this turn before the purchase was.
    """
    if not rest_beside(session, plan) or not standing.bought(now):
        return []
    early = []
    for leg in (leg for leg in EXITS if leg in now and now[leg].filled and _may_be_early(leg, books, seen)):
        if _was_heard_of_before(leg, books) or (yield from _sold_first(session, plan, leg, seen)):
            early.append(leg)
    return early


def _may_be_early(leg: Leg, books: Legs, seen: Seen) -> bool:
    """One that rested when the entry had bought has sold of that. One in doubt may be of before (`not_counted`)."""
    if not standing.bought(books):
        return True
    return leg in seen.orders and leg in books and books[leg].state is OrderState.UNKNOWN


def _was_heard_of_before(leg: Leg, books: Legs) -> bool:
    return leg in books and books[leg].filled > 0 and not standing.bought(books)


def _sold_first(session: Session, plan: Plan, leg: Leg, seen: Seen) -> Generator[Call, Reply, bool]:
    sold, bought = seen.orders.get(leg), seen.orders.get(Leg.ENTRY)
    if bought is None:
        told = yield from looked_up(session, plan, Leg.ENTRY)
        bought = told.orders[0] if isinstance(told, Accepted) and told.orders else None
    if sold and bought and bought.state in FILLING and sold.changed_ms and bought.changed_ms:
        return sold.changed_ms < bought.changed_ms
    return leg in seen.used_up


def not_counted(session: Session, early: list[Leg], now: Legs, seen: Seen) -> None:
    """They are to be placed anew, under other ids. Until that is done our books doubt them, so that a later turn asks
    for them again, and judges as this one.
    """
    for leg in early:
        now[leg] = replace(now[leg], state=OrderState.REJECTED, reason=GONE, filled=standing.ZERO)
        seen.orders[leg] = OrderReport(session.client_id(leg), "", OrderState.UNKNOWN)
