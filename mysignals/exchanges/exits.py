"""Placing futures exits of our own behind an entry: a stop for every rung first, then the targets."""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.intents import ExitKind, PlaceExit
from mysignals.domain.outcomes import Accepted, Outcome, Reason, Rejected
from mysignals.domain.plan import Exit, Plan

from .dialect import Call
from .look_up import is_absent, looked_up
from .passed import passed, priced
from .session import LegReport, Report, Session, ended_empty
from .settling import insisted, why
from .taking_back import take_back
from .wire import Reply

Step = Generator[Call, Reply, None]


def place_exits(session: Session, plan: Plan, report: Report) -> Step:
    """Every rung has a stop of its own size, for in hedge mode a close larger than the position is refused.

    The stops go first; all exits can only reduce.
    """
    covered = []
    for rung in plan.exits:
        outcome = yield from place_exit(session, plan, rung, ExitKind.STOP, report)
        if isinstance(outcome, Accepted):
            covered.append(rung)
            continue
        report.unprotected = report.unprotected or why(outcome)
        if session.close_unprotected:
            yield from take_back(session, plan, report, [rung.stop_leg])
            return
    for rung in covered:
        yield from place_exit(session, plan, rung, ExitKind.TARGET, report)


def found_or_placed(
    session: Session, plan: Plan, rung: Exit, kind: ExitKind, report: Report
) -> Generator[Call, Reply, Outcome | None]:
    """As `place_exit`, where an earlier turn may have placed it and died before it could say so.

    None where the exchange did not tell whether it is there: nothing is placed on a guess. It comes late, so the price
    is read before.
    """
    leg = rung.stop_leg if kind is ExitKind.STOP else rung.leg
    found = yield from looked_up(session, plan, leg, is_of_earlier=True)
    if is_absent(found):
        session = session if session.market_price else (yield from priced(session, plan))
        return (yield from place_exit(session, plan, rung, kind, report))
    if isinstance(found, Accepted) and found.orders:
        known = ended_there(found)
        report.legs.append(exit_line(session, plan, rung, kind, known))
        return known
    report.postponed = True
    return None


def ended_there(found: Accepted) -> Outcome:
    """The order as it was found; one that is over without having closed anything is no exit, and its id is used up."""
    order = found.orders[0]
    if not ended_empty(order):
        return found
    return Rejected(Reason.TRIGGER, "", f"the exchange has ended it as {order.state}")


def place_exit(
    session: Session, plan: Plan, rung: Exit, kind: ExitKind, report: Report
) -> Generator[Call, Reply, Outcome]:
    """One conditional order, and its line in the report. What would trigger at once is refused without being sent."""
    leg, price = (rung.stop_leg, plan.stop) if kind is ExitKind.STOP else (rung.leg, rung.price)
    side, client_id = plan.side.opposite, session.client_id(leg)
    intent = PlaceExit(
        plan.market, plan.symbol, side, kind, rung.quantity, price, client_id, session.is_hedged, plan.margin_mode
    )
    late = passed(session, plan, kind, price)
    outcome = late or (yield from insisted(session, plan, intent, leg, conditional=True))
    report.legs.append(exit_line(session, plan, rung, kind, outcome))
    return outcome


def exit_line(session: Session, plan: Plan, rung: Exit, kind: ExitKind, outcome: Outcome) -> LegReport:
    """What the report says of one futures exit, whoever has placed it."""
    stop = kind is ExitKind.STOP
    leg, price = (rung.stop_leg, plan.stop) if stop else (rung.leg, rung.price)
    type_ = "STOP_MARKET" if stop else "TAKE_PROFIT_MARKET"
    return LegReport(leg, session.client_id(leg), plan.side.opposite, type_, rung.quantity, None, price, outcome)
