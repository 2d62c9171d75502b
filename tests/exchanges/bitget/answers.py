"""Good answers of Bitget, as EXCHANGES 4.3, 4.4, 5.3, 5.5 and 5.7 print them; what they leave out is left out."""

from typing import Any


def told(data: Any, code: str = "00000", message: str = "success") -> dict[str, Any]:
    return {"code": code, "msg": message, "requestTime": 1695806875837, "data": data}


V2_ACK = {"clientOid": "sig-42-e1", "orderId": "1088000000000000001"}
V2_MIX_ORDER: dict[str, Any] = {
    "symbol": "BTCUSDT", "size": "0.002", "orderId": "1088000000000000001", "clientOid": "sig-42-e1",
    "baseVolume": "0.002", "quoteVolume": "99.99", "priceAvg": "49998", "price": "50000", "fee": "-0.06",
    "state": "filled", "side": "buy", "tradeSide": "open", "posSide": "long", "posMode": "hedge_mode",
    "force": "gtc", "orderType": "limit", "marginCoin": "USDT", "leverage": "10", "marginMode": "crossed",
    "reduceOnly": "NO", "presetStopSurplusPrice": "60000", "presetStopLossPrice": "45000", "orderSource": "normal",
    "cancelReason": "", "cTime": "1700000000000", "uTime": "1700000000000",
}  # fmt: skip
V2_SPOT_ORDER: dict[str, Any] = {
    "symbol": "BTCUSDT", "orderId": "1088000000000000002", "clientOid": "sig-42-e1", "price": "0", "size": "50",
    "orderType": "market", "side": "buy", "status": "filled", "priceAvg": "50000", "baseVolume": "0.001",
    "quoteVolume": "50", "enterPointSource": "API",
    "feeDetail": '{"BTC":{"deduction":false,"feeCoinCode":"BTC","totalDeductionFee":0,"totalFee":-0.000001}}',
    "orderSource": "normal", "cTime": "1700000000000", "uTime": "1700000000000",
}  # fmt: skip
V2_SPOT_UNFILLED: dict[str, Any] = {
    "userId": "7264631750", "symbol": "BTCUSDT", "orderId": "1088000000000000002", "clientOid": "sig-42-e1",
    "priceAvg": "25000.0000000000000000", "size": "0.0002000000000000", "orderType": "limit", "side": "buy",
    "status": "partially_filled", "basePrice": "24990.0000000000000000", "baseVolume": "0.0001000000000000",
    "quoteVolume": "2.4990000000000000", "enterPointSource": "WEB", "orderSource": "normal",
    "cTime": "1700728077966", "uTime": "1700728077966",
}  # fmt: skip
"""In the words of the list of unfilled orders, which differ from those of a single one."""
V2_MIX_PLAN: dict[str, Any] = {
    "planType": "loss_plan", "symbol": "BTCUSDT", "size": "0.002", "orderId": "1088000000000000003",
    "clientOid": "sig-42-sl", "executeOrderId": "", "price": "0", "executePrice": "0", "triggerPrice": "45000",
    "triggerType": "fill_price", "planStatus": "live", "side": "buy", "tradeSide": "close", "posSide": "long",
    "posMode": "hedge_mode", "marginCoin": "USDT", "marginMode": "crossed", "orderType": "market",
    "orderSource": "loss_plan", "cTime": "1700000000000", "uTime": "1700000000000",
}  # fmt: skip
V2_SPOT_PLAN: dict[str, Any] = {
    "orderId": "1088000000000000004", "clientOid": "sig-42-sl", "executeOrderId": "", "symbol": "BTCUSDT",
    "size": "0.002", "executePrice": "0", "triggerPrice": "45000", "status": "live", "orderType": "market",
    "side": "sell", "planType": "amount", "triggerType": "fill_price", "cTime": "1700000000000",
    "uTime": "1700000000000",
}  # fmt: skip
V2_POSITION = {
    "symbol": "BTCUSDT", "marginCoin": "USDT", "holdSide": "short", "openDelegateSize": "0", "marginSize": "10",
    "available": "0.002", "locked": "0", "total": "0.002", "leverage": "10", "achievedProfits": "0",
    "openPriceAvg": "50000", "marginMode": "crossed", "posMode": "one_way_mode", "unrealizedPL": "2",
    "liquidationPrice": "70000", "keepMarginRate": "0.004", "markPrice": "49000", "cTime": "1", "uTime": "1",
}  # fmt: skip
V2_MIX_ACCOUNT: dict[str, Any] = {
    "marginCoin": "USDT", "locked": "0", "available": "3000", "crossedMaxAvailable": "3000",
    "isolatedMaxAvailable": "3000", "accountEquity": "3100", "usdtEquity": "3100", "unrealizedPL": "0",
    "crossedMarginLeverage": "20", "isolatedLongLever": "10", "isolatedShortLever": "10", "marginMode": "crossed",
    "posMode": "one_way_mode",
}  # fmt: skip
V2_SPOT_ASSET = {"coin": "USDT", "available": "1000", "frozen": "10", "locked": "5", "limitAvailable": "0"}
V2_INFO = {
    "userId": "1", "inviterId": "0", "ips": "", "authorities": ["trade", "readonly"], "parentId": 0,
    "traderType": "trader", "channelCode": "", "channel": "", "regisTime": "1690000000000",
}  # fmt: skip
V2_LEVERAGE = {
    "symbol": "BTCUSDT", "marginCoin": "USDT", "longLeverage": "21", "shortLeverage": "21",
    "crossMarginLeverage": "21", "marginMode": "crossed",
}  # fmt: skip
V2_SPOT_SYMBOL: dict[str, Any] = {
    "symbol": "BTCUSDT", "baseCoin": "BTC", "quoteCoin": "USDT", "minTradeAmount": "0",
    "maxTradeAmount": "10000000000", "takerFeeRate": "0.002", "makerFeeRate": "0.002", "pricePrecision": "2",
    "quantityPrecision": "6", "quotePrecision": "8", "status": "online", "minTradeUSDT": "1",
    "buyLimitPriceRatio": "0.05", "sellLimitPriceRatio": "0.05", "orderQuantity": "200",
}  # fmt: skip
V2_CONTRACT: dict[str, Any] = {
    "symbol": "BTCUSDT", "baseCoin": "BTC", "quoteCoin": "USDT", "minTradeNum": "0.0001", "priceEndStep": "5",
    "pricePlace": "1", "volumePlace": "4", "sizeMultiplier": "0.0001", "minTradeUSDT": "5", "minLever": "1",
    "maxLever": "125", "supportMarginCoins": ["USDT"], "symbolType": "perpetual", "symbolStatus": "normal",
    "maxMarketOrderQty": "220", "maxOrderQty": "1200",
}  # fmt: skip
LISTED = {"successList": [{"orderId": "1088000000000000003", "clientOid": "sig-42-sl"}], "failureList": []}
FAILED = {
    "successList": [],
    "failureList": [
        {"orderId": "1088000000000000003", "clientOid": "sig-42-sl", "errorMsg": "No.", "errorCode": "43025"}
    ],
}

V1_SPOT_ACK = {"orderId": "1001", "clientOrderId": "sig-42-e1"}
V1_SPOT_ORDER: dict[str, Any] = {
    "accountId": "222222222", "symbol": "TRXUSDT_SPBL", "orderId": "1041901704004947968",
    "clientOrderId": "sig-42-e1", "price": "0", "quantity": "10.0000000000000000", "orderType": "market",
    "side": "buy", "status": "full_fill", "fillPrice": "0.0699", "fillQuantity": "142.9", "fillTotalAmount": "9.99",
    "cTime": "1684134644509",
}  # fmt: skip
V1_MIX_ORDER: dict[str, Any] = {
    "symbol": "BTCUSDT_UMCBL", "size": 0.001, "orderId": "881640729145409536", "clientOid": "sig-42-e1",
    "filledQty": 0.001, "fee": 0, "price": None, "priceAvg": 38429.5, "state": "filled", "side": "open_long",
    "timeInForce": "normal", "totalProfits": 0, "posSide": "long", "marginCoin": "USDT", "filledAmount": 38.4295,
    "orderType": "market", "cTime": "1645925450611", "uTime": "1645925450746",
}  # fmt: skip
V1_PLAN: dict[str, Any] = {
    "orderId": "881640729145409537", "clientOid": "sig-42-sl", "symbol": "BTCUSDT_UMCBL", "marginCoin": "USDT",
    "size": "0.002", "executePrice": "0", "triggerPrice": "45000", "status": "not_trigger", "planType": "loss_plan",
    "side": "close_long", "triggerType": "fill_price", "executeOrderId": "", "cTime": "1645925450611",
}  # fmt: skip
V1_POSITION = {
    "marginCoin": "USDT", "symbol": "BTCUSDT_UMCBL", "holdSide": "long", "openDelegateCount": "0",
    "margin": "1.921475", "available": "0.001", "locked": "0", "total": "0.001", "leverage": 20,
    "achievedProfits": "0", "averageOpenPrice": "38429.5", "marginMode": "fixed", "holdMode": "double_hold",
    "unrealizedPL": "0.1634", "liquidationPrice": "0", "keepMarginRate": "0.004", "marketPrice": "38592.9",
    "cTime": "1645922194988",
}  # fmt: skip
V1_MIX_ACCOUNT: dict[str, Any] = {
    "marginCoin": "USDT", "locked": "0", "available": "3000", "crossMaxAvailable": "3000",
    "fixedMaxAvailable": "3000", "maxTransferOut": "3000", "equity": "3000", "usdtEquity": "3000",
    "btcEquity": "0.12", "crossRiskRate": "0", "crossMarginLeverage": 20, "fixedLongLeverage": 40,
    "fixedShortLeverage": 10, "marginMode": "fixed", "holdMode": "double_hold", "unrealizedPL": None, "bonus": "0",
}  # fmt: skip
V1_SPOT_ASSET = {
    "coinId": 2, "coinName": "USDT", "available": "1000", "frozen": "10", "lock": "5", "uTime": "1622697148"
}  # fmt: skip
V1_SPOT_SYMBOL: dict[str, Any] = {
    "symbol": "BTCUSDT_SPBL", "symbolName": "BTCUSDT", "baseCoin": "BTC", "quoteCoin": "USDT",
    "minTradeAmount": "0.0001", "maxTradeAmount": "10000", "priceScale": "2", "quantityScale": "4",
    "minTradeUSDT": "5", "status": "online",
}  # fmt: skip
V1_CONTRACT: dict[str, Any] = {
    "symbol": "BTCUSDT_UMCBL", "baseCoin": "BTC", "quoteCoin": "USDT", "supportMarginCoins": ["USDT"],
    "minTradeNum": "0.001", "priceEndStep": "5", "pricePlace": "1", "volumePlace": "3", "sizeMultiplier": "0.001",
    "symbolStatus": "normal",
}  # fmt: skip
RETIRED = {
    "code": "30032", "msg": "The V1 API has been decommissioned. Please migrate to a newer version.",
    "requestTime": 1764288000000, "data": None,
}  # fmt: skip
