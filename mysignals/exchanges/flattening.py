"""Getting out of a symbol: every order cancelled, conditional ones too, and what is open closed at the market."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    CloseTrade,
    Leg,
    PlaceOrder,
    ReadOpenOrders,
    ReadPositions,
    ReadTrades,
)
from mysignals.domain.market import EntryType, MarginMode, Market, Side
from mysignals.domain.outcomes import (
    Accepted,
    OpenOrder,
    OpenOrders,
    Outcome,
    Position,
    Positions,
    Trades,
    is_gone,
)

from .dialect import Call
from .session import Session
from .wire import Reply


@dataclass(slots=True)
class Flattened:
    """What getting out came to. `doubts` are the answers that do not prove that something is gone."""

    doubts: list[Outcome] = field(default_factory=list)

    @property
    def is_certain(self) -> bool:
        return not self.doubts

    def note(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Accepted) and not is_gone(outcome):
            self.doubts.append(outcome)


Flattening = Generator[Call, Reply, Flattened]
Step = Generator[Call, Reply, None]


def flatten(session: Session, market: Market, symbol: str, margin_mode: MarginMode = MarginMode.CROSS) -> Flattening:
    """Orders first, so that none fills behind the close; then, on futures, every position of the symbol.

    Of the whole symbol: also what other deliveries and the owner by hand have there. `session.root` names the closes.
    """
    done = Flattened()
    if session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        yield from _close_trades(session, symbol, done)
        return done
    for conditional in (False, True):
        yield from _cancel_all(session, market, symbol, conditional, done)
    if market is Market.FUTURES:
        yield from _close_positions(session, symbol, margin_mode, done)
    return done


def _cancel_all(session: Session, market: Market, symbol: str, conditional: bool, done: Flattened) -> Step:
    """In one call where there is one; else one by one, as the exchange lists them."""
    can = session.dialect.abilities
    if can.cancels_all_conditional if conditional else can.cancels_all:
        done.note((yield from session.ask(CancelAll(market, symbol, conditional))))
        return
    told = yield from session.ask(ReadOpenOrders(market, symbol, conditional))
    if not isinstance(told, OpenOrders):
        done.doubts.append(told)
        return
    for order in told.items:
        done.note((yield from session.ask(_cancel(session, market, order, conditional))))


def _cancel(session: Session, market: Market, order: OpenOrder, conditional: bool) -> CancelOrder:
    return CancelOrder(
        market, order.symbol, order.report.client_id, conditional, order.report.exchange_id,
        position=order.side.opposite, hedge=session.is_hedged, kind=order.kind,
    )  # fmt: skip


def _close_positions(session: Session, symbol: str, margin_mode: MarginMode, done: Flattened) -> Step:
    told = yield from session.ask(ReadPositions(symbol))
    if not isinstance(told, Positions):
        done.doubts.append(told)
        return
    for number, position in enumerate(held for held in told.items if held.amount):
        done.note((yield from session.ask(_close(session, position, number, margin_mode))))


def _close(session: Session, position: Position, number: int, margin_mode: MarginMode) -> PlaceOrder:
    side = Side.SELL if position.amount > 0 else Side.BUY
    client_id = session.client_id(Leg.CLOSE) + (str(number + 1) if number else "")
    return PlaceOrder(
        Market.FUTURES, position.symbol, side, EntryType.MARKET, abs(position.amount), None, client_id,
        reduce_only=True, hedge=session.is_hedged, margin_mode=margin_mode,
    )  # fmt: skip


def _close_trades(session: Session, symbol: str, done: Flattened) -> Step:
    told = yield from session.ask(ReadTrades())
    if not isinstance(told, Trades):
        done.doubts.append(told)
        return
    for trade in told.items:
        if trade.symbol == symbol and trade.closing is None:
            done.note((yield from session.ask(CloseTrade(trade.exchange_id))))
