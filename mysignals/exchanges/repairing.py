"""Futures stops that were never placed: placed by a later turn, or the position closed if the follower chose so."""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.intents import ExitKind, Leg, ReadPositions
from mysignals.domain.market import Side
from mysignals.domain.outcomes import Accepted, Position, Positions
from mysignals.domain.plan import Exit, Plan

from .dialect import Call
from .exits import found_or_placed
from .look_up import KINDS
from .missing_exits import was_never_placed
from .seen import Ending, Seen, as_known, entry_leg
from .session import Report, Session
from .settling import why
from .standing import Legs
from .taking_back import is_cancelled, take_back
from .wire import Reply

Step = Generator[Call, Reply, None]


def repair(session: Session, plan: Plan, bare: tuple[Exit, ...], now: Legs, seen: Seen) -> Step:
    """A position that is not there any more is told as closed there. What cannot be asked waits for the next turn."""
    held = yield from session.ask(ReadPositions(plan.symbol))
    if not isinstance(held, Positions):
        return
    if not any(_is_ours(plan, position) for position in held.items):
        yield from _end(session, plan, now, seen)
        return
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
                yield from take_back(session, plan, report, [one.stop_leg for one in bare], now)
                break
        elif was_never_placed(rung.leg, now):
            yield from found_or_placed(session, plan, rung, ExitKind.TARGET, report)
    del report.legs[0]
    seen.exits = report if report.legs else None
    if report.taken_back and not report.leftovers:
        seen.ending = Ending.CLOSED


def _is_ours(plan: Plan, position: Position) -> bool:
    """Whether the position has the side of the entry."""
    return position.amount > 0 if plan.side is Side.BUY else position.amount < 0


def _end(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Closed by hand, or for want of margin: what is left of the exits must not meet another position."""
    for leg, known in now.items():
        if leg in KINDS and not known.has_ended and not (yield from is_cancelled(session, plan, leg)):
            return
    seen.ending = Ending.CLOSED_THERE
