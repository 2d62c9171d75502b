"""Exits that rest, told by one question for all of a symbol, and for all copies of an account that are looked at in one
turn: a look at each would use up what an exchange allows.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace

from mysignals.domain.intents import Leg, ReadOpenOrders
from mysignals.domain.outcomes import NotSent, OpenOrders, OrderReport, OrderState
from mysignals.domain.plan import Plan

from .dialect import Call
from .look_up import is_conditional
from .session import Session
from .standing import EXITS, Legs
from .wire import Reply

WORTH_IT = 2
"""So many exits: most looks find all of them as they were, and one question costs no more than a look at one. Copies
that share the question need no more than one exit."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Of the exits that rest by our books: those that the list shows untouched, and those that it does not show."""

    resting: dict[Leg, OrderReport] = field(default_factory=dict)
    missing: frozenset[Leg] = frozenset()


NOT_ASKED = Shown()


def still_resting(session: Session, plan: Plan, legs: Legs) -> Generator[Call, Reply, Shown | None]:
    """Those that the exchange lists as untouched. What is not among them has to be asked for: it may have triggered,
    it may have been placed after the list was asked for, or the list may be cut short.

    None where the exchange could not be asked at all, for want of room or of a connection: nor could it be for each.
    """
    wanted = [leg for leg in EXITS if leg in legs and legs[leg].state is OrderState.NEW]
    is_alone = session.sharing is None or session.sharing.board.copies == 1
    if len(wanted) < (WORTH_IT if is_alone else 1):
        return NOT_ASKED
    conditional = is_conditional(session, plan, Leg.STOP)
    told = yield from session.ask_for_all(ReadOpenOrders(plan.market, plan.symbol, conditional))
    if isinstance(told, NotSent):
        return None
    if not isinstance(told, OpenOrders):
        return NOT_ASKED
    by_name = {order.report.client_id: order.report for order in told.items if order.report.client_id}
    by_number = {order.report.exchange_id: order.report for order in told.items}
    found, missing = {}, set()
    for leg in wanted:
        report = by_name.get(session.client_id(leg)) or by_number.get(session.exchange_ids.get(leg, ""))
        if report is None:
            missing.add(leg)
        elif report.state is OrderState.NEW and not report.filled:
            found[leg] = replace(report, client_id=session.client_id(leg))
    return Shown(found, frozenset(missing))
