"""Calling off what somebody has traded: the entry first, then its exits; what had filled is kept, or closed.

Every step may be repeated by a later turn: nothing is sent twice, and nothing counts as over that is not certain.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import CloseTrade, Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import Plan

from . import standing
from .called_off import CalledOff
from .clearing import unknown_are_gone
from .closes import sold_by_closes
from .closing_out import is_closed
from .dialect import Call
from .generations import others
from .landing import has_landed, land
from .look_up import is_absent
from .looking import end, look
from .positions import is_held
from .resting import still_resting
from .seen import as_known, known_of, note_cancelled
from .session import Session
from .sold_early import sold_early
from .standing import EXITS, ZERO, Legs
from .taking_back import is_cancelled
from .trade_turn import look_at_trade
from .wire import Reply

CallingOff = Generator[Call, Reply, CalledOff]
Step = Generator[Call, Reply, None]


def call_off(session: Session, plan: Plan, legs: Legs, *, closes: bool, sells: Decimal | None = None) -> CallingOff:
    """`legs` are the delivery's orders as our books have them; `closes` whether what had filled is closed too.

    `sells` is what its closes together are to have sold, on futures: with less than what is open the rest goes on.
    """
    done = CalledOff(dict(legs), closed_before=sold_by_closes(legs))
    if session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        yield from _end_trade(session, done, closes=closes)
        return done
    yield from _stop_entry(session, plan, done)
    if not done.legs[Leg.ENTRY].has_ended:
        return done
    named = yield from _landed(session, plan, done)
    if named is None:
        return done
    if Leg.CLOSE in done.legs and not done.legs[Leg.CLOSE].has_ended:
        yield from look(named, plan, Leg.CLOSE, done.legs, done.seen)
    # A position keeps its exits until it is closed; on spot they lock what is to be sold.
    closes_first = closes and plan.market is Market.FUTURES
    if closes_first and not (yield from _exits_are_told(named, plan, done)):
        return done
    yield from _not_counted(named, plan, legs, done)
    part = max(sells - sold_by_closes(done.legs), ZERO) if closes_first and sells is not None else None
    if part is not None and part < done.left:
        # What rests over more than is left can only reduce: it protects until the next turn has replaced it.
        done.is_reduced = yield from is_closed(named, plan, done, part)
        return done
    if closes_first and not (yield from is_closed(named, plan, done)):
        return done
    if not (yield from _nothing_rests(named, plan, done)):
        return done
    yield from _not_counted(named, plan, legs, done)
    if not (yield from _nothing_stands_in(named, plan, done)):
        return done
    if closes and not closes_first and not (yield from is_closed(named, plan, done)) and done.refused is None:
        return done
    done.is_over = True
    return done


def _end_trade(session: Session, done: CalledOff, *, closes: bool) -> Step:
    """A trade that holds its exits inside ends as a whole, or not at all."""
    yield from look_at_trade(session, done.legs, done.seen)
    if done.seen.ending is None and closes and done.seen.orders:
        yield from session.ask(CloseTrade(session.exchange_ids.get(Leg.ENTRY, "")))
        yield from look_at_trade(session, done.legs, done.seen)
    for leg, report in done.seen.orders.items():
        done.legs[leg] = replace(done.legs[leg], state=report.state, filled=report.filled)
    done.is_over = done.seen.ending is not None


def _stop_entry(session: Session, plan: Plan, done: CalledOff) -> Step:
    """One that the exchange has not known for a minute is over, where nothing says that it bought more than we know."""
    if done.legs[Leg.ENTRY].has_ended and standing.bought(done.legs):
        # Some tell what it had paid only now.
        yield from look(session, plan, Leg.ENTRY, done.legs, done.seen)
        return
    yield from end(session, plan, Leg.ENTRY, done.legs, done.seen)
    if not done.seen.entry_is_gone or done.legs[Leg.ENTRY].has_ended:
        return
    asks = plan.market is Market.FUTURES and not standing.bought(done.legs)
    if asks and (yield from is_held(session, plan)) is not False:
        return
    note_cancelled(as_known(session, Leg.ENTRY, done.legs), Leg.ENTRY, done.legs, done.seen)


def _landed(session: Session, plan: Plan, done: CalledOff) -> Generator[Call, Reply, Session | None]:
    """The session that knows the exits which had ridden on the entry by name; None where they could not be read."""
    if not has_landed(session, plan, done.legs):
        return session
    # Nothing is closed here because a stop is missing: what becomes of the position is its owner's choice.
    yield from land(replace(session, close_unprotected=False), plan, done.legs, done.seen)
    if done.seen.exits is None:
        return session if done.seen.ending is not None else None
    done.placed += done.seen.exits.legs
    done.seen.exits, done.seen.ending = None, None
    done.legs |= {leg.leg: known_of(leg) for leg in done.placed}
    names = {leg.leg: leg.order.exchange_id for leg in done.placed if leg.order is not None and leg.order.exchange_id}
    return replace(session, exchange_ids={**session.exchange_ids, **names})


def _nothing_rests(session: Session, plan: Plan, done: CalledOff) -> Generator[Call, Reply, bool]:
    for leg in EXITS:
        if leg in done.legs:
            yield from end(session, plan, leg, done.legs, done.seen)
    if not all(known.has_ended for leg, known in done.legs.items() if leg is not Leg.CLOSE):
        return False
    if plan.market is Market.SPOT:
        for rung in plan.exits:
            for leg in (rung.leg, rung.stop_leg):
                # A turn that died may have placed it, and left no row.
                if leg not in done.legs and not (yield from is_cancelled(session, plan, leg)):
                    return False
    # A close of this turn has replaced no exits; after one of an earlier turn some may have been.
    legs = dict(done.legs)
    if not done.closed_before:
        legs.pop(Leg.CLOSE, None)
    return (yield from unknown_are_gone(session, plan, legs))


def _not_counted(session: Session, plan: Plan, books: Legs, done: CalledOff) -> Step:
    """What exits had sold before the entry bought was another copy's: nothing of this one is closed by it."""
    for leg in (yield from sold_early(session, plan, books, done.legs, done.seen, of_all=True)):
        done.early.add(leg)
        done.legs[leg] = replace(done.legs[leg], state=OrderState.CANCELLED, filled=ZERO)
        done.seen.orders[leg] = as_known(session, leg, done.legs)


def _nothing_stands_in(session: Session, plan: Plan, done: CalledOff) -> Generator[Call, Reply, bool]:
    """Whether no order rests that a turn which died has placed in the stead of an early one. Where that is not certain
    our books doubt these, so that the next turn judges them again, and comes here.
    """
    for leg in done.early:
        for other in others(session, leg):
            if not (yield from is_cancelled(other, plan, leg)):
                doubts = {one: replace(done.seen.orders[one], state=OrderState.UNKNOWN) for one in done.early}
                done.seen.orders |= doubts
                return False
    return True


def _exits_are_told(session: Session, plan: Plan, done: CalledOff) -> Generator[Call, Reply, bool]:
    """What an exit has just closed is not closed again: that would close what others have open on the symbol. One that
    sells at this moment is waited for.
    """
    if not standing.bought(done.legs):
        return True
    shown = yield from still_resting(session, plan, done.legs)
    if shown is None:
        return False
    for leg in EXITS:
        if leg not in done.legs or done.legs[leg].has_ended or leg in shown.resting:
            continue
        before = done.legs[leg]
        outcome = yield from look(session, plan, leg, done.legs, done.seen, rests_no_more=leg in shown.missing)
        if is_absent(outcome):  # It has closed nothing; what its absence means is asked when it is ended.
            done.legs[leg] = before
            done.seen.orders.pop(leg, None)
        elif leg not in done.seen.orders or done.legs[leg].state is OrderState.TRIGGERED:
            return False
    return True
