"""Exits that rode on a futures entry, once it is over: they become orders of their own, or go with it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import ENDED, Accepted, OrderState
from mysignals.domain.plan import Plan, resized

from . import standing
from .attached_exits import take_over
from .dialect import Call
from .look_up import cancel, looked_up
from .seen import Ending, Seen, as_known, entry_leg, how, known_of, note_cancelled
from .session import Report, Session
from .standing import EXITS, Legs, was_never_placed
from .wire import Reply

Step = Generator[Call, Reply, None]


def has_landed(session: Session, plan: Plan, now: Legs) -> bool:
    """The entry is over, and exits that rode on it are not in our books as orders of their own yet."""
    if not _attached(session, plan) or Leg.ENTRY not in now or not now[Leg.ENTRY].has_ended:
        return False
    return any(is_riding(session, plan, leg, now) for leg in now) or _is_bare(plan, now)


def _is_bare(plan: Plan, now: Legs) -> bool:
    """Not even the stop has a row: what was to be placed beside the riding one was certainly not sent."""
    is_open = standing.bought(now) > 0 and not standing.is_flat(plan.market, now)
    return is_open and Leg.STOP not in now and was_never_placed(Leg.CLOSE, now)


def is_riding(session: Session, plan: Plan, leg: Leg, now: Legs) -> bool:
    """An exit on an entry that has not filled is no order yet, or one of whose id we do not know."""
    pending = leg in EXITS and now[leg].state is OrderState.PENDING
    return pending and leg not in session.exchange_ids and _attached(session, plan)


def _attached(session: Session, plan: Plan) -> bool:
    return plan.market is Market.FUTURES and session.dialect.abilities.exits is ExitStyle.ATTACHED


def land(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Exits that rode on the entry become orders, or go with an entry that bought nothing."""
    riding = [leg for leg in now if is_riding(session, plan, leg, now)]
    if not standing.bought(now):
        for leg in riding:
            note_cancelled(as_known(session, leg, now), leg, now, seen)
        seen.ending = how(plan, now)
        return
    entry = seen.orders.get(Leg.ENTRY) or as_known(session, Leg.ENTRY, now)
    report = Report(entry=Accepted((entry,)))
    report.legs.append(entry_leg(session, plan, entry))
    yield from take_over(session, resized(plan, entry.filled), report, look_first=True)
    del report.legs[0]
    if all(leg.order is not None and leg.order.state is OrderState.PENDING for leg in report.legs):
        return  # Nothing could be read: the next turn looks again.
    seen.exits = report
    yield from _settle(session, plan, now, report)
    settled = now | {leg.leg: known_of(leg) for leg in report.legs}
    over = how(plan, settled) is Ending.CLOSED and all(known.has_ended for known in settled.values())
    if over or (report.taken_back and not report.leftovers):
        seen.ending = Ending.CLOSED


def _settle(session: Session, plan: Plan, now: Legs, report: Report) -> Step:
    """One may have triggered before it was found: what it led to, and the end of what it has outlived."""
    names = {leg.leg: leg.order.exchange_id for leg in report.legs if leg.order is not None and leg.order.exchange_id}
    named = replace(session, exchange_ids={**session.exchange_ids, **names})
    for number, leg in enumerate(report.legs):
        if leg.order is not None and leg.order.state is OrderState.TRIGGERED:
            told = yield from looked_up(named, plan, leg.leg)
            report.legs[number] = replace(leg, outcome=told) if isinstance(told, Accepted) else leg
    if how(plan, now | {leg.leg: known_of(leg) for leg in report.legs}) is not Ending.CLOSED:
        return
    for number, leg in enumerate(report.legs):
        if leg.order is not None and leg.order.state not in ENDED:
            yield from session.ask(cancel(named, plan, leg.leg))
            told = yield from looked_up(named, plan, leg.leg)
            report.legs[number] = replace(leg, outcome=told) if isinstance(told, Accepted) else leg
