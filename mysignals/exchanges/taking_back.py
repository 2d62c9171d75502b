"""Taking back what has no stop, for a follower who chose to have no position without one."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.intents import Leg, PlaceOrder
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import ENDED, Accepted, OrderReport, OrderState, Outcome, Rejected, Unknown, is_gone
from mysignals.domain.plan import Plan

from .absences import may_arrive
from .closes import added, next_close, sold_by_closes
from .dialect import Call
from .filling import filled_report
from .generations import generation
from .look_up import KINDS, cancel, looked_up
from .session import LegReport, Report, Session
from .settling import settled
from .standing import ZERO, Legs
from .wire import Reply

Step = Generator[Call, Reply, None]
LOOKS_MS = (0, 150, 500, 1500)
"""How long to wait before each look at an entry that was just cancelled."""
NOTHING: Legs = {}


def take_back(
    session: Session,
    plan: Plan,
    report: Report,
    failed: Collection[Leg],
    known: Legs = NOTHING,
    found: Accepted | None = None,
) -> Step:
    """A stop was refused or is in doubt: nothing of the entry and its exits may stay.

    `failed` are legs of this conversation that may be there without our knowing, `known` what earlier ones have placed,
    `found` a close of theirs that our books do not have.
    """
    entry = yield from _stopped_entry(session, plan, report.legs[0].order)
    if entry is None:
        report.unprotected += ", and whether the entry still rests could not be confirmed"
        return
    if entry is not report.legs[0].order:
        # It may have filled since it was placed: our books are to say what is closed here.
        report.legs[0] = replace(report.legs[0], outcome=Accepted((entry,)))
    sold = sum((leg.filled for name, leg in known.items() if name is not Leg.ENTRY), Decimal(0))
    closed = yield from close(session, plan, report, max(entry.filled - sold, ZERO), known, found)
    if not closed:
        report.unprotected += ", and closing the position was not confirmed"
        return
    # What rests of the exits, perhaps also a stop whose answer was lost, must not meet another position.
    named = replace(session, exchange_ids={**session.exchange_ids, **_names(report)})
    for leg in _to_cancel(report, failed, known):
        gone = yield from is_cancelled(named, plan, leg)
        report.leftovers = report.leftovers or not gone
    # Not found proves nothing before the deadline of an exit whose answer was lost: a later turn looks again.
    in_doubt = any(leg.leg in KINDS and isinstance(leg.outcome, Unknown) for leg in report.legs)
    was_in_doubt = any(leg in KINDS and may_arrive(session, leg, one) for leg, one in known.items())
    report.leftovers = report.leftovers or in_doubt or was_in_doubt
    report.taken_back = True


def _to_cancel(report: Report, failed: Collection[Leg], known: Legs) -> list[Leg]:
    mine = [leg.leg for leg in report.accepted if leg.leg in KINDS]
    earlier = [leg for leg, one in known.items() if leg in KINDS and not one.has_ended]
    return list(dict.fromkeys([*mine, *failed, *earlier]))


def _names(report: Report) -> dict[Leg, str]:
    """What the exchange calls the exits that it made itself."""
    return {
        leg.leg: leg.order.exchange_id for leg in report.accepted if leg.order is not None and leg.order.exchange_id
    }


def is_cancelled(session: Session, plan: Plan, leg: Leg) -> Generator[Call, Reply, bool]:
    """Whether the exit certainly rests no more; tried twice, for one left behind meets the next position."""
    for _ in range(2):
        outcome = yield from session.ask(cancel(session, plan, leg))
        if is_gone(outcome) or (isinstance(outcome, Accepted) and (yield from _is_over(session, plan, leg))):
            return True
    return False


def _is_over(session: Session, plan: Plan, leg: Leg) -> Generator[Call, Reply, bool]:
    """Where a cancel is only acknowledged the order may rest a little longer, or may have filled."""
    if session.dialect.abilities.answers_with_fill:
        return True
    told = yield from looked_up(replace(session, follows_cancel=True), plan, leg)
    if isinstance(told, Accepted) and told.orders:
        return told.orders[0].state in ENDED
    return is_gone(told)


def _stopped_entry(
    session: Session, plan: Plan, entry: OrderReport | None
) -> Generator[Call, Reply, OrderReport | None]:
    """The entry once it can fill no more; None where that is not certain."""
    if entry is not None and entry.state in ENDED:
        return entry
    yield from session.ask(cancel(session, plan, Leg.ENTRY))
    for after_ms in LOOKS_MS:
        found = yield from looked_up(replace(session, follows_cancel=True), plan, Leg.ENTRY, after_ms)
        if isinstance(found, Accepted) and found.orders and found.orders[0].state in ENDED:
            return found.orders[0]
    return None


def close(
    session: Session,
    plan: Plan,
    report: Report,
    quantity: Decimal,
    known: Legs = NOTHING,
    found: Accepted | None = None,
) -> Generator[Call, Reply, bool]:
    """Whether `quantity` is certainly closed at the market; nothing is sent where nothing is to be closed.

    One behind closes that are `known`, and have not closed all, has the next id; there are so many, and no more.
    """
    return (yield from close_or_refusal(session, plan, report, quantity, known, found)) is True


def close_or_refusal(
    session: Session,
    plan: Plan,
    report: Report,
    quantity: Decimal,
    known: Legs = NOTHING,
    found: Accepted | None = None,
) -> Generator[Call, Reply, bool | Rejected]:
    """As `close`; what the exchange said where it refused, for a later close leaves no line of that in the report."""
    following = next_close(session, known)
    if not quantity or following is None:
        return not quantity
    session, sold = following, sold_by_closes(known)
    side, client_id = plan.side.opposite, session.client_id(Leg.CLOSE)
    in_quote = plan.market is Market.SPOT and session.dialect.abilities.buys_in_quote and side is Side.BUY
    intent = PlaceOrder(
        plan.market, plan.symbol, side, EntryType.MARKET, quantity, plan.reference if in_quote else None, client_id,
        reduce_only=True, hedge=session.is_hedged, margin_mode=plan.margin_mode,
    )  # fmt: skip
    outcome: Outcome = found or (yield from settled(session, plan, intent, Leg.CLOSE))
    outcome = yield from filled_report(session, plan, outcome, Leg.CLOSE)
    if isinstance(outcome, Rejected) and generation(session, Leg.CLOSE):
        return outcome  # The row stays that of the one before, which tells what is sold.
    told = found.orders[0].quantity if found else None
    quantity = (told or quantity) + sold
    leg = LegReport(Leg.CLOSE, client_id, side, "MARKET", quantity, None, None, added(outcome, client_id, sold))
    report.legs.append(leg)
    if isinstance(outcome, Rejected):
        return outcome
    if leg.order is None or leg.order.state is not OrderState.FILLED:
        return False
    # What was bought for an amount of quote comes to a little more or less.
    return in_quote or leg.order.filled >= quantity
