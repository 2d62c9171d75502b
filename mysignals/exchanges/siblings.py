"""Exits that rest over what is closed: each is cancelled, and one list tells that they are gone."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from mysignals.domain.intents import Leg, ReadOpenOrders
from mysignals.domain.outcomes import Accepted, OpenOrders, OrderReport, OrderState, Outcome
from mysignals.domain.plan import Plan

from .dialect import Call
from .look_up import cancel, is_conditional
from .looking import end, end_told
from .seen import Seen, note_cancelled
from .session import Session
from .standing import Legs
from .wire import Reply

Step = Generator[Call, Reply, None]


def end_all(session: Session, plan: Plan, legs: Sequence[Leg], now: Legs, seen: Seen) -> Step:
    """What is not certainly over stays as it is, and the next turn tries again.

    Where questions are scarce the list of what is live is read once behind all cancels. One that the exchange had told
    of, that it says to have cancelled untouched, and that rests no more is over: two answers agree. Any other is asked
    for.
    """
    if not session.dialect.abilities.is_scarce:
        for leg in legs:
            yield from end(session, plan, leg, now, seen)
        return
    taken: dict[Leg, OrderReport] = {}
    for leg in legs:
        if now[leg].state is not OrderState.NEW:
            yield from end(session, plan, leg, now, seen)
            continue
        outcome = yield from session.ask(cancel(session, plan, leg))
        report = _untouched(session, leg, outcome)
        if report is not None:
            taken[leg] = report
        else:
            yield from end_told(session, plan, leg, outcome, now, seen)
    yield from _note_gone(session, plan, taken, now, seen)


def _untouched(session: Session, leg: Leg, outcome: Outcome) -> OrderReport | None:
    """The order as it was when its cancel was taken, if nothing had triggered it."""
    report = outcome.orders[0] if isinstance(outcome, Accepted) and outcome.orders else None
    is_it = report is not None and report.client_id == session.client_id(leg)
    return report if report and is_it and report.state is OrderState.NEW and not report.filled else None


def _note_gone(session: Session, plan: Plan, taken: dict[Leg, OrderReport], now: Legs, seen: Seen) -> Step:
    if not taken:
        return
    behind = replace(session, follows_cancel=True)
    told = yield from behind.ask(ReadOpenOrders(plan.market, plan.symbol, is_conditional(session, plan, Leg.STOP)))
    if not isinstance(told, OpenOrders):
        return
    resting = {order.report.client_id for order in told.items}
    for leg, report in taken.items():
        if report.client_id not in resting:
            note_cancelled(report, leg, now, seen)
