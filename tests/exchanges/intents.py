"""One intent of each kind that every exchange is asked: an order from 50,000 with its stop, questions, settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.domain.intents import (
    CancelAll,
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
    ReadRules,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side

S, F = Market.SPOT, Market.FUTURES
SYMBOL, ENTRY, STOP = "BTCUSDT", "sig-42-e1", "sig-42-sl"


def d(text: str) -> Decimal:
    return Decimal(text)


def an_entry(**changed: Any) -> PlaceOrder:
    values = {
        "market": F, "symbol": SYMBOL, "side": Side.BUY, "type": EntryType.LIMIT, "quantity": d("0.002"),
        "price": d("50000"), "client_id": ENTRY,
    }  # fmt: skip
    return PlaceOrder(**{**values, **changed})


def an_exit(**changed: Any) -> PlaceExit:
    values = {
        "market": F, "symbol": SYMBOL, "side": Side.SELL, "kind": ExitKind.STOP, "quantity": d("0.002"),
        "trigger_price": d("45000"), "client_id": STOP,
    }  # fmt: skip
    return PlaceExit(**{**values, **changed})


def of_a_market(market: Market, symbol: str = SYMBOL, entry: str = ENTRY) -> list[Intent]:
    """What every exchange can be asked there."""
    return [
        QueryOrder(market, symbol, entry),
        CancelOrder(market, symbol, entry),
        ReadOpenOrders(market, symbol),
        ReadBalances(market),
        ReadPrice(market, symbol),
        ReadTime(market),
    ]


def of_our_own(market: Market, symbol: str = SYMBOL) -> list[Intent]:
    """What only those exchanges are asked whose dialects are ours throughout."""
    return [CancelAll(market, symbol), ReadRules(market)]


def of_conditional_orders(market: Market, symbol: str = SYMBOL, stop: str = STOP) -> list[Intent]:
    """Where they are kept apart from others."""
    return [
        QueryOrder(market, symbol, stop, conditional=True),
        CancelOrder(market, symbol, stop, conditional=True),
        ReadOpenOrders(market, symbol, conditional=True),
    ]


def of_contracts(symbol: str = SYMBOL) -> list[Intent]:
    return [
        ReadPositions(),
        ReadSymbolSettings(symbol),
        SetLeverage(symbol, 21),
        SetMarginMode(symbol, MarginMode.ISOLATED),
    ]


def of_the_position_mode(symbol: str | None = None) -> list[Intent]:
    return [ReadPositionMode(), SetPositionMode(PositionMode.HEDGE, symbol)]
