"""Exits that rest, told by one question for all of a symbol, and for all copies of an account that are looked at in one
turn: a look at each would use up what an exchange allows.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
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
    if len(wanted) < _least(session):
        return NOT_ASKED
    conditional = is_conditional(session, plan, Leg.STOP)
    told = yield from session.ask_for_all(ReadOpenOrders(plan.market, plan.symbol, conditional))
    if isinstance(told, NotSent):
        return None
    if not isinstance(told, OpenOrders):
        return NOT_ASKED
    found = _named(session, wanted, told)
    untouched = {leg: one for leg, one in found.items() if one.state is OrderState.NEW and not one.filled}
    return Shown(untouched, frozenset(wanted) - found.keys())


def over_already(
    session: Session, plan: Plan, missing: Collection[Leg]
) -> Generator[Call, Reply, dict[Leg, OrderReport]]:
    """Those of the `missing` that the list of what is over tells of, where there is one and it costs less than asking
    for each. It may be late: what it does not tell of has to be asked for.
    """
    if not session.dialect.abilities.history_in_one_list or len(missing) < _least(session):
        return {}
    told = yield from session.ask_for_all(ReadOpenOrders(plan.market, plan.symbol, history=True))
    return _named(session, missing, told) if isinstance(told, OpenOrders) else {}


def _least(session: Session) -> int:
    """From how many on a list that others of the turn may ask for, too, is worth its question."""
    is_alone = session.sharing is None or session.sharing.board.copies == 1
    return WORTH_IT if is_alone else 1


def _named(session: Session, legs: Collection[Leg], told: OpenOrders) -> dict[Leg, OrderReport]:
    """By our own ids, or by what the exchange calls them: some of its lists tell no id of ours."""
    by_name = {order.report.client_id: order.report for order in told.items if order.report.client_id}
    by_number = {order.report.exchange_id: order.report for order in told.items}
    found = {}
    for leg in legs:
        name = session.client_id(leg)
        report = by_name.get(name) or by_number.get(session.exchange_ids.get(leg, ""))
        if report is not None:
            found[leg] = replace(report, client_id=name)
    return found
