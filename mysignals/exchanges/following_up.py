"""Conversations about orders that rest: has the entry filled, has an exit closed the position?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import ExitKind, Leg, ReadTrade
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, Closing, OrderReport, OrderState, Outcome, Reason, Rejected, Trade
from mysignals.domain.plan import Exit, Plan, resized

from . import standing
from .attached_exits import take_over
from .dialect import Call
from .exits import found_or_placed
from .look_up import cancel, looked_up
from .missing_exits import Choice, is_missing, missing_exits, was_never_placed
from .missing_stops import missing_stops
from .session import LegReport, Report, Session
from .settling import why
from .spot_exits import place_spot_exits
from .standing import EXITS, Legs
from .taking_back import take_back
from .trades import entry_of, exit_of
from .wire import Reply


class Ending(StrEnum):
    """Why a delivery need not be followed any longer."""

    CLOSED = "closed"
    """Its exits have closed what the entry bought, and nothing rests."""
    CANCELLED = "cancelled"
    """Its entry ended with nothing bought, and nothing rests."""
    CLOSED_THERE = "closed_there"
    """The exchange closed it otherwise: by hand, or for want of margin."""
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
    if session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        yield from _look_at_trade(session, legs, seen)
        return seen
    for leg, known in legs.items():
        if not known.has_ended and not _is_riding(session, plan, leg, now):
            yield from _look(session, plan, leg, now, seen)
    if _has_landed(session, plan, now):
        yield from _take_over(session, plan, now, seen)
        return seen
    bare = missing_stops(
        resized(plan, standing.bought(now) or plan.quantity), now, close_unprotected=session.close_unprotected
    )
    if bare:
        yield from _repair(session, plan, bare, now, seen)
        return seen
    exits = missing_exits(plan, choice, now)
    if exits:
        yield from _place(session, replace(plan, exits=exits), now, seen)
    else:
        yield from _conclude(session, plan, now, seen)
    return seen


def _look_at_trade(session: Session, legs: Legs, seen: Seen) -> Step:
    """One question tells all: the trade holds its exits inside."""
    told = yield from session.ask(ReadTrade(session.exchange_ids.get(Leg.ENTRY, "")))
    if not isinstance(told, Trade):
        return
    seen.orders[Leg.ENTRY] = entry_of(session, told)
    for leg in legs:
        if leg is not Leg.ENTRY:
            seen.orders[leg] = exit_of(session, told, leg)
    if told.closing is not None:
        by_an_exit = told.closing in (Closing.STOP, Closing.TARGET)
        seen.ending = Ending.CLOSED if by_an_exit else Ending.CLOSED_THERE


def _attached(session: Session, plan: Plan) -> bool:
    return plan.market is Market.FUTURES and session.dialect.abilities.exits is ExitStyle.ATTACHED


def _is_riding(session: Session, plan: Plan, leg: Leg, now: Legs) -> bool:
    """An exit on an entry that has not filled is no order yet, or one of whose id we do not know."""
    pending = leg in EXITS and now[leg].state is OrderState.PENDING
    return pending and leg not in session.exchange_ids and _attached(session, plan)


def _has_landed(session: Session, plan: Plan, now: Legs) -> bool:
    """The entry is over, and exits that rode on it are not in our books as orders of their own yet."""
    if not _attached(session, plan) or Leg.ENTRY not in now or not now[Leg.ENTRY].has_ended:
        return False
    return any(_is_riding(session, plan, leg, now) for leg in now)


def _take_over(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Exits that rode on the entry become orders, or go with an entry that bought nothing."""
    riding = [leg for leg in now if _is_riding(session, plan, leg, now)]
    if not standing.bought(now):
        for leg in riding:
            _note_cancelled(_as_known(session, leg, now), leg, now, seen)
        seen.ending = _how(plan, now)
        return
    entry = seen.orders.get(Leg.ENTRY) or _as_known(session, Leg.ENTRY, now)
    report = Report(entry=Accepted((entry,)))
    report.legs.append(_entry_leg(session, plan, entry))
    yield from take_over(session, resized(plan, entry.filled), report)
    del report.legs[0]
    if all(leg.order is not None and leg.order.state is OrderState.PENDING for leg in report.legs):
        return  # Nothing could be read: the next turn looks again.
    seen.exits = report
    if report.taken_back and not report.leftovers:
        seen.ending = Ending.CLOSED


def _repair(session: Session, plan: Plan, bare: tuple[Exit, ...], now: Legs, seen: Seen) -> Step:
    """Futures: a stop that was never placed is placed now, or the position closed where the follower chose that."""
    entry = seen.orders.get(Leg.ENTRY) or _as_known(session, Leg.ENTRY, now)
    report = Report(entry=Accepted((entry,)))
    report.legs.append(_entry_leg(session, plan, entry))
    for rung in bare:
        outcome = yield from found_or_placed(session, plan, rung, ExitKind.STOP, report)
        if outcome is None:
            continue
        if not isinstance(outcome, Accepted):
            report.unprotected = why(outcome)
            if session.close_unprotected:
                yield from take_back(session, plan, report, rung.stop_leg)
                break
        elif was_never_placed(rung.leg, now):
            yield from found_or_placed(session, plan, rung, ExitKind.TARGET, report)
    del report.legs[0]
    seen.exits = report if report.legs else None
    if report.taken_back and not report.leftovers:
        seen.ending = Ending.CLOSED


def _entry_leg(session: Session, plan: Plan, entry: OrderReport) -> LegReport:
    client_id = session.client_id(Leg.ENTRY)
    return LegReport(
        Leg.ENTRY, client_id, plan.side, plan.entry_type, plan.quantity, plan.price, None, Accepted((entry,))
    )


def _look(session: Session, plan: Plan, leg: Leg, now: Legs, seen: Seen) -> Generator[Call, Reply, Outcome]:
    """An answer that was refused or lost, or does not tell the state, changes nothing."""
    outcome = yield from looked_up(session, plan, leg)
    if isinstance(outcome, Accepted) and outcome.orders and outcome.orders[0].state is not OrderState.UNKNOWN:
        seen.orders[leg] = outcome.orders[0]
        now[leg] = standing.told(now[leg], outcome.orders[0], session.clock_ms())
    return outcome


def _place(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Spot exits after the fill. What was refused before and is refused again is not tried a third time."""
    entry = seen.orders.get(Leg.ENTRY) or _as_known(session, Leg.ENTRY, now)
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
    if Leg.ENTRY in now and _how(plan, now) is not None:
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
    outcome = yield from session.ask(cancel(session, plan, leg))
    taken = isinstance(outcome, Accepted) and bool(outcome.orders)
    if isinstance(outcome, Accepted) and taken and session.dialect.abilities.answers_with_fill:
        _note_cancelled(outcome.orders[0], leg, now, seen)
    elif taken or (isinstance(outcome, Rejected) and outcome.reason in _GONE):
        told = yield from _look(session, plan, leg, now, seen)
        is_gone = isinstance(told, Rejected) and told.reason in _GONE
        if leg is not Leg.ENTRY and not now[leg].has_ended and is_gone:
            # The exchange knows it no longer; how it ended makes no difference to a flat position.
            _note_cancelled(_as_known(session, leg, now), leg, now, seen)


def _note_cancelled(report: OrderReport, leg: Leg, now: Legs, seen: Seen) -> None:
    """The answer to an exit's cancel does not tell what it had filled."""
    filled = max(report.filled, now[leg].filled)
    seen.orders[leg] = replace(report, state=OrderState.CANCELLED, filled=filled)
    now[leg] = replace(now[leg], state=OrderState.CANCELLED, filled=filled)


def _as_known(session: Session, leg: Leg, now: Legs) -> OrderReport:
    return OrderReport(session.client_id(leg), "", now[leg].state, now[leg].filled)
