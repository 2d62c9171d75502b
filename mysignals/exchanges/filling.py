"""What an order has filled, where the exchange's answer to it only says that it has arrived."""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.intents import Leg
from mysignals.domain.market import EntryType
from mysignals.domain.outcomes import ENDED, Accepted, OrderReport, OrderState, Outcome
from mysignals.domain.plan import Plan

from .dialect import Call
from .look_up import looked_up, looked_up_over
from .session import Session
from .wire import Reply

MARKET_ORDER_MS = (0, 150, 500)
"""How long to wait before each question about a market order: it fills within moments of its acknowledgement. Where
live orders are told by one list, all but the last question look for it among those that are over.
"""
LIMIT_ORDER_MS = (0,)


def filled_report(session: Session, plan: Plan, outcome: Outcome, leg: Leg) -> Generator[Call, Reply, Outcome]:
    """The outcome with the order's newest report; as it was where the exchange does not tell in time."""
    if session.dialect.abilities.answers_with_fill or not isinstance(outcome, Accepted):
        return outcome
    rests = leg is Leg.ENTRY and plan.entry_type is EntryType.LIMIT
    waits_ms = LIMIT_ORDER_MS if rests else MARKET_ORDER_MS
    for after_ms in waits_ms:
        if _is_over(_report(outcome, session.client_id(leg))):
            return outcome
        is_over = session.dialect.abilities.live_in_one_list and after_ms != waits_ms[-1]
        told = yield from (looked_up_over if is_over else looked_up)(session, plan, leg, after_ms)
        found = _report(told, session.client_id(leg))
        if found is not None and found.state is not OrderState.UNKNOWN:
            outcome = told
    return outcome


def _report(outcome: Outcome, client_id: str) -> OrderReport | None:
    if not isinstance(outcome, Accepted):
        return None
    return next((order for order in outcome.orders if order.client_id == client_id), None)


def _is_over(report: OrderReport | None) -> bool:
    return report is not None and report.state in ENDED
