"""Exits of an entry that ended half-filled: replaced by exits over what it bought, the stops first.

At no moment the position is without a stop. Our books change when all is done: a turn that died is begun again, and
finds what it had placed by the ids that come next.
"""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.intents import ExitKind, Leg
from mysignals.domain.outcomes import Accepted, OrderState, Outcome, Rejected
from mysignals.domain.plan import STOPS, TARGETS, Exit, Plan

from . import standing
from .clearing import others_are_gone
from .dialect import Call
from .exits import found_or_placed
from .generations import renewed
from .look_up import looked_up
from .looking import end
from .oversized import can_be_resized, is_oversized, right_sized
from .passed import priced
from .positions import is_held
from .repairing import end_closed_there
from .seen import Ending, Seen, as_known, entry_leg
from .session import Report, Session
from .settling import why
from .standing import Legs, was_never_placed
from .taking_back import take_back
from .wire import Reply

Step = Generator[Call, Reply, None]
LEFT_OVER = "the stop is larger than what was bought, and one of the right size was not taken: "


def resize(session: Session, plan: Plan, now: Legs, seen: Seen) -> Generator[Call, Reply, bool]:
    """Whether this was the turn's work; False where the exits are as they should be."""
    if not can_be_resized(plan, now):
        return False
    rungs = right_sized(plan, now)
    following = _following(session, rungs, now)
    if not rungs or following is None:
        return False
    if not is_oversized(now) and not (yield from _was_begun(following, plan, rungs, now)):
        return False
    held = yield from is_held(session, plan)
    if held:
        yield from _replace(session, following, plan, rungs, now, seen)
    elif held is False:
        yield from end_closed_there(session, plan, now, seen)
    return True


def _following(session: Session, rungs: tuple[Exit, ...], now: Legs) -> Session | None:
    """The session in which every leg of the new exits is the next one; None where there were too many."""
    following: Session | None = session
    for leg in (leg for rung in rungs for leg in (rung.stop_leg, rung.leg)):
        # The id of one that was never taken is not used up.
        if following is not None and not was_never_placed(leg, now):
            following = renewed(following, leg)
    return following


def _was_begun(following: Session, plan: Plan, rungs: tuple[Exit, ...], now: Legs) -> Generator[Call, Reply, bool]:
    """Whether an earlier turn has ended the old stops and died before it could tell of the new ones."""
    if not standing.stop_is_gone(now) and not standing.exits_are_gone(now):
        return False
    found = yield from looked_up(following, plan, rungs[0].stop_leg, is_of_earlier=True)
    return isinstance(found, Accepted) and bool(found.orders)


def _replace(session: Session, following: Session, plan: Plan, rungs: tuple[Exit, ...], now: Legs, seen: Seen) -> Step:
    entry = seen.orders.get(Leg.ENTRY) or as_known(session, Leg.ENTRY, now)
    following = yield from priced(following, plan)
    report = Report(entry=Accepted((entry,)))
    report.legs.append(entry_leg(session, plan, entry))
    refused: Rejected | None = None
    for rung in rungs:
        outcome = yield from found_or_placed(following, plan, rung, ExitKind.STOP, report)
        if isinstance(outcome, Rejected):
            refused = refused or outcome
        elif not _rests(outcome, report):
            _tell_what_sold(outcome, report, seen)
            return
    if refused is not None:
        yield from _stay(session, following, plan, report, refused, now, seen)
        return
    if not (yield from _ended(session, plan, STOPS, now, seen)):
        return
    for rung in rungs:
        if (yield from found_or_placed(following, plan, rung, ExitKind.TARGET, report)) is None:
            return
    if not (yield from _ended(session, plan, TARGETS, now, seen)):
        return
    del report.legs[0]
    for leg in report.legs:
        seen.orders.pop(leg.leg, None)  # Of the one before it.
    seen.exits = report


def _rests(outcome: Outcome | None, report: Report) -> bool:
    order = report.legs[-1].order
    return isinstance(outcome, Accepted) and (order is None or order.state is OrderState.NEW)


def _tell_what_sold(outcome: Outcome | None, report: Report, seen: Seen) -> None:
    """A new stop that has triggered already is told at once; what is in doubt is looked for by the next turn."""
    if isinstance(outcome, Accepted):
        sold = [
            leg for leg in report.accepted if leg.leg in STOPS and not _rests(leg.outcome, Report(leg.outcome, [leg]))
        ]
        for leg in sold:
            seen.orders.pop(leg.leg, None)
        seen.exits = Report(entry=report.entry, legs=sold)


def _ended(session: Session, plan: Plan, legs: tuple[Leg, ...], now: Legs, seen: Seen) -> Generator[Call, Reply, bool]:
    """Whether the old ones are over and have sold nothing; one that has ends the turn, for less is open now. What is
    absent was over before, and its name is that of the new one by now.
    """
    open_before = standing.still_open(now)
    for leg in legs:
        if leg in now and not now[leg].is_absent:
            yield from end(session, plan, leg, now, seen)
    return all(now[leg].has_ended for leg in legs if leg in now) and standing.still_open(now) == open_before


def _stay(
    session: Session, following: Session, plan: Plan, report: Report, refused: Rejected, now: Legs, seen: Seen
) -> Step:
    """A stop of the right size was refused. A larger one that only reduces protects; in hedge mode it may not."""
    rests = [leg for leg in STOPS if leg in now and not now[leg].has_ended]
    if rests and not session.is_hedged:
        return
    report.unprotected = (LEFT_OVER if rests else "") + why(refused)
    if session.close_unprotected:
        yield from take_back(session, plan, report, [], now)
        gone = not report.taken_back or (yield from others_are_gone(session, plan, now))
        report.leftovers = report.leftovers or not gone
        if report.taken_back and not report.leftovers:
            seen.ending = Ending.CLOSED
    # The rows stay those of the exits that rest.
    seen.exits = Report(
        entry=report.entry, legs=[leg for leg in report.legs if leg.leg is Leg.CLOSE],
        unprotected=report.unprotected, taken_back=report.taken_back, leftovers=report.leftovers,
    )  # fmt: skip
