"""USDT-M contracts: ticks, steps, minimum notionals, leverage tiers (EXCHANGES 3.3)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.binance.symbols import Symbol, symbol_table

SYMBOLS = symbol_table([
    ("BTC", "0.10", "0.001", "100", "50000", "1000", 2, 3, 125),
    ("ETH", "0.01", "0.001", "20", "2500", "10000", 2, 3, 125),
    ("BNB", "0.01", "0.01", "5", "350", "100000", 3, 2, 75),
    ("SOL", "0.01", "0.01", "5", "150", "1000000", 4, 2, 75),
    ("XRP", "0.0001", "0.1", "5", "0.6", "10000000", 4, 1, 75),
    ("LTC", "0.01", "0.001", "20", "70", "10000", 2, 3, 75),
    ("DOGE", "0.00001", "1", "5", "0.15", "50000000", 6, 0, 75),
    ("ADA", "0.0001", "1", "5", "0.4", "2000000", 5, 0, 75),
])  # fmt: skip

ORDER_TYPES = ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"]
"""Those that are played."""
MOST_ORDERS, MOST_ALGO_ORDERS = 200, 200  # open at once, a symbol and an account


@dataclass(slots=True, frozen=True)
class Bracket:
    """Notionals in USDT; `maintenance` and `deduction` give margin = notional * maintenance - deduction."""

    number: int
    leverage: int
    floor: Decimal
    cap: Decimal
    maintenance: Decimal
    deduction: Decimal


def _brackets(most: int) -> tuple[Bracket, ...]:
    """Tiers in the shape of the real ones; the deduction makes margin continuous from tier to tier."""
    tiers = [(most, 50_000, "0.004"), (min(most, 100), 600_000, "0.005"), (50, 3_000_000, "0.01")]
    tiers += [(20, 12_000_000, "0.025"), (10, 70_000_000, "0.05"), (5, 100_000_000, "0.1"), (1, 1_000_000_000, "0.5")]
    brackets: list[Bracket] = []
    floor, deduction, before = Decimal(0), Decimal(0), Decimal(0)
    for number, (leverage, cap, rate) in enumerate(tiers, 1):
        maintenance = Decimal(rate)
        if brackets:
            deduction += floor * (maintenance - before)
        brackets.append(Bracket(number, leverage, floor, Decimal(cap), maintenance, deduction))
        floor, before = Decimal(cap), maintenance
    return tuple(brackets)


BRACKETS = {symbol.name: _brackets(symbol.max_leverage) for symbol in SYMBOLS.values()}


def bracket_of(symbol: str, notional: Decimal) -> Bracket:
    brackets = BRACKETS[symbol]
    return next((bracket for bracket in brackets if notional < bracket.cap), brackets[-1])


def most_notional(symbol: str, leverage: int) -> Decimal:
    """The largest position (USDT) that this leverage allows."""
    return max(bracket.cap for bracket in BRACKETS[symbol] if bracket.leverage >= leverage)


def described(symbol: Symbol) -> dict[str, Any]:
    return {
        "symbol": symbol.name, "pair": symbol.name, "contractType": "PERPETUAL", "deliveryDate": 4133404800000,
        "onboardDate": 1569398400000, "status": "TRADING", "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000", "baseAsset": symbol.base, "quoteAsset": symbol.quote,
        "marginAsset": symbol.quote, "pricePrecision": symbol.price_places,
        "quantityPrecision": symbol.quantity_places, "baseAssetPrecision": 8, "quotePrecision": 8,
        "underlyingType": "COIN", "underlyingSubType": ["PoW"], "triggerProtect": "0.0500",
        "liquidationFee": "0.012500", "marketTakeBound": "0.05", "maxMoveOrderLimit": 10000,
        "filters": filters(symbol), "orderTypes": ORDER_TYPES, "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
        "permissionSets": ["GRID", "COPY"],
    }  # fmt: skip


def filters(symbol: Symbol) -> list[dict[str, Any]]:
    tick, step, most = f"{symbol.tick:f}", f"{symbol.step:f}", f"{symbol.max_quantity:f}"
    return [
        {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "4529764", "tickSize": tick},
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": most, "stepSize": step},
        {"filterType": "MARKET_LOT_SIZE", "minQty": step, "maxQty": most, "stepSize": step},
        {"filterType": "MAX_NUM_ORDERS", "limit": MOST_ORDERS},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "limit": 10},
        {"filterType": "MIN_NOTIONAL", "notional": f"{symbol.min_notional:f}"},
        {"filterType": "PERCENT_PRICE", "multiplierUp": "1.0500", "multiplierDown": "0.9500", "multiplierDecimal": "4"},
    ]


def brackets_described(symbol: Symbol) -> dict[str, Any]:
    return {
        "symbol": symbol.name, "notionalCoef": 1.0,
        "brackets": [
            {
                "bracket": bracket.number, "initialLeverage": bracket.leverage, "notionalCap": int(bracket.cap),
                "notionalFloor": int(bracket.floor), "maintMarginRatio": float(bracket.maintenance),
                "cum": float(bracket.deduction),
            }
            for bracket in BRACKETS[symbol.name]
        ],
    }  # fmt: skip
