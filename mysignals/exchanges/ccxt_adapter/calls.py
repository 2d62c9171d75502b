"""What each intent calls on a ccxt exchange: the same call asks the question and reads its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mysignals.domain.intents import (
    CancelOrder,
    ExitKind,
    Intent,
    PlaceExit,
    PlaceOrder,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side

from .capabilities import TYPES
from .client_ids import spelled
from .markets import Listed
from .profiles import Profile

SIDES = {Side.BUY: "buy", Side.SELL: "sell"}
TYPE_WORDS = {EntryType.MARKET: "market", EntryType.LIMIT: "limit"}
TRIGGERS = {ExitKind.STOP: "stopLossPrice", ExitKind.TARGET: "takeProfitPrice"}


@dataclass(frozen=True, slots=True)
class Speaker:
    """One market of one exchange. `symbols` are its listed ones by our name."""

    profile: Profile
    market: Market
    symbols: dict[str, Listed]

    def theirs(self, symbol: str) -> str:
        """Raises KeyError for a symbol that is not listed."""
        return self.symbols[symbol].theirs

    def id_of(self, client_id: str) -> str:
        return spelled(client_id) if self.profile.plain_ids and client_id else client_id


def place_order(at: Speaker, exchange: Any, order: PlaceOrder) -> Any:
    listed = at.symbols[order.symbol]
    price = None if order.price is None else float(order.price)
    more = _identity(at, order.client_id)
    if at.market is Market.FUTURES:
        more |= _margin(at, order) | _position(closes=order.reduce_only, hedge=order.hedge)
    amount = listed.amount(order.quantity)
    return exchange.create_order(listed.theirs, TYPE_WORDS[order.type], SIDES[order.side], amount, price, more)


def place_exit(at: Speaker, exchange: Any, exit_: PlaceExit) -> Any:
    """On spot a plain trigger order: what is called stop-loss there may lock the holding before it triggers."""
    listed, trigger = at.symbols[exit_.symbol], float(exit_.trigger_price)
    more = _identity(at, exit_.client_id)
    if at.profile.conditional_id:
        more[at.profile.conditional_id] = at.id_of(exit_.client_id)
    if at.market is Market.FUTURES:
        more |= {TRIGGERS[exit_.kind]: trigger, **_margin(at, exit_), **_position(closes=True, hedge=exit_.hedge)}
    else:
        more["triggerPrice"] = trigger
    amount = listed.amount(exit_.quantity)
    return exchange.create_order(listed.theirs, "market", SIDES[exit_.side], amount, None, more)


def _identity(at: Speaker, client_id: str) -> dict[str, Any]:
    return {"clientOrderId": at.id_of(client_id)} if at.profile.client_ids else {}


def _margin(at: Speaker, order: PlaceOrder | PlaceExit) -> dict[str, Any]:
    return {"marginMode": order.margin_mode.value} if at.profile.margin_with_orders else {}


def _position(*, closes: bool, hedge: bool) -> dict[str, Any]:
    return ({"reduceOnly": True} if closes else {}) | ({"hedged": True} if hedge else {})


def query_order(at: Speaker, exchange: Any, query: QueryOrder) -> Any:
    return at.profile.find(exchange, query, at.theirs(query.symbol), at.id_of(query.client_id))


def cancel_order(at: Speaker, exchange: Any, cancel: CancelOrder) -> Any:
    return at.profile.cancel(exchange, cancel, at.theirs(cancel.symbol), at.id_of(cancel.client_id))


def read_open_orders(at: Speaker, exchange: Any, asked: ReadOpenOrders) -> Any:
    more = {"trigger": True, **at.profile.conditional_type.get(at.market, {})} if asked.conditional else {}
    return exchange.fetch_open_orders(at.theirs(asked.symbol), None, None, more)


def read_balances(at: Speaker, exchange: Any, _: ReadBalances) -> Any:
    return exchange.fetch_balance({"type": TYPES[at.market]})


def read_positions(at: Speaker, exchange: Any, asked: ReadPositions) -> Any:
    return exchange.fetch_positions(None if asked.symbol is None else [at.theirs(asked.symbol)])


def read_symbol_settings(at: Speaker, exchange: Any, asked: ReadSymbolSettings) -> Any:
    symbol = at.theirs(asked.symbol)
    return exchange.fetch_leverage(symbol) if at.profile.settings is None else at.profile.settings(exchange, symbol)


def set_leverage(at: Speaker, exchange: Any, setting: SetLeverage) -> Any:
    """In hedge mode either side has an isolated leverage of its own."""
    more = {"marginMode": setting.margin_mode.value} if at.profile.margin_with_orders else {}
    if more and setting.hedge and setting.side and setting.margin_mode is MarginMode.ISOLATED:
        more["posSide"] = "long" if setting.side is Side.BUY else "short"
    return exchange.set_leverage(setting.leverage, at.theirs(setting.symbol), more)


def set_margin_mode(at: Speaker, exchange: Any, setting: SetMarginMode) -> Any:
    symbol = at.theirs(setting.symbol)
    if at.profile.set_margin_mode is not None:
        return at.profile.set_margin_mode(exchange, symbol, setting)
    return exchange.set_margin_mode(setting.mode.value, symbol, {"leverage": setting.leverage})


def set_position_mode(_: Speaker, exchange: Any, setting: SetPositionMode) -> Any:
    return exchange.set_position_mode(setting.mode is PositionMode.HEDGE)


Calling = Callable[[Speaker, Any, Any], Any]
ALWAYS: dict[type, Calling] = {
    PlaceOrder: place_order,
    PlaceExit: place_exit,
    QueryOrder: query_order,
    CancelOrder: cancel_order,
    ReadOpenOrders: read_open_orders,
    ReadBalances: read_balances,
    ReadPrice: lambda at, exchange, asked: exchange.fetch_ticker(at.theirs(asked.symbol)),
    ReadTime: lambda _, exchange, __: exchange.fetch_time(),
}
FUTURES_ONLY: dict[type, Calling] = {
    ReadPositions: read_positions,
    ReadPositionMode: lambda _, exchange, __: exchange.fetch_position_mode(),
    SetPositionMode: set_position_mode,
    ReadSymbolSettings: read_symbol_settings,
    SetLeverage: set_leverage,
    SetMarginMode: set_margin_mode,
}


def call(at: Speaker, intent: Intent) -> Callable[[Any], Any]:
    """What to run on the exchange. Raises KeyError for an intent that the market does not know."""
    known = ALWAYS if at.market is Market.SPOT else {**ALWAYS, **FUTURES_ONLY}
    calling = known[type(intent)]
    return lambda exchange: calling(at, exchange, intent)
