"""Answers of Bybit, as its documentation of API v5 prints them."""

from typing import Any


def ok(result: Any) -> dict[str, Any]:
    return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": 1700000000123}


def listed(*entries: Any) -> dict[str, Any]:
    return ok({"category": "linear", "list": list(entries), "nextPageCursor": ""})


def refused(code: str, words: str) -> dict[str, Any]:
    return {"retCode": int(code), "retMsg": words, "result": {}, "retExtInfo": {}, "time": 1700000000123}


PLACED = ok({"orderId": "fd4300ae-7847-404e-b947-b46980a4d140", "orderLinkId": "ms7xab-e"})
EXIT_PLACED = ok({"orderId": "aa4300ae-7847-404e-b947-b46980a4d140", "orderLinkId": "ms7xab-s"})
ORDER: dict[str, Any] = {
    "orderId": "fd4300ae-7847-404e-b947-b46980a4d140", "orderLinkId": "ms7xab-e", "blockTradeId": "",
    "symbol": "BTCUSDT", "price": "52500", "qty": "0.01", "side": "Buy", "isLeverage": "", "positionIdx": 0,
    "orderStatus": "Filled", "cancelType": "UNKNOWN", "rejectReason": "EC_NoError", "avgPrice": "50000.1",
    "leavesQty": "0", "leavesValue": "0", "cumExecQty": "0.01", "cumExecValue": "500.001", "cumExecFee": "0.275",
    "timeInForce": "IOC", "orderType": "Market", "stopOrderType": "", "orderIv": "", "triggerPrice": "0.00",
    "takeProfit": "0.00", "stopLoss": "0.00", "tpTriggerBy": "", "slTriggerBy": "", "triggerDirection": 0,
    "triggerBy": "", "lastPriceOnCreated": "", "reduceOnly": False, "closeOnTrigger": False, "smpType": "None",
    "tpslMode": "", "createdTime": "1684738540559", "updatedTime": "1684738540561",
}  # fmt: skip
SPOT_ORDER: dict[str, Any] = {
    **{key: value for key, value in ORDER.items() if key != "tpslMode"}, "marketUnit": "baseCoin",
    "cumFeeDetail": {"BTC": "0.00001"},
}  # fmt: skip
EXIT: dict[str, Any] = {
    **ORDER, "orderId": "aa4300ae-7847-404e-b947-b46980a4d140", "orderLinkId": "ms7xab-s", "price": "0",
    "side": "Sell", "orderStatus": "Untriggered", "avgPrice": "", "leavesQty": "0.01", "cumExecQty": "0.000",
    "cumExecValue": "0", "cumExecFee": "0", "stopOrderType": "Stop", "triggerPrice": "45000", "triggerDirection": 2,
    "triggerBy": "LastPrice", "reduceOnly": True,
}  # fmt: skip
TRIGGERED: dict[str, Any] = {
    **EXIT, "orderStatus": "Filled", "avgPrice": "44990", "leavesQty": "0", "cumExecQty": "0.01",
    "cumExecValue": "449.9",
}  # fmt: skip
BALANCE = ok(
    {
        "list": [
            {
                "totalEquity": "1000.5", "accountType": "UNIFIED", "totalAvailableBalance": "90.5",
                "totalWalletBalance": "100.5",
                "coin": [
                    {"coin": "USDT", "equity": "100.5", "walletBalance": "100.5", "locked": "10", "borrowAmount": "0",
                     "usdValue": "100.5", "totalOrderIM": "0", "totalPositionIM": "0", "availableToWithdraw": "",
                     "unrealisedPnl": "0", "cumRealisedPnl": "0"},
                ],
            }
        ]
    }
)  # fmt: skip
POSITION: dict[str, Any] = {
    "positionIdx": 0, "riskId": 1, "riskLimitValue": "150", "symbol": "BTCUSDT", "side": "Sell", "size": "0.03",
    "avgPrice": "50000", "positionValue": "1500", "tradeMode": 0, "positionStatus": "Normal", "autoAddMargin": 0,
    "adlRankIndicator": 2, "leverage": "7", "positionBalance": "0", "markPrice": "51000", "liqPrice": "55100.2",
    "bustPrice": "0.00", "positionMM": "0", "positionIM": "0", "tpslMode": "Full", "takeProfit": "0.00",
    "stopLoss": "0.00", "trailingStop": "0.00", "unrealisedPnl": "-30", "curRealisedPnl": "0",
    "createdTime": "1676538056258", "updatedTime": "1697673600012", "seq": 4688002127,
}  # fmt: skip
FLAT = {**POSITION, "side": "", "size": "0", "avgPrice": "0", "liqPrice": "", "unrealisedPnl": ""}
TICKER = {
    "symbol": "BTCUSDT", "lastPrice": "50000.1", "indexPrice": "50001", "markPrice": "50002", "prevPrice24h": "49000",
    "price24hPcnt": "0.01", "highPrice24h": "51000", "lowPrice24h": "48000", "volume24h": "2222",
    "turnover24h": "111100000", "fundingRate": "-0.001", "nextFundingTime": "1672387200000", "bid1Price": "50000",
    "bid1Size": "1", "ask1Price": "50000.2", "ask1Size": "1",
    "openInterest": "373504.39", "openInterestValue": "18675219500", "deliveryTime": "0",
}  # fmt: skip
TIME = ok({"timeSecond": "1700000000", "timeNano": "1700000000123456789"})
SPOT_TICKER = {
    "symbol": "BTCUSDT", "bid1Price": "50000", "bid1Size": "2", "ask1Price": "50000.2", "ask1Size": "1",
    "lastPrice": "50000.1", "prevPrice24h": "49000", "price24hPcnt": "0.01", "highPrice24h": "51000",
    "lowPrice24h": "48000", "turnover24h": "111100000", "volume24h": "2222", "usdIndexPrice": "50001",
}  # fmt: skip
ACCOUNT = {
    "marginMode": "ISOLATED_MARGIN", "updatedTime": "1697078946000", "unifiedMarginStatus": 5, "dcpStatus": "OFF",
    "timeWindow": 10, "smpGroup": 0, "isMasterTrader": False, "spotHedgingStatus": "OFF",
}  # fmt: skip
