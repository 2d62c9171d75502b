"""Futures exits that are not there: placed by a later turn, or the position closed if the follower chose so."""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.intents import ExitKind, Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import ENDED, Accepted, OrderState
from mysignals.domain.plan import Exit, Plan

from .absences import may_arrive
from .clearing import others_are_gone, unknown_are_gone
from .dialect import Call
from .exits import exit_line, found_or_placed
from .look_up import KINDS, is_absent, looked_up
from .passed import priced
from .positions import is_held
from .seen import Ending, Seen, as_known, entry_leg
from .session import Report, Session
from .settling import why
from .sold_early import doubted
from .standing import EXITS, Legs, was_never_placed
from .taking_back import is_cancelled, take_back
from .wire import Reply

Step = Generator[Call, Reply, None]


def repair(session: Session, plan: Plan, bare: tuple[Exit, ...], now: Legs, seen: Seen) -> Step:
    """Stops that were never placed. What cannot be asked waits for the next turn."""
    if not (yield from _is_still_held(session, plan, now, seen)):
        return
    session = yield from priced(session, plan)
    report = _begun(session, plan, now, seen)
    if not (yield from _nothing_sold_unseen(session, plan, bare, now, report)):
        _finish(session, plan, report, now, seen)
        return
    for rung in bare:
        outcome = yield from found_or_placed(session, plan, rung, ExitKind.STOP, report)
        if outcome is None:
            continue
        if not isinstance(outcome, Accepted):
            report.unprotected = why(outcome)
            if session.close_unprotected:
                yield from _get_out(session, plan, report, [one.stop_leg for one in bare], now)
                break
        elif was_never_placed(rung.leg, now):
            yield from found_or_placed(session, plan, rung, ExitKind.TARGET, report)
    _finish(session, plan, report, now, seen)


def _nothing_sold_unseen(
    session: Session, plan: Plan, bare: tuple[Exit, ...], now: Legs, report: Report
) -> Generator[Call, Reply, bool]:
    """A turn that died may have placed the target of a rung whose stop is over by now: what it has sold needs no stop.

    One that is there gets its row; has it sold, the next turn goes on with that. What nobody tells it asks again.
    """
    stops, sold = {rung.stop_leg for rung in bare}, False
    for rung in plan.exits:
        if rung.leg in now or rung.stop_leg not in now or rung.stop_leg in stops:
            continue
        found = yield from looked_up(session, plan, rung.leg, is_of_earlier=True)
        if isinstance(found, Accepted) and found.orders:
            report.legs.append(exit_line(session, plan, rung, ExitKind.TARGET, found))
            sold = sold or found.orders[0].filled > 0 or found.orders[0].state is OrderState.TRIGGERED
        elif not is_absent(found):
            return False
    return not sold


def finish_closing(session: Session, plan: Plan, now: Legs, seen: Seen, found: Accepted | None = None) -> Step:
    """A close has ended and left something open, or one is `found` that no turn could tell of: the rest is closed."""
    if found is None and not (yield from _is_still_held(session, plan, now, seen)):
        return
    report = _begun(session, plan, now, seen)
    report.unprotected = "it could not get its stop"
    yield from _get_out(session, plan, report, [], now, found)
    if len(report.legs) > 1:
        _finish(session, plan, report, now, seen)
    else:
        seen.ending = Ending.ABANDONED


def _get_out(
    session: Session, plan: Plan, report: Report, failed: list[Leg], now: Legs, found: Accepted | None = None
) -> Step:
    # A turn that died may have placed any of them, and left no row.
    unrecorded = [leg for leg in EXITS if leg not in now]
    yield from take_back(session, plan, report, [*failed, *unrecorded], now, found)
    gone = not report.taken_back or (yield from others_are_gone(session, plan, now))
    report.leftovers = report.leftovers or not gone


def place_targets(session: Session, plan: Plan, missing: tuple[Exit, ...], now: Legs, seen: Seen) -> Step:
    """Targets that were never placed, beside stops that are there; on spot nothing tells whether it is still held."""
    if plan.market is Market.FUTURES and not (yield from _is_still_held(session, plan, now, seen)):
        return
    session = yield from priced(session, plan)
    report = _begun(session, plan, now, seen)
    for rung in missing:
        yield from found_or_placed(session, plan, rung, ExitKind.TARGET, report)
    _finish(session, plan, report, now, seen)


def _is_still_held(session: Session, plan: Plan, now: Legs, seen: Seen) -> Generator[Call, Reply, bool]:
    """A position that is not there any more is told as closed there."""
    held = yield from is_held(session, plan)
    if held is False:
        yield from end_closed_there(session, plan, now, seen)
    return bool(held)


def _begun(session: Session, plan: Plan, now: Legs, seen: Seen) -> Report:
    entry = seen.orders.get(Leg.ENTRY) or as_known(session, Leg.ENTRY, now)
    report = Report(entry=Accepted((entry,)))
    report.legs.append(entry_leg(session, plan, entry))
    return report


def _finish(session: Session, plan: Plan, report: Report, now: Legs, seen: Seen) -> None:
    entry = report.legs.pop(0).order
    if not report.taken_back:
        report.legs[:] = [doubted(session, plan, leg, now) for leg in report.legs]
    if entry is not None and entry.state in ENDED:
        seen.orders[Leg.ENTRY] = entry  # It may have been stopped in this turn.
    seen.exits = report if report.legs else None
    if report.taken_back and not report.leftovers:
        seen.ending = Ending.CLOSED


def end_closed_there(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Closed by hand, or for want of margin: what is left of the exits must not meet another position."""
    for leg, known in now.items():
        if leg not in KINDS or known.has_ended:
            continue
        if not (yield from is_cancelled(session, plan, leg)) or may_arrive(session, leg, known):
            return
    if (yield from unknown_are_gone(session, plan, now)):
        seen.ending = Ending.CLOSED_THERE
