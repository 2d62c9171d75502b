"""Good answers of Binance, as its documentation prints them (EXCHANGES 2.5, 2.6, 3.3 to 3.5)."""

from typing import Any

SPOT_ORDER: dict[str, Any] = {
    "symbol": "BTCUSDT", "orderId": 28, "orderListId": -1, "clientOrderId": "sig-42-e1",
    "transactTime": 1700000000123, "price": "50000.00000000", "origQty": "0.00100000", "executedQty": "0.00100000",
    "origQuoteOrderQty": "0.000000", "cummulativeQuoteQty": "49.99800000", "status": "FILLED", "timeInForce": "GTC",
    "type": "LIMIT", "side": "BUY", "workingTime": 1700000000123, "selfTradePreventionMode": "EXPIRE_MAKER",
    "fills": [
        {"price": "49998.00000000", "qty": "0.00100000", "commission": "0.00000100", "commissionAsset": "BTC",
         "tradeId": 56}
    ],
}  # fmt: skip


def list_leg(client_id: str, order_id: int, status: str = "NEW") -> dict[str, Any]:
    return {
        "symbol": "BTCUSDT", "orderId": order_id, "orderListId": 1, "clientOrderId": client_id,
        "transactTime": 1710485608839, "price": "44900.00000000", "origQty": "0.00100000",
        "executedQty": "0.00000000", "cummulativeQuoteQty": "0.00000000", "status": status, "side": "SELL",
    }  # fmt: skip


OCO: dict[str, Any] = {
    "orderListId": 1, "contingencyType": "OCO", "listStatusType": "EXEC_STARTED", "listOrderStatus": "EXECUTING",
    "listClientOrderId": "sig-42-oco", "transactionTime": 1710485608839, "symbol": "BTCUSDT",
    "orders": [
        {"symbol": "BTCUSDT", "orderId": 10, "clientOrderId": "sig-42-sl"},
        {"symbol": "BTCUSDT", "orderId": 11, "clientOrderId": "sig-42-tp"},
    ],
    "orderReports": [list_leg("sig-42-sl", 10), list_leg("sig-42-tp", 11)],
}  # fmt: skip
OTOCO: dict[str, Any] = {
    **OCO,
    "contingencyType": "OTO",
    "orderReports": [
        list_leg("stop", 3, "PENDING_NEW"), list_leg("entry", 1), list_leg("target", 2, "PENDING_NEW"),
    ],
}  # fmt: skip
FUTURES_ORDER: dict[str, Any] = {
    "clientOrderId": "sig-42-e1", "cumQty": "0", "executedQty": "0", "orderId": 22542179, "origQty": "0.002",
    "price": "50000.00", "reduceOnly": False, "side": "BUY", "positionSide": "BOTH", "status": "NEW",
    "stopPrice": "0", "closePosition": False, "symbol": "BTCUSDT", "timeInForce": "GTC", "type": "LIMIT",
    "origType": "LIMIT", "updateTime": 1700000000123, "workingType": "CONTRACT_PRICE", "priceProtect": False,
    "priceMatch": "NONE", "selfTradePreventionMode": "EXPIRE_MAKER", "goodTillDate": 0,
}  # fmt: skip
ALGO_ORDER: dict[str, Any] = {
    "algoId": 2146760, "clientAlgoId": "sig-42-sl", "algoType": "CONDITIONAL", "orderType": "STOP_MARKET",
    "symbol": "BTCUSDT", "side": "SELL", "positionSide": "BOTH", "timeInForce": "GTC", "quantity": "0.002",
    "algoStatus": "NEW", "triggerPrice": "45000.00", "price": "0.00", "icebergQuantity": None,
    "workingType": "CONTRACT_PRICE", "closePosition": False, "reduceOnly": True, "activatePrice": "",
    "callbackRate": "", "createTime": 1750485492076, "updateTime": 1750485492076, "triggerTime": 0,
}  # fmt: skip
ALGO_CANCELLED = {"algoId": 2146760, "clientAlgoId": "sig-42-sl", "code": "200", "msg": "success"}
ALGO_TRIGGERED = {
    **ALGO_ORDER, "algoStatus": "TRIGGERED", "actualOrderId": "22542200", "actualPrice": "0.00", "actualQty": "0",
    "actualType": "MARKET", "triggerTime": 1750485492080,
}  # fmt: skip
ALL_CANCELLED = {"code": 200, "msg": "The operation of cancel all open order is done."}
SPOT_CANCELLED: dict[str, Any] = {
    "symbol": "BTCUSDT", "origClientOrderId": "sig-42-e1", "orderId": 28, "orderListId": -1,
    "clientOrderId": "the-cancel", "transactTime": 1700000000456, "price": "50000.00000000",
    "origQty": "0.00100000", "executedQty": "0.00000000", "origQuoteOrderQty": "0.000000",
    "cummulativeQuoteQty": "0.00000000", "status": "CANCELED", "timeInForce": "GTC", "type": "LIMIT", "side": "BUY",
}  # fmt: skip
SPOT_RESTING: dict[str, Any] = {
    "symbol": "BTCUSDT", "orderId": 28, "orderListId": -1, "clientOrderId": "sig-42-e1", "price": "50000.00000000",
    "origQty": "0.00100000", "executedQty": "0.00040000", "cummulativeQuoteQty": "20.00000000",
    "status": "PARTIALLY_FILLED", "timeInForce": "GTC", "type": "LIMIT", "side": "BUY", "stopPrice": "0.00000000",
    "icebergQty": "0.00000000", "time": 1700000000123, "updateTime": 1700000000456, "isWorking": True,
}  # fmt: skip
SPOT_STOP_RESTING: dict[str, Any] = {
    **SPOT_RESTING, "orderId": 10, "clientOrderId": "sig-42-sl", "price": "44900.00000000", "status": "NEW",
    "executedQty": "0.00000000", "cummulativeQuoteQty": "0.00000000", "type": "STOP_LOSS_LIMIT", "side": "SELL",
    "stopPrice": "45000.00000000", "isWorking": False,
}  # fmt: skip
FUTURES_RESTING: dict[str, Any] = {**FUTURES_ORDER, "avgPrice": "0.00", "cumQuote": "0", "time": 1700000000100}
SPOT_ACCOUNT = {
    "makerCommission": 15,
    "balances": [
        {"asset": "USDT", "free": "90.5", "locked": "9.5"}, {"asset": "BTC", "free": "0.1", "locked": "0"},
    ],
}  # fmt: skip
FUTURES_BALANCE = [
    {"accountAlias": "x", "asset": "USDT", "balance": "122607.3", "crossWalletBalance": "23.7",
     "availableBalance": "23.1", "maxWithdrawAmount": "23.1", "updateTime": 1617939110373},
]  # fmt: skip
POSITION = {
    "symbol": "BTCUSDT", "positionSide": "BOTH", "positionAmt": "-0.002", "entryPrice": "50000.0",
    "breakEvenPrice": "50020.0", "markPrice": "51000.00000000", "unRealizedProfit": "2.00000000",
    "liquidationPrice": "0", "isolatedMargin": "0", "notional": "102.00000000", "marginAsset": "USDT",
}  # fmt: skip
SYMBOL_CONFIG = [
    {"symbol": "BTCUSDT", "marginType": "CROSSED", "isAutoAddMargin": False, "leverage": 21,
     "maxNotionalValue": "1000000"}
]  # fmt: skip
RESTRICTIONS = {
    "ipRestrict": False, "createTime": 1623840271000, "enableReading": True, "enableWithdrawals": False,
    "enableInternalTransfer": False, "enableMargin": False, "enableFutures": True, "permitsUniversalTransfer": False,
    "enableVanillaOptions": False, "enableSpotAndMarginTrading": True,
}  # fmt: skip
SPOT_SYMBOL: dict[str, Any] = {
    "symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "isSpotTradingAllowed": True,
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.0", "tickSize": "0.01000000"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001000"},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": "100.0", "stepSize": "0.00000000"},
        {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
    ],
}  # fmt: skip
FUTURES_SYMBOL: dict[str, Any] = {
    "symbol": "BTCUSDT", "status": "TRADING", "contractType": "PERPETUAL", "baseAsset": "BTC", "quoteAsset": "USDT",
    "pricePrecision": 2, "quantityPrecision": 3,
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "556.8", "maxPrice": "4529764", "tickSize": "0.10"},
        {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "1000", "stepSize": "0.001"},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.001", "maxQty": "120", "stepSize": "0.001"},
        {"filterType": "MIN_NOTIONAL", "notional": "100"},
    ],
}  # fmt: skip

CANDLE: list[Any] = [
    1700000100000,
    "50000",
    "50100",
    "49000",
    "49500",
    "148.9",
    1700000999999,
    "2434",
    308,
    "1",
    "1",
    "0",
]
