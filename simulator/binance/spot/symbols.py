"""Spot symbols: real ticks, steps and minimum notionals, first prices made up (EXCHANGES 2.4)."""

from typing import Any

from simulator.binance.symbols import Symbol, symbol_table

SYMBOLS = symbol_table([
    ("BTC", "0.01", "0.00001", "5", "50000", "9000", 8, 8, 1),
    ("ETH", "0.01", "0.0001", "5", "2500", "9000", 8, 8, 1),
    ("BNB", "0.01", "0.001", "5", "350", "900000", 8, 8, 1),
    ("SOL", "0.01", "0.001", "5", "150", "90000", 8, 8, 1),
    ("XRP", "0.0001", "0.1", "5", "0.6", "9222449", 8, 8, 1),
    ("LTC", "0.01", "0.001", "5", "70", "90000", 8, 8, 1),
    ("DOGE", "0.00001", "1", "1", "0.15", "9000000", 8, 8, 1),
    ("ADA", "0.0001", "0.1", "5", "0.4", "900000", 8, 8, 1),
])  # fmt: skip

ORDER_TYPES = [
    "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT",
]  # fmt: skip
MOST_ORDERS, MOST_STOPS = 200, 5  # open at once, for one symbol


def described(symbol: Symbol) -> dict[str, Any]:
    """One entry of exchangeInfo."""
    return {
        "symbol": symbol.name, "status": "TRADING", "baseAsset": symbol.base, "baseAssetPrecision": 8,
        "quoteAsset": symbol.quote, "quotePrecision": 8, "quoteAssetPrecision": 8, "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8, "orderTypes": ORDER_TYPES, "icebergAllowed": False, "ocoAllowed": True,
        "otoAllowed": True, "opoAllowed": False, "quoteOrderQtyMarketAllowed": True, "allowTrailingStop": False,
        "cancelReplaceAllowed": False, "amendAllowed": False, "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True, "isMarginTradingAllowed": False, "filters": filters(symbol), "permissions": [],
        "permissionSets": [["SPOT"]], "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
    }  # fmt: skip


def filters(symbol: Symbol) -> list[dict[str, Any]]:
    tick, step, most = f"{symbol.tick:.8f}", f"{symbol.step:.8f}", f"{symbol.max_quantity:.8f}"
    return [
        {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "1000000.00000000", "tickSize": tick},
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": most, "stepSize": step},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": most, "stepSize": "0.00000000"},
        {
            "filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": "5", "bidMultiplierDown": "0.2",
            "askMultiplierUp": "5", "askMultiplierDown": "0.2", "avgPriceMins": 5,
        },
        {
            "filterType": "NOTIONAL", "minNotional": f"{symbol.min_notional:.8f}", "applyMinToMarket": True,
            "maxNotional": "9000000.00000000", "applyMaxToMarket": False, "avgPriceMins": 5,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": MOST_ORDERS},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": MOST_STOPS},
    ]  # fmt: skip
