"""Answers of OKX, as its documentation of API v5 prints them."""

from typing import Any


def ok(*data: Any) -> dict[str, Any]:
    return {"code": "0", "msg": "", "data": list(data)}


def refused(code: str, words: str) -> dict[str, Any]:
    """An order's own code stands within the data."""
    order = {"clOrdId": "ms7xabZde", "ordId": "", "sCode": code, "sMsg": words, "tag": ""}
    return {"code": "1", "data": [order], "inTime": "1695190491421339", "msg": "All operations failed"}


PLACED = ok(
    {"clOrdId": "ms7xabZde", "ordId": "312269865356374016", "tag": "", "ts": "1695190491421", "sCode": "0", "sMsg": ""}
)
EXIT_PLACED = ok({"algoId": "12345689", "clOrdId": "", "algoClOrdId": "ms7xabZds", "sCode": "0", "sMsg": "", "tag": ""})
CANCELLED = ok({"clOrdId": "ms7xabZde", "ordId": "312269865356374016", "sCode": "0", "sMsg": "", "ts": "1695190491421"})
EXIT_CANCELLED = ok({"algoClOrdId": "ms7xabZds", "algoId": "12345689", "clOrdId": "", "sCode": "0", "sMsg": ""})
ORDER: dict[str, Any] = {
    "accFillSz": "1", "algoClOrdId": "", "algoId": "", "attachAlgoClOrdId": "", "attachAlgoOrds": [],
    "avgPx": "50000.1", "cTime": "1708587373361", "cancelSource": "", "category": "normal", "ccy": "",
    "clOrdId": "ms7xabZde", "fee": "-0.25", "feeCcy": "USDT", "fillPx": "50000.1", "fillSz": "1",
    "fillTime": "1708587373361", "instId": "BTC-USDT-SWAP", "instType": "SWAP", "lever": "10",
    "ordId": "312269865356374016", "ordType": "market", "pnl": "0", "posSide": "net", "px": "",
    "rebate": "0", "rebateCcy": "USDT", "reduceOnly": "false", "side": "buy", "slOrdPx": "", "slTriggerPx": "",
    "source": "", "state": "filled", "sz": "1", "tag": "", "tdMode": "cross", "tgtCcy": "", "tpOrdPx": "",
    "tpTriggerPx": "", "tradeId": "744876980", "uTime": "1708587373362",
}  # fmt: skip
SPOT_ORDER: dict[str, Any] = {
    **ORDER, "instId": "BTC-USDT", "instType": "SPOT", "accFillSz": "0.01", "sz": "0.01", "tdMode": "cash",
    "tgtCcy": "base_ccy", "fee": "-0.00001", "feeCcy": "BTC", "lever": "",
}  # fmt: skip
EXIT: dict[str, Any] = {
    "activePx": "", "actualPx": "", "actualSide": "", "actualSz": "0", "algoClOrdId": "ms7xabZds",
    "algoId": "12345689", "cTime": "1708587373361", "ccy": "", "clOrdId": "", "closeFraction": "",
    "instId": "BTC-USDT-SWAP", "instType": "SWAP", "last": "50000.1", "lever": "10", "ordId": "", "ordIdList": [],
    "ordPx": "", "ordType": "conditional", "posSide": "net", "reduceOnly": "true", "side": "sell",
    "slOrdPx": "-1", "slTriggerPx": "45000", "slTriggerPxType": "last", "state": "live", "sz": "1", "tag": "",
    "tdMode": "cross", "tpOrdPx": "", "tpTriggerPx": "", "tpTriggerPxType": "", "triggerPx": "", "triggerTime": "",
}  # fmt: skip
TRIGGERED: dict[str, Any] = {
    **EXIT, "state": "effective", "actualSz": "1", "actualPx": "44990", "actualSide": "sl",
    "ordId": "680800019749904384", "ordIdList": ["680800019749904384"], "triggerTime": "1708587399999",
}  # fmt: skip
BALANCE = ok(
    {
        "adjEq": "", "totalEq": "1000.5", "isoEq": "0", "uTime": "1705474164160",
        "details": [
            {"availBal": "90.5", "availEq": "90.5", "cashBal": "100.5", "ccy": "USDT", "eq": "100.5",
             "frozenBal": "10", "ordFrozen": "10", "uTime": "1705449605015", "upl": "0"},
            {"availBal": "0.1", "availEq": "", "cashBal": "0.1", "ccy": "BTC", "eq": "0.1", "frozenBal": "0",
             "ordFrozen": "0", "uTime": "1705449605015", "upl": "0"},
        ],
    }
)  # fmt: skip
POSITION: dict[str, Any] = {
    "adl": "1", "availPos": "3", "avgPx": "50000", "cTime": "1619507758793", "ccy": "USDT", "imr": "15",
    "instId": "BTC-USDT-SWAP", "instType": "SWAP", "last": "51000", "lever": "10", "liqPx": "55100.2",
    "markPx": "51000", "margin": "", "mgnMode": "cross", "mgnRatio": "11.7", "mmr": "0.6", "notionalUsd": "1530",
    "pos": "-3", "posCcy": "", "posId": "307173036051017730", "posSide": "net", "uTime": "1619507761462",
    "upl": "-30", "uplRatio": "-0.2",
}  # fmt: skip
CONFIG = {"acctLv": "2", "posMode": "long_short_mode", "uid": "4435", "mainUid": "4435", "level": "Lv1", "type": "0"}
LEVERAGE = {"ccy": "", "instId": "BTC-USDT-SWAP", "lever": "7", "mgnMode": "cross", "posSide": "net"}
TICKER = {
    "instType": "SWAP", "instId": "BTC-USDT-SWAP", "last": "50000.1", "lastSz": "1", "askPx": "50000.2", "askSz": "11",
    "bidPx": "50000", "bidSz": "5", "open24h": "49000", "high24h": "51000", "low24h": "48000", "volCcy24h": "2222",
    "vol24h": "2222", "ts": "1700000000000", "sodUtc0": "49000", "sodUtc8": "49000",
}  # fmt: skip
