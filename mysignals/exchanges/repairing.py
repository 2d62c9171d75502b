"""Futures stops that were never placed: placed by a later turn, or the position closed if the follower chose so."""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.intents import ExitKind, Leg
from mysignals.domain.outcomes import Accepted
from mysignals.domain.plan import Exit, Plan

from .dialect import Call
from .exits import found_or_placed
from .missing_exits import was_never_placed
from .seen import Ending, Seen, as_known, entry_leg
from .session import Report, Session
from .settling import why
from .standing import Legs
from .taking_back import take_back
from .wire import Reply

Step = Generator[Call, Reply, None]


def repair(session: Session, plan: Plan, bare: tuple[Exit, ...], now: Legs, seen: Seen) -> Step:
    """Futures: a stop that was never placed is placed now, or the position closed where the follower chose that."""
    entry = seen.orders.get(Leg.ENTRY) or as_known(session, Leg.ENTRY, now)
    report = Report(entry=Accepted((entry,)))
    report.legs.append(entry_leg(session, plan, entry))
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
