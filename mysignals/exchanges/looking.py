"""One leg asked for: what the exchange tells of it, or what it means that it tells nothing."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Outcome, is_gone
from mysignals.domain.plan import Plan

from . import standing
from .absences import Absence, judged, may_arrive, not_there
from .closes import all_closes
from .dialect import Call
from .generations import renewed
from .look_up import cancel, is_absent, looked_up
from .seen import Seen, as_known, note_cancelled
from .session import Session
from .standing import Legs
from .wire import Reply

Step = Generator[Call, Reply, None]


def look(
    session: Session,
    plan: Plan,
    leg: Leg,
    now: Legs,
    seen: Seen,
    *,
    is_first: bool = False,
    rests_no_more: bool = False,
    after_ms: int = 0,
) -> Generator[Call, Reply, Outcome]:
    """An answer that was refused or lost, or does not tell the state, changes nothing.

    Only "no such order" counts, and only with time. `is_first`: nothing was asked about the leg before in this turn.
    What others were told counts then where the exchange had told of it before: one in doubt may have arrived since.
    `rests_no_more` as in `looked_up`; `after_ms`: how long to wait before it is asked for.
    """
    told_to_all = is_first and now[leg].state is OrderState.NEW
    outcome = yield from (
        all_closes(session, plan)
        if leg is Leg.CLOSE
        else looked_up(session, plan, leg, after_ms, told_to_all=told_to_all, rests_no_more=rests_no_more)
    )
    if isinstance(outcome, Accepted) and outcome.orders and outcome.orders[0].state is not OrderState.UNKNOWN:
        seen.orders[leg] = outcome.orders[0]
        now[leg] = standing.told(now[leg], outcome.orders[0], session.clock_ms())
    elif is_absent(outcome):
        _note_absence(session, plan, leg, now, seen)
    return outcome


def _note_absence(session: Session, plan: Plan, leg: Leg, now: Legs, seen: Seen) -> None:
    """What rests no more and may have sold what was bought is not placed again on spot: it would be sold twice."""
    absence = judged(session, leg, now[leg])
    if absence is Absence.MISSED:
        report = OrderReport(session.client_id(leg), "", OrderState.UNKNOWN, now[leg].filled)
        seen.orders[leg] = report
        now[leg] = standing.told(now[leg], report, session.clock_ms())
    elif leg is Leg.ENTRY:
        seen.entry_is_gone = absence is Absence.GONE
    elif absence is Absence.NEVER_ARRIVED:
        now[leg] = not_there(now[leg], absence)
    elif absence is Absence.GONE and leg is not Leg.CLOSE:
        if plan.market is Market.FUTURES:
            now[leg] = not_there(now[leg], absence)
        else:
            note_cancelled(as_known(session, leg, now), leg, now, seen)


def end(session: Session, plan: Plan, leg: Leg, now: Legs, seen: Seen) -> Step:
    """Cancel what rests, and ask how it ended where the answer does not tell; unchanged where that is not certain."""
    if now[leg].has_ended and not now[leg].is_absent:
        return
    outcome = yield from session.ask(cancel(session, plan, leg))
    yield from end_told(session, plan, leg, outcome, now, seen)


def end_told(session: Session, plan: Plan, leg: Leg, outcome: Outcome, now: Legs, seen: Seen) -> Step:
    """The rest of `end`: `outcome` is what the exchange said to the cancel."""
    taken = isinstance(outcome, Accepted) and bool(outcome.orders)
    if isinstance(outcome, Accepted) and taken and session.dialect.abilities.answers_with_fill:
        note_cancelled(outcome.orders[0], leg, now, seen)
    elif taken or is_gone(outcome):
        before = now[leg]
        told = yield from look(replace(session, follows_cancel=True), plan, leg, now, seen)
        lasts = not now[leg].has_ended or now[leg].is_absent
        if leg is not Leg.ENTRY and lasts and is_gone(told) and not may_arrive(session, leg, before):
            # The exchange knows it no longer; how it ended makes no difference to a flat position.
            note_cancelled(as_known(session, leg, now), leg, now, seen)


def without_used_ids(session: Session, plan: Plan, now: Legs, seen: Seen) -> Session:
    """What is gone gets a new id when it is placed again, for its own is used up; some were replaced too often."""
    for leg, known in list(now.items()):
        if known.reason != standing.GONE or known.state is not OrderState.REJECTED:
            continue
        again = renewed(session, leg)
        if again is None:
            note_cancelled(as_known(session, leg, now), leg, now, seen)
        session = again or session
    return session
