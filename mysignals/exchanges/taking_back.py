"""Taking back what has no stop, for a follower who chose to have no position without one."""

from __future__ import annotations

from collections.abc import Generator
from decimal import Decimal

from mysignals.domain.intents import Leg, PlaceOrder
from mysignals.domain.market import EntryType
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Reason, Rejected
from mysignals.domain.plan import Plan

from .dialect import Call
from .filling import filled_report
from .look_up import cancel, looked_up
from .session import ENDED, LegReport, Report, Session
from .settling import settled
from .wire import Reply

Step = Generator[Call, Reply, None]
_GONE = (Reason.TOO_LATE, Reason.NOT_FOUND)


def take_back(session: Session, plan: Plan, report: Report, failed: Leg) -> Step:
    """The stop `failed` was refused or is in doubt: nothing of the entry and its exits may stay."""
    entry = yield from _stopped_entry(session, plan, report.legs[0].order)
    if entry is None:
        report.unprotected += ", and whether the entry still rests could not be confirmed"
        return
    closed = yield from close(session, plan, report, entry.filled)
    if closed:
        # What rests of the exits, perhaps also the stop whose answer was lost, must not meet another position.
        for leg in [*(leg.leg for leg in report.accepted if leg.leg not in (Leg.ENTRY, Leg.CLOSE)), failed]:
            gone = yield from _cancelled(session, plan, leg)
            report.leftovers = report.leftovers or not gone
        report.taken_back = True
    else:
        report.unprotected += ", and closing the position was not confirmed"


def _cancelled(session: Session, plan: Plan, leg: Leg) -> Generator[Call, Reply, bool]:
    """Whether the exit certainly rests no more; tried twice, for one left behind meets the next position."""
    for _ in range(2):
        outcome = yield from session.ask(cancel(session, plan, leg))
        if isinstance(outcome, Accepted) or (isinstance(outcome, Rejected) and outcome.reason in _GONE):
            return True
    return False


def _stopped_entry(
    session: Session, plan: Plan, entry: OrderReport | None
) -> Generator[Call, Reply, OrderReport | None]:
    """The entry once it can fill no more; None where that is not certain."""
    if entry is not None and entry.state in ENDED:
        return entry
    yield from session.ask(cancel(session, plan, Leg.ENTRY))
    found = yield from looked_up(session, plan, Leg.ENTRY)
    if isinstance(found, Accepted) and found.orders and found.orders[0].state in ENDED:
        return found.orders[0]
    return None


def close(session: Session, plan: Plan, report: Report, quantity: Decimal) -> Generator[Call, Reply, bool]:
    """Whether `quantity` is certainly closed at the market; nothing is sent where nothing is to be closed."""
    if not quantity:
        return True
    side, client_id = plan.side.opposite, session.client_id(Leg.CLOSE)
    intent = PlaceOrder(
        plan.market, plan.symbol, side, EntryType.MARKET, quantity, None, client_id, reduce_only=True,
        hedge=session.is_hedged, margin_mode=plan.margin_mode,
    )  # fmt: skip
    outcome = yield from settled(session, plan, intent, Leg.CLOSE)
    outcome = yield from filled_report(session, plan, outcome, Leg.CLOSE)
    leg = LegReport(Leg.CLOSE, client_id, side, "MARKET", quantity, None, None, outcome)
    report.legs.append(leg)
    return leg.order is not None and leg.order.state is OrderState.FILLED and leg.order.filled >= quantity
