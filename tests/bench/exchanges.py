"""What encoding, signing and decoding one order costs on every exchange, in microseconds; the limits are 40 and 25."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from mysignals.domain.intents import Intent, OpenTrade, PlaceOrder
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import Accepted
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.wire import Credentials, HttpResponse

from .timing import microseconds

NOW_MS, NAME = 1_700_000_000_000, "ms123456xabcdef-e"
KEY = Credentials("k" * 64, "s" * 64, "passphrase")
LIMIT_ENCODE_US, LIMIT_DECODE_US = 40, 25


@dataclass(frozen=True)
class Order:
    """One order with the answer that its exchange documents."""

    name: str
    exchange: str
    intent: Intent
    answer: bytes
    version: str = ""
    status: int = 200

    @property
    def market(self) -> Market:
        return self.intent.market if isinstance(self.intent, PlaceOrder) else Market.FUTURES


def _limit(market: Market, symbol: str = "BTCUSDT", quantity: str = "0.020") -> PlaceOrder:
    return PlaceOrder(market, symbol, Side.BUY, EntryType.LIMIT, Decimal(quantity), Decimal("50000.0"), NAME)


RIDING = replace(_limit(Market.FUTURES), stop=Decimal("49000.0"), target=Decimal("51000.0"))
BINANCE_SPOT = (
    b'{"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"clientOrderId":"ms123456xabcdef-e","transactTime":1700000000123,'
    b'"price":"50000.00000000","origQty":"0.02000000","executedQty":"0.02000000","origQuoteOrderQty":"0.000000",'
    b'"cummulativeQuoteQty":"999.96000000","status":"FILLED","timeInForce":"GTC","type":"LIMIT","side":"BUY",'
    b'"workingTime":1700000000123,"selfTradePreventionMode":"EXPIRE_MAKER","fills":[{"price":"49998.00000000",'
    b'"qty":"0.02000000","commission":"0.00002000","commissionAsset":"BTC","tradeId":56}]}'
)
BINANCE_FUTURES = (
    b'{"clientOrderId":"ms123456xabcdef-e","cumQty":"0.020","executedQty":"0.020","orderId":22542179,"origQty":"0.020",'
    b'"price":"50000.00","reduceOnly":false,"side":"BUY","positionSide":"BOTH","status":"FILLED","stopPrice":"0",'
    b'"closePosition":false,"symbol":"BTCUSDT","timeInForce":"GTC","type":"LIMIT","origType":"LIMIT",'
    b'"updateTime":1700000000123,"workingType":"CONTRACT_PRICE","priceProtect":false,"priceMatch":"NONE",'
    b'"selfTradePreventionMode":"EXPIRE_MAKER","goodTillDate":0}'
)
BITGET = (
    b'{"code":"00000","msg":"success","requestTime":1695806875837,'
    b'"data":{"clientOid":"ms123456xabcdef-e","orderId":"1088000000000000001"}}'
)
PHEMEX_CONTRACT = (
    b'{"code":0,"msg":"","data":{"bizError":0,"orderID":"ab90a08c-b728-4b6b-97c4-36fa497335bf",'
    b'"clOrdID":"ms123456xabcdef-e","symbol":"BTCUSD","side":"Buy","actionTimeNs":1580547265848034600,'
    b'"transactTimeNs":0,"orderType":null,"priceEp":500000000,"price":50000,"orderQty":1000,"displayQty":1000,'
    b'"timeInForce":null,"reduceOnly":false,"stopPxEp":0,"closedPnlEv":0,"closedPnl":0,"closedSize":0,"cumQty":0,'
    b'"cumValueEv":0,"cumValue":0,"leavesQty":1000,"leavesValueEv":2000000,"leavesValue":0.02,"stopPx":0,'
    b'"stopDirection":"UNSPECIFIED","ordStatus":"Created"}}'
)
PHEMEX_USDT = (
    b'{"code":0,"msg":"","data":{"bizError":0,"orderID":"97dd65db-6a72-42b1-b963-edc1edeb12fa",'
    b'"clOrdID":"ms123456xabcdef-e","symbol":"BTCUSDT","side":"Buy","actionTimeNs":1731694522513451886,'
    b'"transactTimeNs":1731694522513451886,"orderType":"Limit","priceRp":"50000","orderQtyRq":"0.02",'
    b'"displayQtyRq":"0","timeInForce":"GoodTillCancel","closedPnlRv":"0","closedSizeRq":"0","cumQtyRq":"0",'
    b'"cumValueRv":"0","leavesQtyRq":"0.02","leavesValueRv":"1000","stopDirection":"UNSPECIFIED","stopPxRp":"0",'
    b'"trigger":"UNSPECIFIED","pegOffsetValueRp":"0","execStatus":"PendingNew","pegPriceType":"UNSPECIFIED",'
    b'"ordStatus":"Created","execInst":"None","takeProfitRp":"0","stopLossRp":"0","slPxRp":"0","tpPxRp":"0"}}'
)
PHEMEX_SPOT = (
    b'{"code":0,"msg":"","data":{"orderID":"97dd65db-6a72-42b1-b963-edc1edeb12fa","clOrdID":"ms123456xabcdef-e",'
    b'"priceEp":5000000000000,"action":"New","trigger":"UNSPECIFIED","bizError":0,"symbol":"sBTCUSDT","side":"Buy",'
    b'"baseQtyEv":2000000,"ordType":"Limit","timeInForce":"GoodTillCancel","ordStatus":"Created","cumBaseQtyEv":0,'
    b'"cumQuoteQtyEv":0,"avgPriceEp":0}}'
)
TRADE = OpenTrade("BTCUSD", Side.BUY, Decimal("0.2"), 10, Decimal(1000), Decimal(1000))
SPOT, FUTURES = Market.SPOT, Market.FUTURES
ORDERS = (
    Order("binance spot", "binance", _limit(SPOT), BINANCE_SPOT),
    Order("binance futures", "binance", _limit(FUTURES), BINANCE_FUTURES),
    Order("bitget v2 spot", "bitget", _limit(SPOT), BITGET, "v2"),
    Order("bitget v2 mix", "bitget", RIDING, BITGET, "v2"),
    Order("bitget v1 spot", "bitget", _limit(SPOT), BITGET.replace(b"clientOid", b"clientOrderId"), "v1"),
    Order("bitget v1 mix", "bitget", RIDING, BITGET, "v1"),
    Order("phemex spot", "phemex", _limit(SPOT), PHEMEX_SPOT),
    Order("phemex USDT-M", "phemex", _limit(FUTURES), PHEMEX_USDT),
    Order("phemex contract", "phemex", _limit(FUTURES, "BTCUSD", "1000"), PHEMEX_CONTRACT),
    Order("magnr", "magnr", TRADE, b'{"id":1234}', status=201),
)


def order_costs() -> dict[str, dict[str, float]]:
    """By exchange and market: medians of `encode` (with signing) and `decode`, in microseconds."""
    found = {}
    for order in ORDERS:
        dialect = dialect_for(order.exchange, order.market, order.version)
        response = HttpResponse(order.status, order.answer)
        told = dialect.decode(order.intent, response)
        if not isinstance(told, Accepted):
            raise TypeError(f"the answer of {order.name} is not read as accepted: {told}")
        found[order.name] = {
            "encode": microseconds(partial(dialect.encode, order.intent, KEY, NOW_MS, 5000)),
            "decode": microseconds(partial(dialect.decode, order.intent, response)),
        }
    return found
