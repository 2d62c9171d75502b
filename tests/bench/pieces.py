"""What encoding, signing and decoding cost alone, in microseconds a call."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from mysignals.domain.intents import ExitKind, Intent, PlaceExit, PlaceOrder
from mysignals.domain.market import EntryType, Market, Side
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.wire import Credentials, HttpResponse

from .timing import microseconds

NOW_MS = 1_700_000_000_000
KEY = Credentials("k" * 64, "s" * 64)
ENTRY = PlaceOrder(
    Market.FUTURES, "BTCUSDT", Side.BUY, EntryType.LIMIT, Decimal("0.020"), Decimal("50000.00"), "ms123456xabcdef-e"
)
STOP = PlaceExit(
    Market.FUTURES, "BTCUSDT", Side.SELL, ExitKind.STOP, Decimal("0.020"), Decimal("49000.00"), "ms123456xabcdef-s"
)
ENTRY_ANSWER = HttpResponse(
    200,
    b'{"clientOrderId":"ms123456xabcdef-e","cumQty":"0.020","executedQty":"0.020","orderId":22542179,"origQty":"0.020",'
    b'"price":"50000.00","reduceOnly":false,"side":"BUY","positionSide":"BOTH","status":"FILLED","stopPrice":"0",'
    b'"closePosition":false,"symbol":"BTCUSDT","timeInForce":"GTC","type":"LIMIT","origType":"LIMIT",'
    b'"updateTime":1700000000123,"workingType":"CONTRACT_PRICE","priceProtect":false,"priceMatch":"NONE",'
    b'"selfTradePreventionMode":"EXPIRE_MAKER","goodTillDate":0}',
)
STOP_ANSWER = HttpResponse(
    200,
    b'{"algoId":2146760,"clientAlgoId":"ms123456xabcdef-s","algoType":"CONDITIONAL","orderType":"STOP_MARKET",'
    b'"symbol":"BTCUSDT","side":"SELL","positionSide":"BOTH","timeInForce":"GTC","quantity":"0.020","algoStatus":"NEW",'
    b'"triggerPrice":"49000.00","price":"0.00","icebergQuantity":null,"selfTradePreventionMode":"EXPIRE_MAKER",'
    b'"workingType":"CONTRACT_PRICE","priceMatch":"NONE","closePosition":false,"priceProtect":false,"reduceOnly":true,'
    b'"activatePrice":"","callbackRate":"","createTime":1750485492076,"updateTime":1750485492076,"triggerTime":0,'
    b'"goodTillDate":0}',
)


def pieces() -> dict[str, float]:
    """Medians over bounded loops."""
    dialect = dialect_for("binance", Market.FUTURES)

    def encode(intent: Intent) -> Callable[[], object]:
        return lambda: dialect.encode(intent, KEY, NOW_MS, 5000)

    return {
        "encode and sign an entry": microseconds(encode(ENTRY)),
        "encode and sign a stop": microseconds(encode(STOP)),
        "decode an entry's answer": microseconds(lambda: dialect.decode(ENTRY, ENTRY_ANSWER)),
        "decode a stop's answer": microseconds(lambda: dialect.decode(STOP, STOP_ANSWER)),
    }
