"""Trades that hold their exits inside and carry no id of ours (EXCHANGES 7): opened, looked for, followed.

One conversation of an account at a time: a trade that was not in the list before, and is in it afterwards, is ours.
"""

from __future__ import annotations

from collections.abc import Generator
from decimal import Decimal

from mysignals.domain.intents import Leg, OpenTrade, ReadTrade, ReadTrades
from mysignals.domain.market import EntryType
from mysignals.domain.outcomes import (
    Accepted,
    Closing,
    NotSent,
    OrderReport,
    OrderState,
    Outcome,
    Rejected,
    Trade,
    Trades,
    Unknown,
)
from mysignals.domain.plan import Exit, Plan

from .dialect import Call
from .session import Conversation, LegReport, Report, Session
from .wire import Reply

LOOK_AGAIN_MS = (0, 500)
"""How long to wait before each look for a trade whose answer was lost."""
ENDS = {Closing.STOP: Leg.STOP, Closing.TARGET: Leg.TARGET1}


def open_trade(session: Session, plan: Plan) -> Conversation:
    """The list of trades first, so that one whose answer is lost can be told from older ones."""
    report = Report(entry=NotSent("not yet"))
    before = yield from session.ask(ReadTrades())
    if not isinstance(before, Trades):
        report.entry = before if isinstance(before, Rejected) else NotSent("the list of trades could not be read")
        return report
    report.sent_ms = session.clock_ms()
    intent = _intent(plan)
    outcome = yield from session.ask(intent)
    trade = yield from _trade(session, intent, outcome, before)
    if trade is not None:
        outcome = Accepted((entry_of(session, trade),))
    elif isinstance(outcome, Accepted):
        outcome = Accepted((_renamed(session, outcome.orders[0]),))
    report.entry = outcome
    report.acknowledged_ms = session.clock_ms() if isinstance(outcome, Accepted | Rejected) else None
    report.legs = _legs(session, plan, outcome, trade)
    return report


def _intent(plan: Plan) -> OpenTrade:
    """Distances from the signal's price: the opening price is not known beforehand (EXCHANGES 7, last line)."""
    target = plan.exits[0]
    return OpenTrade(
        symbol=plan.symbol,
        side=plan.side,
        quantity=plan.quantity,
        leverage=plan.leverage,
        stop_margin=abs(plan.price - plan.stop),
        take=abs(target.price - plan.price),
    )


def _trade(
    session: Session, intent: OpenTrade, outcome: Outcome, before: Trades
) -> Generator[Call, Reply, Trade | None]:
    """The trade as the exchange tells it now; None where it does not, or where there is none."""
    if isinstance(outcome, Accepted):
        told = yield from session.ask(ReadTrade(outcome.orders[0].exchange_id))
        return told if isinstance(told, Trade) else None
    if not isinstance(outcome, Unknown):
        return None
    known = {trade.exchange_id for trade in before.items}
    for after_ms in LOOK_AGAIN_MS:
        after = yield from session.ask(ReadTrades(), after_ms)
        if isinstance(after, Trades):
            new = [trade for trade in after.items if trade.exchange_id not in known and _is_it(intent, trade)]
            if len(new) == 1:
                return new[0]
    return None


def is_alike(plan: Plan, trade: Trade) -> bool:
    """Whether the trade has the exits that we would ask for. What it does not tell speaks neither for nor against."""
    wanted = _intent(plan)
    return trade.stop_margin in (None, wanted.stop_margin) and trade.take in (None, wanted.take)


def legs_of_trade(session: Session, plan: Plan, trade: Trade) -> list[LegReport]:
    """A trade that was found, as the entry and the exits inside it."""
    return _legs(session, plan, Accepted((entry_of(session, trade),)), trade)


def _is_it(intent: OpenTrade, trade: Trade) -> bool:
    wanted = (intent.symbol, intent.side, intent.quantity, intent.leverage)
    return (trade.symbol, trade.side, trade.quantity, trade.leverage) == wanted


def entry_of(session: Session, trade: Trade) -> OrderReport:
    """The trade's opening, as an order under our own name for it."""
    filled = trade.quantity if trade.state is OrderState.FILLED else Decimal(0)
    return OrderReport(
        session.client_id(Leg.ENTRY), trade.exchange_id, trade.state, filled, trade.open_price, quantity=trade.quantity
    )


def exit_of(session: Session, trade: Trade, leg: Leg) -> OrderReport:
    """The stop or the target inside it: it rests, it has filled, or it went when the trade was closed otherwise."""
    if trade.closing is None:
        state = OrderState.NEW
    else:
        state = OrderState.FILLED if ENDS.get(trade.closing) is leg else OrderState.CANCELLED
    filled = trade.quantity if state is OrderState.FILLED else Decimal(0)
    price = trade.close_price if filled else None
    return OrderReport(session.client_id(leg), trade.exchange_id, state, filled, price, quantity=trade.quantity)


def _renamed(session: Session, told: OrderReport) -> OrderReport:
    return OrderReport(session.client_id(Leg.ENTRY), told.exchange_id, told.state, told.filled, told.average_price)


def _legs(session: Session, plan: Plan, outcome: Outcome, trade: Trade | None) -> list[LegReport]:
    entry = LegReport(
        Leg.ENTRY, session.client_id(Leg.ENTRY), plan.side, EntryType.MARKET, plan.quantity, None, None, outcome
    )
    if not isinstance(outcome, Accepted):
        return [entry]
    exchange_id = outcome.orders[0].exchange_id
    legs = [entry]
    for leg, price, type_ in ((Leg.STOP, plan.stop, "STOP_MARKET"), (Leg.TARGET1, _target(plan).price, "TAKE_PROFIT")):
        told = exit_of(session, trade, leg) if trade else _resting(session, leg, exchange_id)
        trigger = _shifted(plan, trade, price)
        legs.append(
            LegReport(
                leg, session.client_id(leg), plan.side.opposite, type_, plan.quantity, None, trigger, Accepted((told,))
            )
        )
    return legs


def _target(plan: Plan) -> Exit:
    return plan.exits[0]


def _resting(session: Session, leg: Leg, exchange_id: str) -> OrderReport:
    return OrderReport(session.client_id(leg), exchange_id, OrderState.NEW)


def _shifted(plan: Plan, trade: Trade | None, price: Decimal) -> Decimal:
    """Where the exit really is: the distances count from the price at which the trade opened."""
    opened = trade.open_price if trade and trade.open_price else plan.price
    return price + opened - plan.price
