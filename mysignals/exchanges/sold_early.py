"""Exits that rest beside their entry, and were used up before it had bought: what they sold another copy had opened.

Only where exits are futures orders of their own from the beginning. They only reduce, but whatever the account has open
on the symbol; and an entry that fills behind them is open without them. So such an entry is ended, and where it has
filled already what they sold does not count: they are placed anew.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import replace

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Unknown
from mysignals.domain.plan import TARGETS, Plan

from . import standing
from .dialect import Call
from .look_up import looked_up
from .looking import end
from .seen import Seen
from .session import LegReport, Session
from .standing import EXITS, GONE, RUNGS, Known, Legs
from .wire import Reply

Step = Generator[Call, Reply, None]
FILLING = (OrderState.PARTIALLY_FILLED, OrderState.FILLED)
"""Of an entry: the last that happened to it was a fill."""
DOUBTED = (OrderState.UNKNOWN, OrderState.TRIGGERED)
"""Of an exit in our books: when it was told last, it was not told to rest."""


def rest_beside(session: Session, plan: Plan) -> bool:
    """Whether exits are orders of their own as soon as the entry is."""
    return plan.market is Market.FUTURES and session.dialect.abilities.exits is ExitStyle.SEPARATE


def end_missed(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """The price was at an exit before it came to the entry: what is left of the copy would have to do without it.

    An exit that somebody cancelled was not used up: that was a wish.
    """
    if not rest_beside(session, plan) or standing.bought(now) or Leg.ENTRY not in now:
        return
    if Leg.ENTRY not in seen.orders and not now[Leg.ENTRY].has_ended:
        return  # It may have bought by now.
    seen.used_up = [leg for leg in EXITS if leg in now and _is_used_up(now[leg])]
    if seen.used_up and standing.rests_untouched(now):
        yield from end(session, plan, Leg.ENTRY, now, seen)


def _is_used_up(exit_: Known) -> bool:
    """One that the exchange had refused when it was placed has a reason in our books."""
    ended_there = exit_.state is OrderState.REJECTED and not exit_.reason
    return exit_.filled > 0 or ended_there or exit_.state in (OrderState.TRIGGERED, OrderState.EXPIRED)


def sold_early(
    session: Session, plan: Plan, books: Legs, now: Legs, seen: Seen, *, of_all: bool = False
) -> Generator[Call, Reply, list[Leg]]:
    """Exits of an entry that has bought, which had sold before it did, or had ended there for want of anything to sell.
    `books` are the orders before this turn.

    The exchange's own times tell; where it does not tell them, what was heard of first. `of_all`: also of those that
    our books have as having sold what the entry bought.
    """
    early = list[Leg]()
    if not rest_beside(session, plan) or not standing.bought(now):
        return early
    told = [leg for leg in EXITS if leg in seen.orders and leg in books]
    early += [leg for leg in told if _found_nothing(session, leg, books, now)]
    for leg in (leg for leg in EXITS if leg in now and now[leg].filled):
        asks = of_all or _may_be_early(leg, books, seen)
        if asks and (yield from _sold_first(session, plan, leg, books, now, seen)):
            early.append(leg)
    return early


def _found_nothing(session: Session, leg: Leg, books: Legs, now: Legs) -> bool:
    """It rested when we heard of it last, and has ended without having sold. One that was cancelled, too, where that
    may be said of such a one, and the purchase is told of in the same turn.
    """
    if books[leg].has_ended or now[leg].filled:
        return False
    may_be = session.dialect.abilities.cancels_in_vain and not standing.bought(books)
    ended_there = now[leg].state in (OrderState.REJECTED, OrderState.EXPIRED) and not now[leg].reason
    return ended_there or (now[leg].state is OrderState.CANCELLED and may_be)


def _may_be_early(leg: Leg, books: Legs, seen: Seen) -> bool:
    """One that was told to rest when the entry had bought has sold of that."""
    if not standing.bought(books):
        return True
    return leg in seen.orders and leg in books and books[leg].state in DOUBTED


def _sold_first(
    session: Session, plan: Plan, leg: Leg, books: Legs, now: Legs, seen: Seen
) -> Generator[Call, Reply, bool]:
    """By the last time of either. That of an entry which is over without having filled whole is that of its end: then
    more was sold before than it ever bought, or the sale was told of before it had bought anything.
    """
    for one in (leg, Leg.ENTRY):
        if one not in seen.orders:
            told = yield from looked_up(session, plan, one)
            if isinstance(told, Accepted) and told.orders:
                seen.orders[one] = told.orders[0]
    sold, bought = seen.orders.get(leg), seen.orders.get(Leg.ENTRY)
    is_more = leg in seen.used_up or now[leg].filled > standing.bought(now)
    if not (sold and bought and sold.changed_ms and bought.changed_ms):
        return is_more or _was_heard_of_first(leg, books)
    if bought.state in FILLING:
        return sold.changed_ms < bought.changed_ms
    return is_more and sold.changed_ms <= bought.changed_ms


def _was_heard_of_first(leg: Leg, books: Legs) -> bool:
    if leg not in books:
        return False
    if standing.bought(books):
        return books[leg].state is OrderState.UNKNOWN
    return books[leg].filled > 0 or books[leg].state in DOUBTED


def not_counted(session: Session, early: Collection[Leg], now: Legs, seen: Seen) -> None:
    """They are to be placed anew, under other ids. Until that is done our books doubt them, so that a later turn asks
    for them again, and judges as this one; a target whose stop is not there has nothing to be placed beside.
    """
    for leg in early:
        now[leg] = replace(now[leg], state=OrderState.REJECTED, reason=GONE, filled=standing.ZERO)
    for leg in early:
        stop = next((stop for target, stop in RUNGS if leg is target), leg)
        is_due = stop in now and (stop in early or not now[stop].has_ended)
        state = OrderState.UNKNOWN if is_due else OrderState.CANCELLED
        seen.orders[leg] = OrderReport(session.client_id(leg), "", state)


def doubt_untold(session: Session, plan: Plan, books: Legs, now: Legs, seen: Seen) -> None:
    """The purchase is told of for the first time, and a target is not: it may have sold before, and later turns would
    take it for one that had rested beside what was bought.
    """
    if not rest_beside(session, plan) or standing.bought(books) or not standing.bought(now):
        return
    for target, _ in RUNGS:
        if target in now and now[target].state is OrderState.NEW and target not in seen.orders:
            seen.untold[target] = OrderReport(session.client_id(target), "", OrderState.UNKNOWN)


def doubted(session: Session, plan: Plan, leg: LegReport, now: Legs) -> LegReport:
    """As our books are to have it: a target that no row told of, and that is found to have sold, may have sold before.

    The next turn asks for its time.
    """
    is_new = rest_beside(session, plan) and leg.leg in TARGETS and leg.leg not in now
    if not is_new or leg.order is None or not leg.order.filled:
        return leg
    return replace(leg, outcome=Unknown("whether it sold before the entry bought is asked next"))
