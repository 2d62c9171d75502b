"""Answers of Phemex, as its documentation prints them (EXCHANGES 6.5 to 6.8)."""

from typing import Any


def ok(data: Any) -> dict[str, Any]:
    return {"code": 0, "msg": "", "data": data}


CONTRACT_ORDER: dict[str, Any] = {
    "bizError": 0, "orderID": "ab90a08c-b728-4b6b-97c4-36fa497335bf", "clOrdID": "sig-42-i1", "symbol": "BTCUSD",
    "side": "Buy", "actionTimeNs": 1580547265848034600, "transactTimeNs": 0, "orderType": None,
    "priceEp": 500000000, "price": 50000, "orderQty": 10, "displayQty": 10, "timeInForce": None,
    "reduceOnly": False, "stopPxEp": 0, "closedPnlEv": 0, "closedPnl": 0, "closedSize": 0, "cumQty": 0,
    "cumValueEv": 0, "cumValue": 0, "leavesQty": 10, "leavesValueEv": 20000, "leavesValue": 0.0002, "stopPx": 0,
    "stopDirection": "UNSPECIFIED", "ordStatus": "Created",
}  # fmt: skip
CONTRACT_STOP = {
    **CONTRACT_ORDER, "clOrdID": "sig-42-sl", "orderID": "stop-1", "side": "Sell", "orderType": "Stop",
    "stopPxEp": 450000000, "ordStatus": "Untriggered", "leavesQty": 0,
}  # fmt: skip
CONTRACT_HISTORY = {
    "orderID": "b63bc982", "clOrdID": "sig-42-i1", "symbol": "BTCUSD", "side": "Sell", "orderType": "Limit",
    "actionTimeNs": 1577963507348468200, "priceEp": 71500000, "price": None, "orderQty": 700, "displayQty": 700,
    "timeInForce": "GoodTillCancel", "reduceOnly": False, "takeProfitEp": 0, "takeProfit": None, "cumQty": 700,
    "cumValueEv": 9790209, "cumValue": None, "leavesQty": 0, "ordStatus": "Filled",
}  # fmt: skip
USDT_M_ORDER: dict[str, Any] = {
    "bizError": 0, "orderID": "97dd65db-6a72-42b1-b963-edc1edeb12fa", "clOrdID": "sig-42-e1", "symbol": "BTCUSDT",
    "side": "Buy", "actionTimeNs": 1731694522513451886, "transactTimeNs": 1731694522513451886, "orderType": "Limit",
    "priceRp": "50000", "orderQtyRq": "0.002", "displayQtyRq": "0", "timeInForce": "GoodTillCancel",
    "closedPnlRv": "0", "closedSizeRq": "0", "cumQtyRq": "0", "cumValueRv": "0", "leavesQtyRq": "0.002",
    "leavesValueRv": "100", "stopDirection": "UNSPECIFIED", "stopPxRp": "0", "trigger": "UNSPECIFIED",
    "pegOffsetValueRp": "0", "execStatus": "PendingNew", "pegPriceType": "UNSPECIFIED", "ordStatus": "Created",
    "execInst": "None", "takeProfitRp": "60000", "stopLossRp": "45000", "slPxRp": "0", "tpPxRp": "0",
}  # fmt: skip
USDT_M_STOP = {
    **USDT_M_ORDER, "orderID": "stop-2", "clOrdID": "sig-42-sl", "side": "Sell", "orderType": "Stop",
    "stopPxRp": "45000", "ordStatus": "Untriggered", "execStatus": "Registered",
    "timeInForce": "ImmediateOrCancel", "leavesQtyRq": "0",
}  # fmt: skip
USDT_M_HISTORY = {
    "actionTimeNs": 1667562110213260743, "bizError": 0, "clOrdId": "sig-42-e1", "closedPnlRv": "0",
    "closedSizeRq": "0", "cumQtyRq": "0.001", "cumValueRv": "20.5795", "displayQtyRq": "0.001", "leavesQtyRq": "0",
    "leavesValueRv": "0", "orderId": "743fc923", "orderQtyRq": "0.001", "ordStatus": "Filled", "ordType": "Market",
    "priceRp": "21206.7", "reduceOnly": False, "side": "Buy", "stopDirection": "UNSPECIFIED", "stopLossRp": "0",
    "symbol": "BTCUSDT", "takeProfitRp": "0", "timeInForce": "ImmediateOrCancel",
    "transactTimeNs": 1667562110221077395,
}  # fmt: skip
SPOT_ORDER: dict[str, Any] = {
    "orderID": "d1d09454", "clOrdID": "sig-42-s1", "priceEp": 5000000000000, "action": "New",
    "trigger": "UNSPECIFIED", "pegPriceType": "UNSPECIFIED", "stopDirection": "UNSPECIFIED", "bizError": 0,
    "symbol": "sBTCUSDT", "side": "Buy", "baseQtyEv": 100000, "ordType": "Limit", "timeInForce": "GoodTillCancel",
    "ordStatus": "Created", "cumFeeEv": 0, "cumBaseQtyEv": 0, "cumQuoteQtyEv": 0, "leavesBaseQtyEv": 100000,
    "leavesQuoteQtyEv": 0, "avgPriceEp": 0, "cumBaseAmountEv": 0, "cumQuoteAmountEv": 0, "quoteQtyEv": 0,
    "qtyType": "ByBase", "stopPxEp": 0, "pegOffsetValueEp": 0,
}  # fmt: skip
SPOT_HISTORY: dict[str, Any] = {
    "avgPriceEp": 4999000000000, "avgTransactPriceEp": 4999000000000, "baseQtyEv": "100000",
    "createTimeNs": 1592675305266037130, "cumBaseValueEv": 100000, "cumFeeEv": 100, "cumQuoteValueEv": 4999000000,
    "execStatus": "MakerFill", "feeCurrency": "BTC", "leavesBaseQtyEv": 0, "leavesQuoteQtyEv": 0,
    "ordStatus": "Filled", "ordType": "Limit", "orderID": "d1d09454", "priceEp": 5000000000000, "qtyType": "ByBase",
    "quoteQtyEv": 0, "side": "Buy", "stopDirection": "UNSPECIFIED", "stopPxEp": 0, "symbol": "sBTCUSDT",
    "timeInForce": "GoodTillCancel",
}  # fmt: skip
SPOT_STOP = {
    **SPOT_ORDER, "orderID": "stop-3", "clOrdID": "sig-42-sl", "side": "Sell", "ordType": "Stop",
    "stopPxEp": 4500000000000, "trigger": "ByLastPrice", "ordStatus": "Untriggered",
}  # fmt: skip
WALLETS = [
    {"currency": "USDT", "balanceEv": 100000000000, "lockedTradingBalanceEv": 1000000000, "lockedWithdrawEv": 2000000,
     "lastUpdateTimeNs": 1676172826345000000},
    {"currency": "USD", "balanceEv": 10000, "lockedTradingBalanceEv": 0, "lockedWithdrawEv": 0},
]  # fmt: skip


def linear_position(**changed: Any) -> dict[str, Any]:
    return {
        "symbol": "BTCUSDT", "currency": "USDT", "side": "None", "posSide": "Merged", "posMode": "OneWay",
        "size": "0", "leverageRr": "-10", "crossMargin": True, "avgEntryPriceRp": "0", "markPriceRp": "51000",
        "liquidationPriceRp": "0", "positionMarginRv": "0", "usedBalanceRv": "0", "unRealisedPnlRv": "7",
        **changed,
    }  # fmt: skip


LINEAR_HELD = linear_position(side="Sell", size="0.002", avgEntryPriceRp="50000", liquidationPriceRp="90000")


def linear_account(*positions: Any) -> dict[str, Any]:
    account = {
        "accountId": 123450001, "currency": "USDT", "accountBalanceRv": "1271.9", "totalUsedBalanceRv": "71.9",
        "bonusBalanceRv": "0",
    }  # fmt: skip
    return ok({"account": account, "positions": list(positions)})


def inverse_position(**changed: Any) -> dict[str, Any]:
    return {
        "symbol": "BTCUSD", "currency": "BTC", "side": "None", "size": 0, "leverage": 0, "leverageEr": 0,
        "crossMargin": True, "avgEntryPriceEp": 0, "avgEntryPrice": 0.0, "markPriceEp": 500000000,
        "markPrice": 50000.0, "liquidationPriceEp": 0, "positionMarginEv": 0, "usedBalanceEv": 0,
        "takeProfitEp": 0, "stopLossEp": 0, "unRealisedPnlEv": 7, **changed,
    }  # fmt: skip


INVERSE_HELD = inverse_position(side="Buy", size=100, avgEntryPriceEp=400000000, leverageEr=1000000000)


def inverse_account(*positions: Any) -> dict[str, Any]:
    account = {"accountId": 1, "currency": "BTC", "accountBalanceEv": 150000000, "totalUsedBalanceEv": 50000000}
    return ok({"account": account, "positions": list(positions)})


INVERSE_PRODUCT: dict[str, Any] = {
    "symbol": "BTCUSD", "type": "Perpetual", "settleCurrency": "BTC", "contractSize": 1.0, "lotSize": 1,
    "tickSize": 0.5, "priceScale": 4, "ratioScale": 8, "minPriceEp": 5000, "maxPriceEp": 10000000000,
    "maxOrderQty": 1000000, "status": "Listed", "maxLeverage": 100,
}  # fmt: skip
SPOT_PRODUCT: dict[str, Any] = {
    "symbol": "sBTCUSDT", "type": "Spot", "baseCurrency": "BTC", "quoteCurrency": "USDT", "priceScale": 8,
    "ratioScale": 8, "baseTickSizeEv": 100, "quoteTickSizeEv": 1000000, "minOrderValueEv": 100000000,
    "maxBaseOrderSizeEv": 100000000000, "status": "Listed",
}  # fmt: skip
LINEAR_PRODUCT: dict[str, Any] = {
    "symbol": "BTCUSDT", "type": "PerpetualV2", "settleCurrency": "USDT", "tickSize": "0.1", "qtyStepSize": "0.001",
    "minOrderValueRv": "1", "maxOrderQtyRq": "500000", "maxLeverage": 100, "leverageMargin": 1, "status": "Listed",
}  # fmt: skip
CURRENCIES = [
    {"currency": "BTC", "valueScale": 8}, {"currency": "USDT", "valueScale": 8}, {"currency": "USD", "valueScale": 4},
]  # fmt: skip


def products(*listed: Any, linear: tuple[Any, ...] = (), currencies: Any = CURRENCIES) -> dict[str, Any]:
    return ok({"currencies": currencies, "products": list(listed), "perpProductsV2": list(linear)})


ALL_PRODUCTS = products(INVERSE_PRODUCT, SPOT_PRODUCT, linear=(LINEAR_PRODUCT,))


def ticker(**told: Any) -> dict[str, Any]:
    return {"error": None, "id": 0, "result": {"timestamp": 1676172826345000000, **told}}
