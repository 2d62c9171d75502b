"""Conversations about orders that rest: has the entry filled, has an exit closed the position?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderState, Outcome, Rejected, is_gone
from mysignals.domain.plan import Plan

from . import standing
from .dialect import Call
from .landing import has_landed, is_riding, land
from .look_up import cancel, looked_up
from .missing_exits import Choice, is_missing, missing_exits
from .missing_stops import missing_stops
from .repairing import repair
from .seen import Ending, Seen, as_known, how, note_cancelled
from .session import Report, Session
from .spot_exits import place_spot_exits
from .standing import EXITS, Legs
from .trade_turn import look_at_trade
from .wire import Reply

FollowUp = Generator[Call, Reply, Seen]
Step = Generator[Call, Reply, None]


def look_after(session: Session, plan: Plan, choice: Choice, legs: Legs) -> FollowUp:
    """Ask for every leg that has not ended; place spot exits after the fill; end the siblings of a closed position.

    `legs` are the delivery's orders as our books have them.
    """
    seen, now = Seen(), dict(legs)
    if session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        yield from look_at_trade(session, legs, seen)
        return seen
    for leg, known in legs.items():
        if not known.has_ended and not is_riding(session, plan, leg, now):
            yield from _look(session, plan, leg, now, seen)
    if has_landed(session, plan, now):
        yield from land(session, plan, now, seen)
        return seen
    bare = missing_stops(plan, now, close_unprotected=session.close_unprotected)
    if bare:
        yield from repair(session, plan, bare, now, seen)
        return seen
    exits = missing_exits(plan, choice, now)
    if exits:
        yield from _place(session, replace(plan, exits=exits), now, seen)
    else:
        yield from _conclude(session, plan, now, seen)
    return seen


def _look(session: Session, plan: Plan, leg: Leg, now: Legs, seen: Seen) -> Generator[Call, Reply, Outcome]:
    """An answer that was refused or lost, or does not tell the state, changes nothing."""
    outcome = yield from looked_up(session, plan, leg)
    if isinstance(outcome, Accepted) and outcome.orders and outcome.orders[0].state is not OrderState.UNKNOWN:
        seen.orders[leg] = outcome.orders[0]
        now[leg] = standing.told(now[leg], outcome.orders[0], session.clock_ms())
    return outcome


def _place(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Spot exits after the fill. What was refused before and is refused again is not tried a third time."""
    entry = seen.orders.get(Leg.ENTRY) or as_known(session, Leg.ENTRY, now)
    live = frozenset(exit_.leg for exit_ in plan.exits if not is_missing(exit_, now))
    report = seen.exits = Report(entry=Accepted((entry,)))
    yield from place_spot_exits(session, plan, report, entry, live, look_first=True)
    if report.postponed and not report.legs:
        seen.exits = None
        return
    if report.taken_back:
        seen.ending = Ending.CLOSED
        return
    if not report.legs:
        report.unprotected = "what was bought is too little to be sold with a stop and a target"
    hopeless = all(leg.leg in now and isinstance(leg.outcome, Rejected) for leg in report.legs)
    if hopeless and all(known.has_ended for known in now.values()):
        seen.ending = Ending.ABANDONED


def _conclude(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    if any(known.state is OrderState.TRIGGERED for known in now.values()):
        return  # A market order is on its way; what it leads to is told once it is done.
    if Leg.ENTRY in now and how(plan, now) is not None:
        seen.ending = yield from _clear(session, plan, now, seen)
    elif standing.exits_are_gone(now):
        seen.ending = Ending.ABANDONED
    elif not _ends_siblings(session, plan):
        for leg in standing.outlived(now):
            yield from _cancel(session, plan, leg, now, seen)
        seen.stop_is_gone = standing.stop_is_gone(now)


def _ends_siblings(session: Session, plan: Plan) -> bool:
    """Whether the exchange itself ends what is left of a list; elsewhere exits do not know each other."""
    return plan.market is Market.SPOT and session.dialect.abilities.exits is ExitStyle.ORDER_LIST


def _clear(session: Session, plan: Plan, now: Legs, seen: Seen) -> Generator[Call, Reply, Ending | None]:
    """Cancel what still rests; None where that was not confirmed, and the next turn tries again.

    Only an order list ends its siblings itself (EXCHANGES 2.6, 3.5).
    """
    if _ends_siblings(session, plan):
        return how(plan, now)
    # The entry goes first: what it bought until then has to be flat too.
    yield from _cancel(session, plan, Leg.ENTRY, now, seen)
    if not now[Leg.ENTRY].has_ended or how(plan, now) is None:
        return None
    for leg in EXITS:
        if leg in now:
            yield from _cancel(session, plan, leg, now, seen)
    return how(plan, now) if all(known.has_ended for known in now.values()) else None


def _cancel(session: Session, plan: Plan, leg: Leg, now: Legs, seen: Seen) -> Step:
    if now[leg].has_ended:
        return
    outcome = yield from session.ask(cancel(session, plan, leg))
    taken = isinstance(outcome, Accepted) and bool(outcome.orders)
    if isinstance(outcome, Accepted) and taken and session.dialect.abilities.answers_with_fill:
        note_cancelled(outcome.orders[0], leg, now, seen)
    elif taken or is_gone(outcome):
        told = yield from _look(session, plan, leg, now, seen)
        if leg is not Leg.ENTRY and not now[leg].has_ended and is_gone(told):
            # The exchange knows it no longer; how it ended makes no difference to a flat position.
            note_cancelled(as_known(session, leg, now), leg, now, seen)
