"""Where one order stands: asked among the live ones, then among those that are over, then at what it has become."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import CancelOrder, ExitKind, Leg, QueryOrder
from mysignals.domain.market import Market
from mysignals.domain.outcomes import ENDED, Accepted, OrderReport, OrderState, Outcome, Reason, Rejected
from mysignals.domain.plan import STOPS, TARGETS, Plan

from .dialect import Call
from .session import Asking, Session
from .wire import Reply

KINDS = {**dict.fromkeys(STOPS, ExitKind.STOP), **dict.fromkeys(TARGETS, ExitKind.TARGET)}


def looked_up(
    session: Session,
    plan: Plan,
    leg: Leg,
    after_ms: int = 0,
    *,
    told_to_all: bool = False,
    is_of_earlier: bool = False,
    rests_no_more: bool = False,
) -> Generator[Call, Reply, Outcome]:
    """Accepted with one report under our own client id, or why the exchange does not tell. A read: ask freely.

    `told_to_all`: what is live another copy may have asked for earlier in this turn; what is over is asked for now.
    `is_of_earlier`: so may this conversation, if anybody has placed it, it was an earlier turn.
    `rests_no_more`: a list of the live ones did not show it, so that it is asked for among those that are over first.
    """
    query = _query(session, plan, leg)
    if is_of_earlier:
        live = session.ask_of_earlier(query)
    else:
        live = session.ask_for_all(query) if told_to_all else session.ask(query, after_ms)
    looked = _over_first if rests_no_more else _or_over
    outcome = yield from looked(session, query, live)
    if not isinstance(outcome, Accepted) or not outcome.orders:
        return outcome
    report = replace(outcome.orders[0], client_id=session.client_id(leg))
    if report.state is OrderState.TRIGGERED and report.became:
        report = yield from _born(session, query, report)
    return Accepted((report, *outcome.orders[1:]))


def _or_over(session: Session, query: QueryOrder, live: Asking) -> Asking:
    """Among the live ones, then among those that are over, where the exchange keeps the two apart."""
    outcome = yield from live
    if is_absent(outcome) and session.dialect.abilities.has_history:
        outcome = yield from session.ask(replace(query, history=True))
    return outcome


def _over_first(session: Session, query: QueryOrder, live: Asking) -> Asking:
    """Not found there, it is asked for as ever: it may rest after all, or may have ended between the two questions."""
    if session.dialect.abilities.has_history:
        outcome = yield from session.ask(replace(query, history=True))
        if not is_absent(outcome):
            return outcome
    return (yield from _or_over(session, query, live))


def looked_up_over(session: Session, plan: Plan, leg: Leg, after_ms: int = 0) -> Asking:
    """As `looked_up`, among those that are over alone; not found there it may be live."""
    outcome = yield from session.ask(replace(_query(session, plan, leg), history=True), after_ms)
    if not isinstance(outcome, Accepted) or not outcome.orders:
        return outcome
    return Accepted((replace(outcome.orders[0], client_id=session.client_id(leg)), *outcome.orders[1:]))


def is_absent(outcome: Outcome) -> bool:
    """Whether a look-up says that there is no such order, neither live nor over."""
    return isinstance(outcome, Rejected) and outcome.reason is Reason.NOT_FOUND


def cancel(session: Session, plan: Plan, leg: Leg) -> CancelOrder:
    asked = _query(session, plan, leg)
    return CancelOrder(
        asked.market, asked.symbol, asked.client_id, asked.conditional, asked.exchange_id, asked.position, asked.hedge,
        asked.kind,
    )  # fmt: skip


def _query(session: Session, plan: Plan, leg: Leg) -> QueryOrder:
    return QueryOrder(
        market=plan.market,
        symbol=plan.symbol,
        client_id=session.client_id(leg),
        conditional=is_conditional(session, plan, leg),
        exchange_id=session.exchange_ids.get(leg, "") if _is_named_there(session, leg) else "",
        position=plan.side,
        hedge=session.is_hedged,
        kind=KINDS.get(leg),
    )


def _is_named_there(session: Session, leg: Leg) -> bool:
    """Whether the order may carry no id of ours."""
    abilities = session.dialect.abilities
    return not abilities.client_ids or (abilities.exits is ExitStyle.ATTACHED and leg in KINDS)


def is_conditional(session: Session, plan: Plan, leg: Leg) -> bool:
    """Whether the exchange keeps the leg among its conditional orders. An order list's are ordinary ones."""
    in_a_list = plan.market is Market.SPOT and session.dialect.abilities.exits is ExitStyle.ORDER_LIST
    return leg in KINDS and not in_a_list


def _born(session: Session, query: QueryOrder, report: OrderReport) -> Generator[Call, Reply, OrderReport]:
    """The triggered order as far as the one that it has placed tells: what it has filled, and whether it is over."""
    born = replace(query, client_id="", conditional=False, exchange_id=report.became, kind=None)
    outcome = yield from _or_over(session, born, session.ask(born))
    if not isinstance(outcome, Accepted) or not outcome.orders or outcome.orders[0].state not in ENDED:
        return report
    told = outcome.orders[0]
    return replace(
        report, state=told.state, filled=told.filled, average_price=told.average_price, changed_ms=told.changed_ms
    )
