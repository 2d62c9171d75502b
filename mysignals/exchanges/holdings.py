"""The conversation that asks what an account holds in one market: balances, and positions with their leverage."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Intent, ReadBalances, ReadPositions, ReadSymbolSettings, ReadTrades
from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import (
    Balance,
    Balances,
    NotSent,
    OrderState,
    Outcome,
    Position,
    Positions,
    SymbolSettings,
    Trade,
    Trades,
    Unknown,
)

from .dialect import Call
from .session import Session
from .wire import Reply

MOST_SYMBOLS = 20
"""Whose leverage is asked for in one conversation; of more positions it is not told."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One open position. Quantity in base, on inverse contracts in contracts; `profit` in the asset that settles.

    None where the exchange does not tell it, or there is none (a liquidation price).
    """

    symbol: str
    side: Side
    quantity: Decimal
    entry_price: Decimal | None
    mark_price: Decimal | None
    profit: Decimal | None
    liquidation_price: Decimal | None
    leverage: int | None


@dataclass(slots=True)
class Holdings:
    """One market of an account. None is what the exchange did not answer, with why in `failed`."""

    balances: tuple[Balance, ...] | None = None
    positions: tuple[Holding, ...] | None = None
    failed: list[Outcome] = field(default_factory=list)


Reading: TypeAlias = Generator[Call, Reply, Holdings]
Asking: TypeAlias = Generator[Call, Reply, Outcome]


def read_holdings(session: Session, market: Market, others: Sequence[tuple[str, str]] = ()) -> Reading:
    """Reads alone. `others` are symbols that do not settle in USDT, each with the asset in which it does: they are told
    only where they are asked for by name.
    """
    found = Holdings()
    if session.dialect.abilities.tells_balances:
        yield from _balances(session, market, [asset for _, asset in others], found)
    if market is Market.SPOT:
        found.positions = ()  # What is held there is in the balances.
    elif session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        yield from _trades(session, found)
    else:
        yield from _positions(session, [symbol for symbol, _ in others], found)
    return found


def _balances(session: Session, market: Market, assets: Sequence[str], found: Holdings) -> Generator[Call, Reply, None]:
    told: dict[str, Balance] = {}
    for asset in (None, *dict.fromkeys(assets)):
        if asset in told:
            continue
        outcome = yield from _ask(session, ReadBalances(market, asset))
        if not isinstance(outcome, Balances):
            found.failed.append(outcome)
            return
        told |= {balance.asset: balance for balance in outcome.by_asset}
    found.balances = tuple(told.values())


def _positions(session: Session, symbols: Sequence[str], found: Holdings) -> Generator[Call, Reply, None]:
    told: dict[tuple[str, str], Position] = {}
    for symbol in (None, *dict.fromkeys(symbols)):
        outcome = yield from _ask(session, ReadPositions(symbol))
        if not isinstance(outcome, Positions):
            found.failed.append(outcome)
            return
        told |= {(position.symbol, position.side): position for position in outcome.items if position.amount}
    leverages: dict[str, int | None] = {}
    if session.dialect.abilities.leverage:
        for symbol in list(dict.fromkeys(symbol for symbol, _ in told))[:MOST_SYMBOLS]:
            settings = yield from _ask(session, ReadSymbolSettings(symbol))
            leverages[symbol] = (settings.leverage or None) if isinstance(settings, SymbolSettings) else None
    found.positions = tuple(_held(position, leverages.get(position.symbol)) for position in told.values())


def _held(position: Position, leverage: int | None) -> Holding:
    return Holding(
        position.symbol, Side.BUY if position.amount > 0 else Side.SELL, abs(position.amount), position.entry_price,
        position.mark_price or None, position.unrealised, position.liquidation_price or None, leverage,
    )  # fmt: skip


def _trades(session: Session, found: Holdings) -> Generator[Call, Reply, None]:
    outcome = yield from _ask(session, ReadTrades())
    if not isinstance(outcome, Trades):
        found.failed.append(outcome)
        return
    found.positions = tuple(_traded(trade) for trade in outcome.items if _is_open(trade))


def _is_open(trade: Trade) -> bool:
    return trade.state is OrderState.FILLED and trade.closing is None


def _traded(trade: Trade) -> Holding:
    return Holding(trade.symbol, trade.side, trade.quantity, trade.open_price, None, None, None, trade.leverage)


def _ask(session: Session, intent: Intent) -> Asking:
    """A question may be repeated freely, so a lost answer gets a second chance."""
    outcome = yield from session.ask(intent)
    if isinstance(outcome, (NotSent, Unknown)):
        outcome = yield from session.ask(intent)
    return outcome
