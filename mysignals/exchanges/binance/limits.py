"""What Binance lets an address and an account do (EXCHANGES 2.3, 2.8, 3.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    QueryOrder,
    ReadBalances,
    ReadCandles,
    ReadOpenOrders,
    ReadPermissions,
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
from mysignals.domain.market import Market
from mysignals.exchanges.limits import Budget, Charge, Charges, Refusal, Scope, header
from mysignals.exchanges.wire import HttpResponse

MINUTE_MS = 60_000
SPOT_WEIGHT = Budget("weight", Scope.ADDRESS, 6000, MINUTE_MS)
SPOT_ORDERS = Budget("orders-10s", Scope.ACCOUNT, 100, 10_000)
SPOT_DAY = Budget("orders-1d", Scope.ACCOUNT, 200_000, 1440 * MINUTE_MS)
FUTURES_WEIGHT = Budget("weight", Scope.ADDRESS, 2400, MINUTE_MS)
FUTURES_ORDERS = Budget("orders-10s", Scope.ACCOUNT, 200, 10_000)
"""Binance allows 300 in 10 s and 1,200 a minute; six times 200 are within both, and cost one count."""
HEADERS = {
    "weight": "x-mbx-used-weight-1m",
    "orders-10s": "x-mbx-order-count-10s",
    "orders-1d": "x-mbx-order-count-1d",
}
BANNED, TOO_MANY, FORBIDDEN = 418, 429, 403
BAN_MS, BUSY_MS, FIREWALL_MS = 120_000, 1000, 10_000
"""Where the answer names no time: a ban lasts two minutes at least."""
TOO_MANY_ORDERS, TOO_MUCH_WEIGHT = b"-1015", b"-1003"


def _spot(weight: int, orders: int = 0) -> Charges:
    placed = (Charge(SPOT_ORDERS, orders), Charge(SPOT_DAY, orders)) if orders else ()
    return Charge(SPOT_WEIGHT, weight), *placed


SPOT: dict[type, Charges] = {
    PlaceOrder: _spot(1, 1),
    PlaceOco: _spot(1, 2),
    PlaceProtectedEntry: _spot(1, 3),
    QueryOrder: _spot(4),
    CancelOrder: _spot(1),
    CancelAll: _spot(1),
    ReadOpenOrders: _spot(6),
    ReadBalances: _spot(20),
    ReadPermissions: _spot(1),
    ReadRules: _spot(20),
    ReadPrice: _spot(2),
    ReadCandles: _spot(2),
    ReadTime: _spot(1),
}
FUTURES_PLACED: Charges = (Charge(FUTURES_WEIGHT, 0), Charge(FUTURES_ORDERS, 1))
"""A new order costs an address no weight, but does not go either while the address is banned."""


def _futures(weight: int) -> Charges:
    return (Charge(FUTURES_WEIGHT, weight),)


FUTURES: dict[type, Charges] = {
    PlaceOrder: FUTURES_PLACED,
    PlaceExit: FUTURES_PLACED,
    QueryOrder: _futures(1),
    CancelOrder: _futures(1),
    CancelAll: _futures(1),
    ReadOpenOrders: _futures(1),
    ReadBalances: _futures(5),
    ReadPositions: _futures(5),
    ReadPositionMode: _futures(30),
    SetPositionMode: _futures(1),
    ReadSymbolSettings: _futures(5),
    SetLeverage: _futures(1),
    SetMarginMode: _futures(1),
    ReadPermissions: _spot(1),
    ReadRules: _futures(1),
    ReadPrice: _futures(1),
    ReadCandles: _futures(1),
    ReadTime: _futures(1),
}
TABLES = {Market.SPOT: SPOT, Market.FUTURES: FUTURES}


@dataclass(frozen=True)
class BinanceLimits:
    market: Market

    def charges(self, intent: Intent) -> Charges:
        return TABLES[self.market].get(type(intent), ())

    def used(self, budget: Budget, headers: Sequence[tuple[str, str]]) -> int | None:
        return header(headers, HEADERS[budget.name])

    def refusal(self, charges: Charges, response: HttpResponse) -> Refusal | None:
        """Too many orders concern the account, everything else the address."""
        status = response.status
        if status < 400:
            return None
        said = response.body[:200]
        asked_ms = (header(response.headers, "retry-after") or 0) * 1000
        if status == BANNED:
            return _of(charges, Scope.ADDRESS, self.market, asked_ms or BAN_MS)
        if TOO_MANY_ORDERS in said:
            return _of(charges, Scope.ACCOUNT, self.market, asked_ms or BUSY_MS)
        if status == TOO_MANY or TOO_MUCH_WEIGHT in said:
            return _of(charges, Scope.ADDRESS, self.market, asked_ms or BUSY_MS)
        if status == FORBIDDEN and b'"code"' not in said:
            return _of(charges, Scope.ADDRESS, self.market, asked_ms or FIREWALL_MS)
        return None


def _of(charges: Charges, scope: Scope, market: Market, ms: int) -> Refusal:
    for charge in charges:
        if charge.budget.scope is scope:
            return Refusal(charge.budget, ms)
    return Refusal(SPOT_WEIGHT if market is Market.SPOT else FUTURES_WEIGHT, ms)
