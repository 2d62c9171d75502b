"""A position that is gone though all of its exits rest: closed by hand, or by an exit of another copy."""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.intents import Leg
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import Plan

from . import standing
from .dialect import Call
from .positions import is_held
from .repairing import end_closed_there
from .seen import Seen, as_known, note_cancelled
from .session import Session
from .standing import EXITS, Legs
from .wire import Reply


def was_closed_by_others(session: Session, plan: Plan, now: Legs, seen: Seen) -> Generator[Call, Reply, bool]:
    """Exits that only reduce rest on without a position, until they meet the next one: they are cancelled.

    An entry that may still fill, and an exit that is just selling, are waited for.
    """
    selling = any(known.state is OrderState.TRIGGERED for known in now.values())
    is_open = standing.still_open(now) > 0 and now[Leg.ENTRY].has_ended and not selling
    if not session.asks_for_the_position or not is_open:
        return False
    had_ended = Leg.ENTRY not in seen.orders
    if (yield from is_held(session, plan, told_to_all=had_ended)) is not False:
        return False
    yield from end_closed_there(session, plan, now, seen)
    if seen.ending is not None:
        for leg, known in list(now.items()):
            if leg in EXITS and not known.has_ended:
                note_cancelled(as_known(session, leg, now), leg, now, seen)
    return True
