"""Conversations of an audit: what an exchange says is open on some symbols, and cancelling what nobody waits for."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import (
    CancelOrder,
    ExitKind,
    ReadOpenOrders,
    ReadPositionMode,
    ReadPositions,
    ReadSymbolSettings,
    ReadTrades,
)
from mysignals.domain.market import MarginMode, Market, PositionMode, Side
from mysignals.domain.outcomes import (
    ModeRead,
    OpenOrder,
    OpenOrders,
    OrderState,
    Position,
    Positions,
    SymbolSettings,
    Trade,
    Trades,
)

from .dialect import Call
from .session import Session
from .sharing import Board, Sharing
from .wire import Reply

USDT = "USDT"
"""Positions of contracts in USDT can be asked for all at once everywhere; others are told one symbol at a time."""
LONGEST_MS = 30_000
"""An account that takes longer to read is told as far as it was, and nothing is said of the rest."""
LOOKS_MS = (0, 300)
"""How long to wait before each look whether a cancelled order is gone."""


@dataclass(frozen=True, slots=True)
class Resting:
    """An order that rests, and in which of the exchange's lists."""

    order: OpenOrder
    conditional: bool


@dataclass(slots=True)
class Told:
    """One market of an account, by symbol. A symbol that is absent was not told, or not readable."""

    positions: dict[str, tuple[Position, ...]] = field(default_factory=dict)
    orders: dict[str, tuple[Resting, ...]] = field(default_factory=dict)
    trades: tuple[Trade, ...] = ()
    """Those that are open, where an exchange has trades instead of orders and positions."""


Audit: TypeAlias = Generator[Call, Reply, Told]
Step: TypeAlias = Generator[Call, Reply, None]


def read_account(session: Session, market: Market, symbols: Sequence[str]) -> Audit:
    """Reads alone, and begins no question after LONGEST_MS. Spot has no positions: what an account holds is its
    owner's. Where both lists of orders are one, it is asked for once.
    """
    session = replace(session, sharing=Sharing(Board()))
    told, until_ms = Told(), session.clock_ms() + LONGEST_MS
    if session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        yield from _read_trades(session, symbols, told)
        return told
    # Orders first: an exit that fills in between is then missing in the position, and not taken for an orphan.
    for symbol in symbols:
        if session.clock_ms() < until_ms:
            yield from _read_orders(session, market, symbol, told)
    if market is Market.FUTURES and session.clock_ms() < until_ms:
        yield from _read_positions(session, symbols, told, until_ms)
    return told


def _read_orders(session: Session, market: Market, symbol: str, told: Told) -> Step:
    found: list[Resting] = []
    for conditional in _lists(session, market):
        outcome = yield from session.ask_for_all(ReadOpenOrders(market, symbol, conditional))
        if not isinstance(outcome, OpenOrders):
            return
        found += [Resting(order, conditional) for order in outcome.items]
    told.orders[symbol] = tuple(found)


def _lists(session: Session, market: Market) -> tuple[bool, ...]:
    """Where exits are part of an order list all orders stand in one list."""
    in_a_list = market is Market.SPOT and session.dialect.abilities.exits is ExitStyle.ORDER_LIST
    return (False,) if in_a_list else (False, True)


def _read_positions(session: Session, symbols: Sequence[str], told: Told, until_ms: int) -> Step:
    together = [symbol for symbol in symbols if symbol.endswith(USDT)]
    alone = [symbol for symbol in symbols if symbol not in together]
    if len(together) == 1:
        alone, together = [*together, *alone], []
    if together:
        outcome = yield from session.ask(ReadPositions())
        if isinstance(outcome, Positions):
            told.positions |= {symbol: _of(symbol, outcome) for symbol in together}
    for symbol in alone:
        if session.clock_ms() >= until_ms:
            return
        outcome = yield from session.ask(ReadPositions(symbol))
        if isinstance(outcome, Positions):
            told.positions[symbol] = _of(symbol, outcome)


def _of(symbol: str, told: Positions) -> tuple[Position, ...]:
    return tuple(position for position in told.items if position.symbol == symbol)


def _read_trades(session: Session, symbols: Sequence[str], told: Told) -> Step:
    """Trades of both sides stand beside each other, as positions do in hedge mode."""
    outcome = yield from session.ask(ReadTrades())
    if not isinstance(outcome, Trades):
        return
    told.trades = tuple(trade for trade in outcome.items if trade.closing is None)
    for symbol in symbols:
        mine = [trade for trade in told.trades if trade.symbol == symbol]
        # One that is on its way is neither there nor not there.
        if all(trade.state is OrderState.FILLED for trade in mine):
            told.positions[symbol] = tuple(_position(symbol, side, mine) for side in Side)


def _position(symbol: str, side: Side, trades: Sequence[Trade]) -> Position:
    amount = sum((trade.quantity for trade in trades if trade.side is side), Decimal(0))
    zero, is_long = Decimal(0), side is Side.BUY
    return Position(symbol, "long" if is_long else "short", amount if is_long else -amount, zero, zero, zero, zero)


@dataclass(frozen=True, slots=True)
class Stray:
    """An order that nobody waits for. `position` is the side that its entry has or had."""

    market: Market
    resting: Resting
    position: Side
    kind: ExitKind | None


def cancel_strays(session: Session, strays: Sequence[Stray]) -> Generator[Call, Reply, list[Stray]]:
    """Those of one symbol that certainly rest no more. Each is tried twice."""
    market, symbol = strays[0].market, strays[0].resting.order.symbol
    known = yield from as_set(session, market, symbol)
    if known is None:
        return []
    left = list(strays)
    for after_ms in LOOKS_MS:
        for stray in left:
            yield from session.ask(_cancel(known.session, stray))
        left = yield from _still_there(session, left, after_ms)
    return [stray for stray in strays if stray not in left]


def _cancel(session: Session, stray: Stray) -> CancelOrder:
    order = stray.resting.order
    return CancelOrder(
        stray.market, order.symbol, order.report.client_id, stray.resting.conditional, order.report.exchange_id,
        position=stray.position, hedge=session.is_hedged, kind=stray.kind,
    )  # fmt: skip


def _still_there(session: Session, strays: Sequence[Stray], after_ms: int) -> Generator[Call, Reply, list[Stray]]:
    """A list that cannot be read proves nothing. The two lists number their orders independently of each other."""
    left: list[Stray] = []
    for conditional in sorted({stray.resting.conditional for stray in strays}):
        mine = [stray for stray in strays if stray.resting.conditional is conditional]
        asked = ReadOpenOrders(mine[0].market, mine[0].resting.order.symbol, conditional)
        told = yield from session.ask(asked, after_ms)
        if isinstance(told, OpenOrders):
            names = {order.report.exchange_id for order in told.items}
            mine = [stray for stray in mine if stray.resting.order.report.exchange_id in names]
        left += mine
    return left


@dataclass(frozen=True, slots=True)
class AsSet:
    """A session in the account's real position mode, and the symbol's real margin mode."""

    session: Session
    margin_mode: MarginMode = MarginMode.CROSS


def as_set(session: Session, market: Market, symbol: str) -> Generator[Call, Reply, AsSet | None]:
    """Some exchanges find, cancel and close nothing without the modes. None where they do not tell them."""
    can, margin_mode, mode = session.dialect.abilities, MarginMode.CROSS, session.mode
    if market is Market.SPOT:
        return AsSet(session)
    if can.leverage:
        told = yield from session.ask(ReadSymbolSettings(symbol))
        if not isinstance(told, SymbolSettings):
            return None
        margin_mode, mode = told.margin_mode, told.position_mode or PositionMode.ONE_WAY
    if can.hedge_mode and not can.mode_per_symbol:
        read = yield from session.ask(ReadPositionMode())
        if not isinstance(read, ModeRead):
            return None
        mode = read.mode
    return AsSet(replace(session, mode=mode), margin_mode)
