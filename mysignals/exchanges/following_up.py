"""Conversations about orders that rest: has the entry filled, has an exit closed the position?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mysignals.domain.intents import CancelOrder, Leg, QueryOrder
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Reason, Rejected
from mysignals.domain.plan import Plan

from . import standing
from .dialect import Call
from .exits import place_spot_exits
from .missing_exits import Choice, missing_exits, was_never_placed
from .session import Report, Session
from .standing import EXITS, Legs
from .wire import Reply


class Ending(StrEnum):
    """Why a delivery need not be followed any longer."""

    CLOSED = "closed"
    """Its exits have closed what the entry bought, and nothing rests."""
    CANCELLED = "cancelled"
    """Its entry ended with nothing bought, and nothing rests."""
    ABANDONED = "abandoned"
    """Something was bought and its exits are gone: somebody took them away, or they were refused twice."""


@dataclass(slots=True)
class Seen:
    """What the exchange told about a delivery's orders, by leg; legs it could not tell are absent."""

    orders: dict[Leg, OrderReport] = field(default_factory=dict)
    exits: Report | None = None
    """Exits that were placed now, because the entry had filled."""
    ending: Ending | None = None
    stop_is_gone: bool = False
    """The stop ended without having closed anything, and the position is open."""


FollowUp = Generator[Call, Reply, Seen]
Step = Generator[Call, Reply, None]
_GONE = (Reason.TOO_LATE, Reason.NOT_FOUND)


def look_after(session: Session, plan: Plan, choice: Choice, legs: Legs) -> FollowUp:
    """Ask for every leg that has not ended; place spot exits after the fill; end the siblings of a closed position.

    `legs` are the delivery's orders as our books have them.
    """
    seen, now = Seen(), dict(legs)
    for leg, known in legs.items():
        if not known.has_ended:
            yield from _look(session, plan, leg, now, seen)
    exits = missing_exits(plan, choice, now)
    if exits:
        yield from _place(session, replace(plan, exits=exits), now, seen)
    else:
        yield from _conclude(session, plan, now, seen)
    return seen


def _look(session: Session, plan: Plan, leg: Leg, now: Legs, seen: Seen) -> Step:
    """An answer that was refused or lost, or does not tell the state, changes nothing."""
    intent = QueryOrder(plan.market, plan.symbol, session.client_id(leg), _conditional(plan, leg))
    outcome = yield from session.ask(intent)
    if not isinstance(outcome, Accepted) or not outcome.orders or outcome.orders[0].state is OrderState.UNKNOWN:
        return
    seen.orders[leg] = outcome.orders[0]
    now[leg] = standing.told(now[leg], outcome.orders[0], session.clock_ms())


def _conditional(plan: Plan, leg: Leg) -> bool:
    return plan.market is Market.FUTURES and leg in EXITS


def _place(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Spot exits after the fill. What was refused before and is refused again is not tried a third time."""
    entry = seen.orders.get(Leg.ENTRY) or _as_known(session, Leg.ENTRY, now)
    live = frozenset(exit_.leg for exit_ in plan.exits if not was_never_placed(exit_.leg, now))
    report = seen.exits = Report(entry=Accepted((entry,)))
    yield from place_spot_exits(session, plan, report, entry, live)
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
    if Leg.ENTRY in now and _how(plan, now) is not None:
        seen.ending = yield from _clear(session, plan, now, seen)
    elif standing.exits_are_gone(now):
        seen.ending = Ending.ABANDONED
    elif plan.market is Market.FUTURES:
        for leg in standing.outlived(now):
            yield from _cancel(session, plan, leg, now, seen)
        seen.stop_is_gone = standing.stop_is_gone(now)


def _clear(session: Session, plan: Plan, now: Legs, seen: Seen) -> Generator[Call, Reply, Ending | None]:
    """Cancel what still rests; None where that was not confirmed, and the next turn tries again.

    Futures exits do not know each other (EXCHANGES 3.5); on spot the exchange itself ends the siblings.
    """
    if plan.market is Market.SPOT:
        return _how(plan, now)
    # The entry goes first: what it bought until then has to be flat too.
    yield from _cancel(session, plan, Leg.ENTRY, now, seen)
    if not now[Leg.ENTRY].has_ended or _how(plan, now) is None:
        return None
    for leg in EXITS:
        if leg in now:
            yield from _cancel(session, plan, leg, now, seen)
    return _how(plan, now) if all(known.has_ended for known in now.values()) else None


def _how(plan: Plan, now: Legs) -> Ending | None:
    if standing.came_to_nothing(now):
        return Ending.CANCELLED
    return Ending.CLOSED if standing.is_flat(plan.market, now) else None


def _cancel(session: Session, plan: Plan, leg: Leg, now: Legs, seen: Seen) -> Step:
    if now[leg].has_ended:
        return
    intent = CancelOrder(plan.market, plan.symbol, session.client_id(leg), _conditional(plan, leg))
    outcome = yield from session.ask(intent)
    if isinstance(outcome, Accepted) and outcome.orders:
        _note_cancelled(outcome.orders[0], leg, now, seen)
    elif isinstance(outcome, Rejected) and outcome.reason in _GONE:
        yield from _look(session, plan, leg, now, seen)
        if leg is not Leg.ENTRY and not now[leg].has_ended:
            # The exchange knows it no longer; how it ended makes no difference to a flat position.
            _note_cancelled(_as_known(session, leg, now), leg, now, seen)


def _note_cancelled(report: OrderReport, leg: Leg, now: Legs, seen: Seen) -> None:
    """The answer to an exit's cancel does not tell what it had filled."""
    filled = max(report.filled, now[leg].filled)
    seen.orders[leg] = replace(report, state=OrderState.CANCELLED, filled=filled)
    now[leg] = replace(now[leg], state=OrderState.CANCELLED, filled=filled)


def _as_known(session: Session, leg: Leg, now: Legs) -> OrderReport:
    return OrderReport(session.client_id(leg), "", now[leg].state, now[leg].filled)
